package episode

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows the list of cases. Empty fields do not filter.
type Filter struct {
	// Only in this state.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=case_state"`
	// Only of this programme.
	Programme call.Many `query:"programme" json:"-" validate:"omitempty,max=20,dive,code" known:"programme"`
	// Only of persons in this village.
	Village call.Many `query:"village" json:"-" validate:"omitempty,max=20,dive,numeric,len=10" known:"village"`
	// Only of this person.
	PatientID string `query:"patient_id" json:"-" validate:"omitempty,uuid"`
	// Only of this team.
	Team string `query:"team" json:"-" validate:"omitempty,uuid"`
	// Record to include in full in each row: patient.
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient"`
	list.Changes
	page.Request
}

// List returns the cases that the caller may see, newest proposal first.
func (s *Service) List(ctx context.Context, in Filter) (homecare.Page[homecare.Case], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Case], error) {
		rows, err := cases.Read(tx, s.sealer, in, `select `+columns+from, in.where(tx))
		p := list.Map(rows, func(r shown) homecare.Case { r.permit(tx); return r.Case })
		if err != nil || in.Expand == "" {
			return p, err
		}
		return p, expand(tx, in.Expand, p.Data)
	})
}

// QueueCount queues the count of List.
func QueueCount(tx pg.Tx, b *pgx.Batch, f Filter, into *int) {
	list.QueueCount(b, `select `+columns+from, f.where(tx), into)
}

func (f Filter) where(tx pg.Tx) *pg.Where {
	w := new(pg.Where)
	w.And(access.Listed("c"))
	w.Given(`c.state = $`, f.State...)
	w.Given(`c.programme_code = $`, f.Programme...)
	w.Given(`p.village_code = $`, f.Village...)
	w.Given(`c.patient_id = survivor($)`, f.PatientID)
	w.Given(`c.team_id = $`, f.Team)
	return w
}

var cases = list.List[shown, key]{
	Name: "cases", Key: func(c shown) key { return key{c.ProposedAt, c.ID} },
}

type key struct {
	At time.Time `list:"c.proposed_at desc"`
	ID string    `list:"c.id uuid desc"`
}
