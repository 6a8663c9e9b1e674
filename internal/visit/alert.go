package visit

import (
	"cmp"
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/pkg/homecare"
)

const (
	alertColumns = `a.id, a.visit_id, a.case_id, a.patient_id, a.part, a.code, a.value, a.unit, a.level, a.state, a.raised_at, a.acknowledged_at,
	coalesce(a.acknowledged_on::text, '') as acknowledged_on, coalesce(a.closed_on::text, '') as closed_on,
	coalesce(a.acknowledged_by::text, '') as acknowledged_by, coalesce(a.note, '') as note, a.closed_at, coalesce(a.closed_by::text, '') as closed_by,
	coalesce(a.close_note, '') as close_note, a.version`
	alertFrom = ` from alert a join care_case c on c.puskesmas_id = a.puskesmas_id and c.id = a.case_id `
)

// AlertState is where an alert stands.
type AlertState string

// AlertAct is what is done to an alert.
type AlertAct string

// AlertMachine says how an alert goes: somebody says what was done, and later
// that the matter is over; a value that was corrected asks for nothing.
var AlertMachine = state.Machine[AlertState, AlertAct]{Name: "alert", Start: []AlertState{"open"}, Steps: []state.Step[AlertState, AlertAct]{
	{From: "open", Do: "acknowledge", To: "acknowledged"},
	{From: "open", Do: "correct", To: "corrected", By: state.System},
	{From: "acknowledged", Do: "close", To: "closed"},
}}

// AlertFilter narrows the list of alerts.
type AlertFilter struct {
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	Level  string `query:"level" json:"-" validate:"omitempty,oneof=alert critical"`
	// State is open unless told.
	State string `query:"state" json:"-" validate:"omitempty,oneof=open acknowledged closed corrected"`
	page.Request
}

type timeKey struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
	N  int       `json:"n,omitempty"`
}

// Alerts lists the alerts of one state, oldest first: unless told, those that
// nobody has acknowledged yet.
func (s *Service) Alerts(ctx context.Context, f AlertFilter) (homecare.Page[homecare.Alert], error) {
	f.State = cmp.Or(f.State, "open")
	list := "alerts?" + f.CaseID + "&" + f.Level + "&" + f.State
	var k timeKey
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.Alert]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Alert], error) {
		w := pg.Where{}
		w.And(access.Listed("c"))
		w.And(`a.state = ` + w.Arg(f.State))
		if f.CaseID != "" {
			w.And(`a.case_id = ` + w.Arg(f.CaseID))
		}
		if f.Level != "" {
			w.And(`a.level = ` + w.Arg(f.Level))
		}
		if k.ID != "" {
			w.And(`(a.raised_at, a.id) > (` + w.Arg(k.At) + `, ` + w.Arg(k.ID) + `::text::uuid)`)
		}
		rows, err := pg.Rows[homecare.Alert](tx, `select `+alertColumns+alertFrom+w.SQL()+` order by a.raised_at, a.id limit `+w.Arg(f.Rows()), w.Args()...)
		if err != nil {
			return page.Page[homecare.Alert]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(a homecare.Alert) any { return timeKey{At: a.RaisedAt, ID: a.ID} })
	})
	return homecare.Page[homecare.Alert]{Data: p.Items, NextCursor: p.Next}, err
}

// Acknowledge says who looked at a dangerous value, when, and what was done. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState, those of doneBy.
func (s *Service) Acknowledge(ctx context.Context, id string, in homecare.AcknowledgeAlert) (homecare.Alert, error) {
	return s.onAlert(ctx, id, "acknowledge", in.Note, in.FollowUpDay, `update alert set state = $5, acknowledged_at = $2, acknowledged_by = $3, note = $4,
		acknowledged_on = $6::text::date, version = version + 1 where id = $1`)
}

// CloseAlert says how the matter of an acknowledged alert ended, and when. Errors:
// those of Acknowledge.
func (s *Service) CloseAlert(ctx context.Context, id string, in homecare.CloseAlert) (homecare.Alert, error) {
	return s.onAlert(ctx, id, "close", in.Note, in.FollowUpDay, `update alert set state = $5, closed_at = $2, closed_by = $3, close_note = $4,
		closed_on = $6::text::date, version = version + 1 where id = $1`)
}

// onAlert does one act: change takes the id, the time, who did it, the note, the
// state it leads to and the day of the act.
func (s *Service) onAlert(ctx context.Context, id string, do AlertAct, note string, told homecare.FollowUpDay, change string) (homecare.Alert, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Alert, error) {
		read := `select ` + alertColumns + alertFrom + `where a.id = $1 and ` + access.Case("c")
		a, err := pg.Row[homecare.Alert](tx, read+` for update of a`, id)
		if err != nil {
			return a, err
		}
		if err := tx.Stale(a.Version); err != nil {
			return a, err
		}
		to, err := AlertMachine.After(AlertState(a.State), do)
		if err != nil {
			return a, access.Narrow(tx, "/v1/alerts/{id}", err)
		}
		since, err := pg.Scalar[string](tx, `select coalesce(nullif($2, ''), counts_on::text) from visit where id = $1`, a.VisitID, a.AcknowledgedOn)
		if err != nil {
			return a, err
		}
		on, err := doneBy(tx, told, since)
		if err != nil {
			return a, err
		}
		before := a
		var b pgx.Batch
		b.Queue(change, id, tx.Now(), on.by, note, string(to), on.day)
		b.Queue(read, id).Query(pg.Into(&a))
		if err := tx.Send(&b); err != nil {
			return a, err
		}
		return a, s.trail.Record(tx, audit.Event{Action: "alert." + string(do), SubjectKind: "alert", SubjectID: id, Reason: note, Before: before, After: a})
	})
}
