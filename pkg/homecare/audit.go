package homecare

import "time"

// AuditEvent is one act (jejak audit): who, what, when, why.
type AuditEvent struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// When the act was done: the time of its request, by the server's clock.
	At time.Time `json:"at" validate:"required" format:"date-time"`
	// When the database stored the event, by its own clock; it orders the list.
	RecordedAt time.Time `json:"recorded_at" validate:"required" format:"date-time"`
	// The account that acted; absent for the system and for a request without a sign-in.
	ActorID string `json:"actor_id,omitempty" format:"uuid"`
	// The role (peran) in which it acted; `system` where nobody was signed in.
	ActorRole string `json:"actor_role" validate:"required" example:"kepala_puskesmas"`
	TraceID   string `json:"trace_id" validate:"required"`
	// What was done, as noun.verb. The filter `action` takes the same code.
	Action string `json:"action" validate:"required" example:"case.approve"`
	// The kind of the record that the act concerns, such as case, visit, patient or account.
	SubjectKind string `json:"subject_kind" validate:"required" example:"case"`
	// The record that the act concerns; absent where it has no id, such as a permission.
	SubjectID string `json:"subject_id,omitempty" format:"uuid"`
	// The reason (alasan) as the actor wrote it; absent where none was given, and after the
	// record was destroyed.
	Reason string `json:"reason,omitempty"`
	// The state before the act: the record or the part of it that changed, without members that
	// are null; a part that is no object is in `value`. Absent for a new record and after the
	// record was destroyed.
	Before map[string]any `json:"before,omitempty"`
	// The state after the act, in the same form; absent where nothing remains or nothing is kept,
	// and after the record was destroyed.
	After map[string]any `json:"after,omitempty"`
	// Whether the act was only tried (`dry_run`) and rolled back.
	DryRun bool `json:"dry_run"`
}
