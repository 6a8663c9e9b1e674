package report

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/document"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type noteParams struct {
	ID string `param:"id" json:"-"`
	homecare.ReportNote
}

// SetNote changes the note of a draft.
func (s *Service) SetNote(ctx context.Context, in noteParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		if r.State != Draft {
			return r, access.Narrow(tx, "/v1/reports/{id}", fault.State(string(r.State), Machine.Allowed(r.State, r.holds()...)...))
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		before := r.Note
		r.Note = in.Note
		if _, err := tx.Exec(`update monthly_report set note = $2, version = version + 1 where id = $1`, r.ID, in.Note); err != nil {
			return r, err
		}
		return r, s.trail.Record(tx, audit.Event{Action: "report.note", SubjectKind: "report", SubjectID: r.ID,
			Before: map[string]any{"note": before}, After: map[string]any{"note": in.Note}})
	})
}

// noteIn checks a note of the puskesmas, because Dinkes reads it and it is
// printed. Errors: patient.ErrIdentifies, document.ErrUnprintable.
func noteIn(tx pg.Tx, note string) error {
	if err := patient.AnonymousIn(tx, patient.Text{Pointer: "/note", Text: note}); err != nil {
		return err
	}
	return document.Printable("/note", note)
}
