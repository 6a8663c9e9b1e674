package late

import (
	"context"
	"fmt"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows the list of parked acts; empty fields narrow nothing.
type Filter struct {
	// Only in this state.
	State string `query:"state" json:"-" validate:"omitempty,oneof=parked taken returned withdrawn"`
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only for this reason.
	Reason string `query:"reason" json:"-" validate:"omitempty,code"`
	// Only what should have been decided.
	Overdue bool `query:"overdue" json:"-"`
	// Only what is Kepala's by now.
	Escalated bool `query:"escalated" json:"-"`
	page.Request
}

// List returns parked acts, oldest first: all of the puskesmas to the office, the
// own to everybody else.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.ParkedAct], error) {
	list := fmt.Sprintf("parked?%s&%s&%s&%t&%t", f.State, f.CaseID, f.Reason, f.Overdue, f.Escalated)
	var k key
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.ParkedAct]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.ParkedAct], error) {
		rows, err := listed(tx, f, k, clock.Day(tx.Now()))
		if err != nil {
			return page.Page[homecare.ParkedAct]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(a homecare.ParkedAct) any { return key{a.ParkedAt, a.ID} })
	})
	return homecare.Page[homecare.ParkedAct]{Data: p.Items, NextCursor: p.Next}, err
}

type key struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

func listed(tx pg.Tx, f Filter, k key, today string) ([]homecare.ParkedAct, error) {
	if k.ID == "" {
		k.ID = "00000000-0000-0000-0000-000000000000"
	}
	rows, err := pg.Rows[row](tx, `select `+columns+from+`where (a.parked_at, a.id) > ($1, $2) and ($3 = '' or a.state = $3)
			and (nullif($4, '') is null or a.case_id = nullif($4, '')::uuid) and ($5 = '' or a.reason = $5)
			and (not $6 or a.state = 'parked' and a.due_on < $8::text::date)
			and (not $7 or a.state = 'parked' and a.escalates_on <= $8::text::date) and `+own+`
		order by a.parked_at, a.id limit $9`, k.At, k.ID, f.State, f.CaseID, f.Reason, f.Overdue, f.Escalated, today, f.Rows())
	out := make([]homecare.ParkedAct, len(rows))
	for i, r := range rows {
		out[i] = r.wire(tx)
	}
	return out, err
}
