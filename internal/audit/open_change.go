package audit

import "github.com/balangan/homecare/internal/platform/crypt"

// OpenChange opens audit_event.change of a row, for the copy of their data that a person
// may request.
func OpenChange(k crypt.Tenant, id string, sealed []byte) ([]byte, error) {
	return k.Open(place(id), sealed)
}
