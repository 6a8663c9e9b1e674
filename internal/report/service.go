package report

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of monthly reports.
type Service struct {
	db     *pg.DB
	trail  *audit.Trail
	sealer *page.Sealer
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail, sealer *page.Sealer) *Service {
	return &Service{db, trail, sealer}
}

type decisionParams struct {
	ID string `param:"id" json:"-"`
	homecare.Decision
}

type returnParams struct {
	ID string `param:"id" json:"-"`
	homecare.Return
}

// change locks a report of the caller's puskesmas, checks If-Match, and runs f in
// one snapshot, so all sections agree.
func (s *Service) change(ctx context.Context, id string, f func(pg.Tx, row) (row, error)) (homecare.Report, error) {
	return pg.Snapshot(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) { return changeIn(tx, id, f) })
}

func changeIn(tx pg.Tx, id string, f func(pg.Tx, row) (row, error)) (homecare.Report, error) {
	r, err := locked(tx, id)
	if err != nil {
		return homecare.Report{}, err
	}
	if err := tx.Stale(r.Version); err != nil {
		return homecare.Report{}, err
	}
	if r, err = f(tx, r); err != nil {
		return homecare.Report{}, err
	}
	r.Version++
	return r.wire(tx.Now()), nil
}

// moved writes a transition to the report's history and to the audit trail.
func (s *Service) moved(tx pg.Tx, r row, to State, action Action, note string) (row, error) {
	from := r.State
	r.State = to
	if err := s.note(tx, r, from, to, note); err != nil {
		return r, err
	}
	return r, s.trail.Record(tx, audit.Event{Action: "report." + string(action), SubjectKind: "report", SubjectID: r.ID,
		Reason: note,
		Before: map[string]any{"state": from}, After: map[string]any{"state": to}})
}

func (s *Service) note(tx pg.Tx, r row, from, to State, note string) error {
	p := tx.Principal()
	_, err := tx.Exec(`insert into monthly_report_event (puskesmas_id, id, report_id, at, actor_id, actor_role,
		from_state, to_state, note)
		values ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9)`,
		r.PuskesmasID, uuid.Must(uuid.NewV7()).String(), r.ID, tx.Now(), p.UserID, string(p.Role), from, to, note)
	return err
}
