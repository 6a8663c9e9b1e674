package intake

import "github.com/balangan/homecare/internal/platform/crypt"

// OpenRow opens import_row.sealed of a row, for the copy that a person may ask
// for.
func OpenRow(k crypt.Tenant, importID string, number int, sealed []byte) ([]byte, error) {
	return k.Open(rowPlace(importID, number), sealed)
}
