package report

import (
	"context"
	"unicode/utf8"

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
			return r, access.Narrow(tx, "/v1/reports/{id}",
				fault.State(string(r.State), Machine.Allowed(r.State, r.holds()...)...))
		}
		if !in.Note.Set {
			return r, nil
		}
		note := in.Note.V // empty for null
		var check fault.Check
		check.That(utf8.RuneCountInString(note) <= 4000, "/note", "max", "Paling banyak 4000 karakter.",
			"This may have at most 4000 characters.")
		if err := check.Err(); err != nil {
			return r, err
		}
		if err := noteIn(tx, note); err != nil {
			return r, err
		}
		before := r.Note
		r.Note = note
		if _, err := tx.Exec(`update monthly_report set note = $2, version = version + 1 where id = $1`, r.ID,
			note); err != nil {
			return r, err
		}
		return r, s.trail.Record(tx, audit.Event{Action: "report.note", SubjectKind: "report", SubjectID: r.ID,
			Before: map[string]any{"note": before}, After: map[string]any{"note": note}})
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
