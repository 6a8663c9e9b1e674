package late

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows the list of parked acts. Empty fields do not filter.
type Filter struct {
	// Only in this state.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=parked_state"`
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only for this reason.
	Reason call.Many `query:"reason" json:"-" validate:"omitempty,max=20,dive,code" known:"reason" example:"case_ended"`
	// Only acts whose decision is overdue.
	Overdue bool `query:"overdue" json:"-"`
	// Only acts that are now for Kepala to decide.
	Escalated bool `query:"escalated" json:"-"`
	list.Changes
	page.Request
}

// List returns parked acts, oldest first: all of the puskesmas to the office,
// their own to others.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.ParkedAct], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.ParkedAct], error) {
		p, err := parked.Read(tx, s.sealer, f, `select `+columns+from, f.where(tx))
		return list.Map(p, func(r row) homecare.ParkedAct { return r.wire(tx) }), err
	})
}

// QueueCount queues the count of List.
func QueueCount(tx pg.Tx, b *pgx.Batch, f Filter, into *int) {
	list.QueueCount(b, `select `+columns+from, f.where(tx), into)
}

func (f Filter) where(tx pg.Tx) *pg.Where {
	w := new(pg.Where)
	w.And(own)
	w.Given(`a.state = $`, f.State...)
	w.Given(`a.case_id = $`, f.CaseID)
	w.Given(`a.reason = $`, f.Reason...)
	if f.Overdue {
		w.And(`a.state = 'parked' and a.due_on < ` + w.Arg(tx.Today()) + `::text::date`)
	}
	if f.Escalated {
		w.And(`a.state = 'parked' and a.escalates_on <= ` + w.Arg(tx.Today()) + `::text::date`)
	}
	return w
}

var parked = list.List[row, key]{
	Name: "parked", Key: func(a row) key { return key{a.ParkedAt, a.ID} },
}

type key struct {
	At time.Time `list:"a.parked_at"`
	ID string    `list:"a.id uuid"`
}
