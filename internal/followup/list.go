package followup

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows the list of tasks. Empty fields do not filter.
type Filter struct {
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only in this state.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=follow_up_state"`
	// Only mine.
	Mine bool `query:"mine" json:"-"`
	// Only overdue ones.
	Overdue bool `query:"overdue" json:"-"`
	// Only of this person.
	PatientID string `query:"patient_id" json:"-" validate:"omitempty,uuid"`
	// First due day.
	DueFrom string `query:"due_from" json:"-" validate:"omitempty,date"`
	// Last due day.
	DueTo string `query:"due_to" json:"-" validate:"omitempty,date"`
	// Record to include in full in each row: patient.
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient"`
	list.Changes
	page.Request
}

// List lists tasks by due date, so overdue ones come first.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.FollowUp], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.FollowUp], error) {
		query, w := f.query(tx)
		p, err := tasks.Read(tx, s.sealer, f, query, w)
		if err != nil {
			return p, err
		}
		return p, patient.ExpandIn(tx, f.Expand, p.Data, func(t *homecare.FollowUp) (string, **homecare.Patient) {
			return t.PatientID, &t.Patient
		})
	})
}

// QueueCount queues the count of List.
func QueueCount(tx pg.Tx, b *pgx.Batch, f Filter, into *int) {
	query, w := f.query(tx)
	list.QueueCount(b, query, w, into)
}

func (f Filter) query(tx pg.Tx) (string, *pg.Where) {
	w := new(pg.Where)
	w.And(access.Listed("c"))
	today := w.Arg(tx.Today())
	w.Given(`f.case_id = $`, f.CaseID)
	w.Given(`f.state = $`, f.State...)
	w.Given(`c.patient_id = survivor($)`, f.PatientID)
	w.Given(`f.due_on >= $::text::date`, f.DueFrom)
	w.Given(`f.due_on <= $::text::date`, f.DueTo)
	if f.Mine {
		w.And(`f.owner_account_id = ` + w.Arg(tx.Principal().UserID))
	}
	if f.Overdue {
		w.And(`f.due_on < ` + today + `::text::date and f.state in ` + Pending)
	}
	return `select ` + columns(today) + from, w
}

var tasks = list.List[homecare.FollowUp, key]{
	Name: "follow-ups", Key: func(f homecare.FollowUp) key { return key{f.DueOn, f.ID} },
}

type key struct {
	DueOn string `list:"f.due_on date"`
	ID    string `list:"f.id uuid"`
}
