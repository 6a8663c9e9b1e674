package alert

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows the list of alerts.
type Filter struct {
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only of this level.
	Level call.Many `query:"level" json:"-" validate:"omitempty,max=20,dive,list=alert_level"`
	// Of this state; with updated_since, of all states.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=alert_state" default:"open"`
	// Only of this person.
	PatientID string `query:"patient_id" json:"-" validate:"omitempty,uuid"`
	// Only of cases of a team to which I belong.
	Mine bool `query:"mine" json:"-"`
	// First business day (WITA) on which they were raised.
	RaisedFrom string `query:"raised_from" json:"-" validate:"omitempty,date"`
	// Last business day (WITA) on which they were raised.
	RaisedTo string `query:"raised_to" json:"-" validate:"omitempty,date"`
	// Record to include in full in each row: patient.
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient"`
	list.Changes
	page.Request
}

// List lists alerts by state, oldest first. Without a state it lists
// those that nobody has acknowledged yet.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.Alert], error) {
	if len(f.State) == 0 && f.UpdatedSince.IsZero() {
		f.State = call.Many{"open"}
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Alert], error) {
		p, err := alerts.Read(tx, s.sealer, f, `select `+columns+from, f.where(tx))
		if err != nil {
			return p, err
		}
		return p, patient.ExpandIn(tx, f.Expand, p.Data, func(a *homecare.Alert) (string, **homecare.Patient) {
			return a.PatientID, &a.Patient
		})
	})
}

// QueueCount queues the count of List with states.
func QueueCount(tx pg.Tx, b *pgx.Batch, f Filter, into *int) {
	list.QueueCount(b, `select `+columns+from, f.where(tx), into)
}

func (f Filter) where(tx pg.Tx) *pg.Where {
	w := new(pg.Where)
	w.And(access.Listed("c"))
	w.Given(`a.state = $`, f.State...)
	w.Given(`a.case_id = $`, f.CaseID)
	w.Given(`a.level = $`, f.Level...)
	w.Given(`a.patient_id = survivor($)`, f.PatientID)
	w.Given(`a.raised_at >= $::text::date::timestamp at time zone 'Asia/Makassar'`, f.RaisedFrom)
	w.Given(`a.raised_at < ($::text::date + 1)::timestamp at time zone 'Asia/Makassar'`, f.RaisedTo)
	if f.Mine {
		w.And(access.OwnTeam("c", w.Arg(tx.Principal().UserID)))
	}
	return w
}

var alerts = list.List[homecare.Alert, key]{
	Name: "alerts", Key: func(a homecare.Alert) key { return key{a.RaisedAt, a.ID} },
}

type key struct {
	At time.Time `list:"a.raised_at"`
	ID string    `list:"a.id uuid"`
}
