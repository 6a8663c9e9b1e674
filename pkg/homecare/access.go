package homecare

import (
	"time"
)

// Access is one answer that showed persons (catatan akses): who saw them, when,
// and through which operation.
type Access struct {
	ID        string    `json:"id" validate:"required" format:"uuid"`
	At        time.Time `json:"at" validate:"required" format:"date-time"`
	AccountID string    `json:"account_id" validate:"required" format:"uuid"`
	// AccountName is empty for an account outside the puskesmas (Dinkes).
	AccountName string `json:"account_name,omitempty"`
	Role        string `json:"role" validate:"required" example:"petugas"`
	SessionID   string `json:"session_id,omitempty" format:"uuid"`
	// Client is the address of the request.
	Client     string `json:"client,omitempty" example:"10.8.0.14"`
	TraceID    string `json:"trace_id" validate:"required"`
	Permission string `json:"permission" validate:"required" example:"GET /v1/patients/{id}"`
	// Persons is the number of persons in the answer; a list shows many.
	Persons int `json:"persons" example:"1"`
	// ImportID is set where rows of a file were shown.
	ImportID string `json:"import_id,omitempty" format:"uuid"`
	// Revealed says that identity numbers were shown in full. The purpose is in
	// the audit event with the same trace_id.
	Revealed bool `json:"revealed"`
	// Replayed says that a stored answer was sent again.
	Replayed bool `json:"replayed"`
}
