package followup

import (
	"context"
	"fmt"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows the list of tasks; empty fields narrow nothing.
type Filter struct {
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only in this state.
	State string `query:"state" json:"-" validate:"omitempty,oneof=open handed_over answered done cancelled"`
	// Only mine.
	Mine bool `query:"mine" json:"-"`
	// Only overdue ones.
	Overdue bool `query:"overdue" json:"-"`
	page.Request
}

type key struct {
	DueOn string `json:"d"`
	ID    string `json:"i"`
}

// List lists tasks by due date; overdue ones come first that way.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.FollowUp], error) {
	list := fmt.Sprintf("follow-ups?%s&%s&%t&%t", f.CaseID, f.State, f.Mine, f.Overdue)
	var k key
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.FollowUp]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.FollowUp], error) {
		var w pg.Where
		w.And(access.Listed("c"))
		today := w.Arg(tx.Today())
		w.Given(`f.case_id = $`, f.CaseID)
		w.Given(`f.state = $`, f.State)
		if f.Mine {
			w.And(`f.owner_account_id = ` + w.Arg(tx.Principal().UserID))
		}
		if f.Overdue {
			w.And(`f.due_on < ` + today + `::text::date and f.state in ` + Pending)
		}
		if k.ID != "" {
			w.And(`(f.due_on, f.id) > (` + w.Arg(k.DueOn) + `::text::date, ` + w.Arg(k.ID) + `::text::uuid)`)
		}
		rows, err := pg.Rows[homecare.FollowUp](tx, `select `+columns(today)+from+w.SQL()+` order by f.due_on, f.id limit `+w.Arg(f.Rows()), w.Args...)
		if err != nil {
			return page.Page[homecare.FollowUp]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(f homecare.FollowUp) any { return key{f.DueOn, f.ID} })
	})
	return homecare.Page[homecare.FollowUp]{Data: p.Items, NextCursor: p.Next}, err
}
