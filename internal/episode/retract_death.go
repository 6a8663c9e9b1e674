package episode

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// RetractDeath reverses a death that was recorded by mistake. The person is
// alive, and every case that the death ended returns to its earlier state. A
// refusal that waited for its letter is not restored, and its letter stays void.
// If merged records leave two cases of one programme, one continues, as at the
// merge. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState,
// fault.ErrInvalid, patient.ErrGone, ErrMergeVisit.
func (s *Service) RetractDeath(ctx context.Context, in retractParams) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) {
		var none homecare.Case
		r, err := lockFor(tx, in.ID, retractDeath)
		if err != nil {
			return none, err
		}
		d := byCaller(tx, retractDeath, in.Reason)
		if err := d.retracted(tx, in.Retraction, r.EndedOn); err != nil {
			return none, err
		}
		if err := patient.RetractDeathIn(tx, r.PatientID); err != nil {
			return none, err
		}
		ended, err := pg.Rows[row](tx, `select `+rowColumns+rowFrom+`where c.patient_id = $1 and c.ending = 'death'
			order by c.proposed_at, c.id for update of c`, r.PatientID)
		if err != nil {
			return none, err
		}
		stays := map[string]row{} // by programme
		for _, o := range ended {
			if k, known := stays[o.Programme]; !known || further[o.Before] > further[k.Before] {
				stays[o.Programme] = o
			}
		}
		for i := range ended {
			o := &ended[i]
			if k := stays[o.Programme]; k.ID != o.ID {
				if err := s.returned(tx, o, d); err != nil {
					return none, err
				}
				if err := s.joinAgain(tx, *o, k); err != nil {
					return none, err
				}
			}
		}
		for _, k := range stays {
			if err := s.returned(tx, &k, d); err != nil {
				return none, err
			}
		}
		return caseIn(tx, in.ID)
	})
}

// joinAgain ends a case that a death had ended as merged into another case of the
// same person and programme. It records the case under the merge of the two
// records, so undoing that merge separates the cases again.
func (s *Service) joinAgain(tx pg.Tx, ends, stays row) error {
	if _, err := tx.Exec(`select set_config('app.merging', coalesce((select m.id::text from person_merge_change c
			join person_merge m on m.puskesmas_id = c.puskesmas_id and m.id = c.merge_id
			where c.relation = 'care_case' and c.row_key ->> 'id' in ($1, $2) and c.after ? 'patient_id'
			and m.undone_at is null
			order by m.recorded_at desc limit 1), ''), true)`, ends.ID, stays.ID); err != nil {
		return err
	}
	if err := s.endAsMerged(tx, ends, stays); err != nil {
		return err
	}
	_, err := tx.Exec(`select set_config('app.merging', '', true)`)
	return err
}

// returned reopens a case whose death is reversed.
func (s *Service) returned(tx pg.Tx, r *row, d deed) error {
	kind, was := r.ending(), r.State
	if err := r.move(d.action, tx.Now()); err != nil {
		return err
	}
	r.Ending, r.EndedOn, r.TerminatedAt = nil, nil, nil
	if err := save(tx, *r, d, was); err != nil {
		return err
	}
	for _, told := range s.CaseReturned {
		if err := told(tx, r.ID, kind); err != nil {
			return err
		}
	}
	return s.trail.Record(tx, audit.Event{Action: audit.Name("case", d.action), SubjectKind: "case", SubjectID: r.ID,
		Reason: d.reason, Before: map[string]any{"state": was, "ending": kind},
		After: map[string]any{"state": r.State}})
}
