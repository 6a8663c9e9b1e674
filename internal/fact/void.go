package fact

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type voidParams struct {
	PatientID string `param:"id" json:"-"`
	// The fact.
	FactID string `param:"fact_id" json:"-"`
	homecare.Why
}

// told is a stored statement, as far as voiding needs it.
type told struct {
	Code, Text string
	Value      *float64
	Sensitive  bool
	RecordedBy *string
	Voided     bool
}

// Void takes a told fact out of every list: it is not true. The row stays readable in the
// trail, and a file that tells it again changes nothing. A petugas voids only what they
// entered. Errors: fault.ErrNotFound, ErrVoided, ErrNotOwn, patient.ErrGone.
func (s *Service) Void(ctx context.Context, in voidParams) (call.None, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (call.None, error) {
		var none call.None
		if err := patient.UseIn(tx, in.PatientID); err != nil {
			return none, err
		}
		f, err := pg.Row[told](tx, `select code, text, value, sensitive, recorded_by::text as recorded_by,
			voided_at is not null as voided from patient_fact where patient_id = $1 and digest = $2 for update`,
			in.PatientID, in.FactID)
		if err != nil {
			return none, err
		}
		me := tx.Principal()
		switch {
		case f.Sensitive && patient.HidesSensitive(tx) && (f.RecordedBy == nil || *f.RecordedBy != me.UserID):
			return none, fault.ErrNotFound
		case f.Voided:
			return none, ErrVoided
		case me.Role == access.Petugas && (f.RecordedBy == nil || *f.RecordedBy != me.UserID):
			return none, ErrNotOwn
		}
		if _, err := tx.Exec(`update patient_fact set voided_at = $3, voided_by = $4, voided_reason = $5
			where patient_id = $1 and digest = $2`, in.PatientID, in.FactID, tx.Now(), me.UserID,
			in.Reason); err != nil {
			return none, err
		}
		return none, s.trail.Record(tx, audit.Event{Action: "fact.void", SubjectKind: "patient",
			SubjectID: in.PatientID, Reason: in.Reason, Before: homecare.NewFact{Code: f.Code,
				Value: f.Value, Text: f.Text}})
	})
}
