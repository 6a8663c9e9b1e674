package visit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

const (
	alertColumns = `a.id, a.visit_id, a.case_id, a.patient_id, a.part, a.code, a.value, a.unit, a.level, a.state, a.raised_at, a.acknowledged_at,
	coalesce(a.acknowledged_by::text, '') as acknowledged_by, coalesce(a.note, '') as note, a.version`
	alertFrom = ` from alert a join care_case c on c.puskesmas_id = a.puskesmas_id and c.id = a.case_id `
)

// AlertFilter narrows the list of open alerts.
type AlertFilter struct {
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	Level  string `query:"level" json:"-" validate:"omitempty,oneof=alert critical"`
	page.Request
}

type timeKey struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
	N  int       `json:"n,omitempty"`
}

// Alerts lists what nobody has acknowledged yet, oldest first.
func (s *Service) Alerts(ctx context.Context, f AlertFilter) (homecare.Page[homecare.Alert], error) {
	list := "alerts?" + f.CaseID + "&" + f.Level
	var k timeKey
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.Alert]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Alert], error) {
		w := where{terms: []string{`a.state = 'open'`, access.Listed("c")}}
		if f.CaseID != "" {
			w.and(`a.case_id = ` + w.arg(f.CaseID))
		}
		if f.Level != "" {
			w.and(`a.level = ` + w.arg(f.Level))
		}
		if k.ID != "" {
			w.and(`(a.raised_at, a.id) > (` + w.arg(k.At) + `, ` + w.arg(k.ID) + `::text::uuid)`)
		}
		rows, err := pg.Rows[homecare.Alert](tx, `select `+alertColumns+alertFrom+w.sql()+` order by a.raised_at, a.id limit `+w.arg(f.Rows()), w.args...)
		if err != nil {
			return page.Page[homecare.Alert]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(a homecare.Alert) any { return timeKey{At: a.RaisedAt, ID: a.ID} })
	})
	return homecare.Page[homecare.Alert]{Data: p.Items, NextCursor: p.Next}, err
}

// Acknowledge says who looked at a dangerous value and what was done.
func (s *Service) Acknowledge(ctx context.Context, id string, in homecare.AcknowledgeAlert) (homecare.Alert, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Alert, error) {
		read := `select ` + alertColumns + alertFrom + `where a.id = $1 and ` + access.Case("c")
		a, err := pg.Row[homecare.Alert](tx, read+` for update of a`, id)
		if err != nil {
			return a, err
		}
		if err := pg.Stale(rest.IfMatch(ctx), a.Version); err != nil {
			return a, err
		}
		if a.State != "open" {
			return a, fault.State(a.State)
		}
		before := a
		var b pgx.Batch
		b.Queue(`update alert set state = 'acknowledged', acknowledged_at = $2, acknowledged_by = $3, note = $4, version = version + 1 where id = $1`,
			id, tx.Now(), tx.Principal().UserID, in.Note)
		b.Queue(read, id).Query(one(&a))
		if err := run(tx, &b); err != nil {
			return a, err
		}
		return a, s.trail.Record(tx, audit.Event{Action: "alert.acknowledge", SubjectKind: "alert", SubjectID: id, Reason: in.Note, Before: before, After: a})
	})
}
