package report

import (
	"context"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// decide locks a report, checks If-Match, state and note, and runs f.
func (s *Service) decide(ctx context.Context, id string, do Action, note string,
	f func(pg.Tx, *row, State) error) (homecare.Report, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		return changeIn(tx, id, func(tx pg.Tx, r row) (row, error) {
			to, err := r.after(tx, do)
			if err != nil {
				return r, err
			}
			if err := patient.AnonymousAt(ctx, s.db, r.PuskesmasID,
				patient.Text{Pointer: "/note", Text: note}); err != nil {
				return r, err
			}
			if err := f(tx, &r, to); err != nil {
				return r, err
			}
			return s.moved(tx, r, to, do, note)
		})
	})
}

func decided(tx pg.Tx, r *row, to State, note string) error {
	now := tx.Now()
	r.DecidedAt, r.DecisionNote = &now, &note
	_, err := tx.Exec(`update monthly_report set state = $2, decided_at = $3, decided_by = $4, decision_note = $5,
		version = version + 1 where id = $1`,
		r.ID, to, now, tx.Principal().UserID, note)
	return err
}

// supersede ends the official revision that r replaces.
func (s *Service) supersede(tx pg.Tx, r row) error {
	official, err := pg.Rows[row](tx, `select o.id, o.puskesmas_id, o.state from monthly_report o, monthly_report r
		where r.id = $1 and `+sameReport+`
		and o.state in ('accepted', 'archived') for update of o`, r.ID)
	for _, o := range official {
		to, err := Machine.After(o.State, supersede)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`update monthly_report set state = $2, version = version + 1 where id = $1`, o.ID,
			to); err != nil {
			return err
		}
		if _, err := s.moved(tx, o, to, supersede, ""); err != nil {
			return err
		}
	}
	return err
}
