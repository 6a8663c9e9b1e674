package followup

import (
	"context"

	"github.com/balangan/homecare/internal/access"
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
	list.Changes
	page.Request
}

// List lists tasks by due date, so overdue ones come first.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.FollowUp], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.FollowUp], error) {
		var w pg.Where
		w.And(access.Listed("c"))
		today := w.Arg(tx.Today())
		w.Given(`f.case_id = $`, f.CaseID)
		w.Given(`f.state = $`, f.State...)
		if f.Mine {
			w.And(`f.owner_account_id = ` + w.Arg(tx.Principal().UserID))
		}
		if f.Overdue {
			w.And(`f.due_on < ` + today + `::text::date and f.state in ` + Pending)
		}
		return tasks.Read(tx, s.sealer, f, `select `+columns(today)+from, &w)
	})
}

var tasks = list.List[homecare.FollowUp, key]{
	Name: "follow-ups", Key: func(f homecare.FollowUp) key { return key{f.DueOn, f.ID} },
}

type key struct {
	DueOn string `list:"f.due_on date"`
	ID    string `list:"f.id uuid"`
}
