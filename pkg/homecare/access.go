package homecare

import (
	"time"
)

// Access is one answer that showed persons (catatan akses): who saw them, when,
// and through which operation.
type Access struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// When the answer left, by the server's clock.
	At        time.Time `json:"at" validate:"required" format:"date-time"`
	AccountID string    `json:"account_id" validate:"required" format:"uuid"`
	// The name of the person or program; absent for an account outside the puskesmas (Dinkes).
	AccountName string `json:"account_name,omitempty"`
	// The role (peran) in which the account asked.
	Role      string `json:"role" validate:"required,list=role" example:"petugas"`
	SessionID string `json:"session_id,omitempty" format:"uuid"`
	// The network address from which the request came.
	Client  string `json:"client,omitempty" example:"10.8.0.14"`
	TraceID string `json:"trace_id" validate:"required"`
	// The operation that answered, by method and path as in the OpenAPI document (hak akses).
	Permission string `json:"permission" validate:"required" example:"GET /v1/patients/{id}"`
	// Persons is the number of persons in the answer; a list shows many.
	Persons int `json:"persons" example:"1"`
	// The import (impor) whose rows were shown; absent for other answers.
	ImportID string `json:"import_id,omitempty" format:"uuid"`
	// Whether identity numbers were shown in full. The purpose is in the audit event with the
	// same `trace_id`.
	Revealed bool `json:"revealed"`
	// Whether a stored answer was sent again, for a repeated Idempotency-Key.
	Replayed bool `json:"replayed"`
}
