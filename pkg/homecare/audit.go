package homecare

import "time"

// AuditEvent is one act (jejak audit): who, what, when, why.
type AuditEvent struct {
	ID          string         `json:"id" validate:"required" format:"uuid"`
	At          time.Time      `json:"at" validate:"required" format:"date-time"`
	RecordedAt  time.Time      `json:"recorded_at" validate:"required" format:"date-time"`
	ActorID     string         `json:"actor_id,omitempty" format:"uuid"`
	ActorRole   string         `json:"actor_role" validate:"required" example:"kepala_puskesmas"`
	TraceID     string         `json:"trace_id" validate:"required"`
	Action      string         `json:"action" validate:"required" example:"case.approve"`
	SubjectKind string         `json:"subject_kind" validate:"required" example:"case"`
	SubjectID   string         `json:"subject_id,omitempty" format:"uuid"`
	Reason      string         `json:"reason,omitempty"`
	Before      map[string]any `json:"before,omitempty"`
	After       map[string]any `json:"after,omitempty"`
	DryRun      bool           `json:"dry_run"`
}
