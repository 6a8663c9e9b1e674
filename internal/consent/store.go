package consent

import (
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
)

// consent is a row of the table.
type consent struct {
	pg.Created
	ID, PatientID, Kind, GivenBy, Relation, GivenOn         string
	AttachmentID, WithdrawnOn, WithdrawnBy, WithdrawnReason *string
	WithdrawnAt                                             *time.Time
}

const selectConsent = `select c.id, c.patient_id, c.kind, c.given_by, c.relation, c.given_on::text as given_on,
	coalesce(c.attachment_id::text, '') as attachment_id, c.withdrawn_at,
	coalesce(c.withdrawn_on::text, '') as withdrawn_on, coalesce(c.withdrawn_reason, '') as withdrawn_reason,
	c.version from consent c `
