package visit

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
)

// back is a planned visit to restore.
type back struct {
	ID, StopID string
	PlannedFor time.Time
	Free       bool // none of its members is elsewhere at that hour
}

// settle settles visits that cannot be restored: one whose hour has passed is
// missed, one whose hour is taken is cancelled. It returns their ids.
func (s *Service) settle(tx pg.Tx, rows []back, was State, e audit.Event, code string) ([]string, error) {
	var b pgx.Batch
	var settled []string
	for _, v := range rows {
		to := Missed
		if v.PlannedFor.After(tx.Now()) {
			if v.Free {
				continue
			}
			to = Cancelled
		}
		b.Queue(`update visit set state = $2, reason_code = $3, reason = $4, version = version + 1
			where id = $1`, v.ID, string(to), code, e.Reason)
		queueRelease(&b, v.StopID)
		settled = append(settled, v.ID)
		e.SubjectKind, e.SubjectID, e.Before, e.After = "visit", v.ID, audit.StateOf(string(was)),
			audit.StateOf(string(to))
		if err := s.trail.Record(tx, e); err != nil {
			return nil, err
		}
	}
	return settled, tx.Send(&b)
}

const deathRetracted = "Kematian yang salah catat dicabut. Kunjungan ini dibatalkan karenanya dan tidak terjadi."

// CaseReturnedIn restores the planned visits that an ending of that kind
// cancelled and that was reversed since. Visits whose hour has passed are
// missed; visits whose hour is taken stay cancelled. For the episode's hook.
func (s *Service) CaseReturnedIn(tx pg.Tx, caseID, kind string) error {
	return s.planAgain(tx, caseID, kind, deathRetracted, "death_retracted")
}

// planAgain is CaseReturnedIn. code and why are the reason for visits that
// cannot be restored.
func (s *Service) planAgain(tx pg.Tx, caseID, kind, why, code string) error {
	rows, err := pg.Rows[back](tx, `select v.id, v.stop_id, v.planned_for, not exists (select
			from stop_member m
			join stop_member o on o.puskesmas_id = m.puskesmas_id and o.account_id = m.account_id
				and o.stop_id <> m.stop_id and o.active and o.during && m.during
			where m.puskesmas_id = v.puskesmas_id and m.stop_id = v.stop_id) as free
		from visit v where v.case_id = $1 and v.state = 'cancelled' and v.reason_code = 'case_ended' and v.reason = $2
		order by v.id for update of v`, caseID, kind)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, v := range rows {
		if !v.Free || !v.PlannedFor.After(tx.Now()) {
			continue
		}
		b.Queue(`update visit set state = 'planned', reason_code = null, reason = null, version = version + 1
			where id = $1`, v.ID)
		b.Queue(`update stop_member set active = true where stop_id = $1 and not active`, v.StopID)
		if err := s.trail.Record(tx, audit.Event{Action: "visit.return", SubjectKind: "visit", SubjectID: v.ID,
			Before: audit.StateOf(string(Cancelled)), After: audit.StateOf(string(Planned))}); err != nil {
			return err
		}
	}
	if err := tx.Send(&b); err != nil {
		return err
	}
	_, err = s.settle(tx, rows, Cancelled, audit.Event{Action: "visit.return", Reason: why}, code)
	return err
}
