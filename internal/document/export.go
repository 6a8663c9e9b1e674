package document

import "github.com/balangan/homecare/internal/platform/crypt"

// OpenContent opens document.frozen_sealed of a letter, for the copy that a
// person may ask for.
func OpenContent(k crypt.Tenant, id string, sealed []byte) ([]byte, error) {
	return k.Open(frozenPlace(id), sealed)
}
