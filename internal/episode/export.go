package episode

import "github.com/balangan/homecare/internal/platform/crypt"

// OpenEnding opens case_ending.detail_sealed of a row, for the copy that a
// person may ask for.
func OpenEnding(k crypt.Tenant, id string, sealed []byte) ([]byte, error) {
	return k.Open(endingPlace(id), sealed)
}
