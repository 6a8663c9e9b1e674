package audit

import "time"

type row struct {
	ID          string
	At          time.Time
	RecordedAt  time.Time
	ActorID     *string
	ActorRole   string
	SessionID   *string
	TraceID     string
	Action      string
	SubjectKind string
	SubjectID   *string
	Reason      *string
	Change      []byte
	DryRun      bool
	Digest      []byte
	KeyID       int16
	MAC         []byte
}

const columns = `id, at, recorded_at, actor_id, actor_role, trace_id, action, subject_kind, subject_id, reason, change, dry_run`

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
