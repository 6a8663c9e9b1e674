package alert

import (
	"cmp"
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows the list of alerts.
type Filter struct {
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only of this level.
	Level string `query:"level" json:"-" validate:"omitempty,oneof=alert critical"`
	// Of this state.
	State string `query:"state" json:"-" validate:"omitempty,oneof=open acknowledged closed corrected" default:"open"`
	page.Request
}

// List lists the alerts of one state, oldest first: unless told, those that
// nobody has acknowledged yet.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.Alert], error) {
	f.State = cmp.Or(f.State, "open")
	list := "alerts?" + f.CaseID + "&" + f.Level + "&" + f.State
	var k key
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.Alert]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Alert], error) {
		var w pg.Where
		w.And(access.Listed("c"))
		w.And(`a.state = ` + w.Arg(f.State))
		w.Given(`a.case_id = $`, f.CaseID)
		w.Given(`a.level = $`, f.Level)
		if k.ID != "" {
			w.And(`(a.raised_at, a.id) > (` + w.Arg(k.At) + `, ` + w.Arg(k.ID) + `::text::uuid)`)
		}
		rows, err := pg.Rows[homecare.Alert](tx, `select `+columns+from+w.SQL()+` order by a.raised_at, a.id limit `+w.Arg(f.Rows()), w.Args...)
		if err != nil {
			return page.Page[homecare.Alert]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(a homecare.Alert) any { return key{At: a.RaisedAt, ID: a.ID} })
	})
	return homecare.Page[homecare.Alert]{Data: p.Items, NextCursor: p.Next}, err
}

type key struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}
