package visit

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

// Filter narrows the list of visits. Empty fields do not filter. Days are
// business days (WITA), both inclusive.
type Filter struct {
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only of this person.
	PatientID string `query:"patient_id" json:"-" validate:"omitempty,uuid"`
	// Only of this programme.
	Programme call.Many `query:"programme" json:"-" validate:"omitempty,max=20,dive,code" known:"programme"`
	// Only in this state.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=visit_state"`
	// Only in this village (Kemendagri code).
	Village call.Many `query:"village" json:"-" validate:"omitempty,max=20,dive,numeric,len=10" known:"village"`
	// First business day (WITA).
	DateFrom string `query:"date_from" json:"-" validate:"omitempty,date"`
	// Last business day (WITA).
	DateTo string `query:"date_to" json:"-" validate:"omitempty,date"`
	// Only visits in which I take part.
	Mine bool `query:"mine" json:"-"`
	// Only planned visits with a member who will not come because they left the
	// staff or the case's team.
	Unstaffed bool `query:"unstaffed" json:"-"`
	// Record to include in full in each row: patient.
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient"`
	list.Changes
	page.Request
}

// List returns visits by planned time.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.VisitSummary], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.VisitSummary], error) {
		p, err := visits.Read(tx, s.sealer, f, selectSummaries, f.where(tx))
		if err != nil {
			return p, err
		}
		return p, patient.ExpandIn(tx, f.Expand, p.Data, func(v *homecare.VisitSummary) (string, **homecare.Patient) {
			return v.PatientID, &v.Patient
		})
	})
}

const selectSummaries = `select v.id, v.stop_id, v.case_id, v.patient_id, p.name as patient_name,
	v.programme_code as programme, s.village_code as village, vi.name as village_name, v.kind, v.state, v.unplanned,
	v.planned_for, s.ends_at as planned_until, v.counts_on::text as counts_on, v.arrived_at, v.departed_at,
	v.completed_at,
	array(select m.account_id::text from stop_member m
		where m.puskesmas_id = v.puskesmas_id and m.stop_id = v.stop_id order by m.account_id) as members,
	` + unstaffed + ` as unstaffed, v.changed_at as updated_at, v.version
	from visit v
	join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
	join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
	join stop s on s.puskesmas_id = v.puskesmas_id and s.id = v.stop_id
	join village vi on vi.code = s.village_code`

var visits = list.List[homecare.VisitSummary, listKey]{
	Name: "visits", Key: func(v homecare.VisitSummary) listKey { return listKey{v.PlannedFor, v.ID} },
}

type listKey struct {
	At time.Time `list:"v.planned_for"`
	ID string    `list:"v.id uuid"`
}

// QueueCount queues the count of List.
func QueueCount(tx pg.Tx, b *pgx.Batch, f Filter, into *int) {
	list.QueueCount(b, selectSummaries, f.where(tx), into)
}

func (f Filter) where(tx pg.Tx) *pg.Where {
	w := new(pg.Where)
	w.And(access.Listed("c"))
	w.Given(`v.case_id = $`, f.CaseID)
	w.Given(`v.programme_code = $`, f.Programme...)
	w.Given(`v.state = $`, f.State...)
	w.Given(`s.village_code = $`, f.Village...)
	w.Given(`v.patient_id = survivor($)`, f.PatientID)
	w.Given(`v.counts_on >= $::text::date`, f.DateFrom)
	w.Given(`v.counts_on <= $::text::date`, f.DateTo)
	if f.Unstaffed {
		w.And(`v.state = 'planned' and cardinality(` + unstaffed + `) > 0`)
	}
	if f.Mine {
		w.And(`exists (select from stop_member sm where sm.puskesmas_id = v.puskesmas_id and sm.stop_id = v.stop_id
			and sm.account_id = ` + w.Arg(tx.Principal().UserID) + `)`)
	}
	return w
}
