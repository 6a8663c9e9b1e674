package document

import "github.com/balangan/homecare/internal/platform/crypt"

// OpenContent opens document.frozen_sealed of a letter, for the copy of their data that a
// person may request.
func OpenContent(k crypt.Tenant, id string, sealed []byte) ([]byte, error) {
	return k.Open(frozenPlace(id), sealed)
}
