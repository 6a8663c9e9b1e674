package alert

import (
	"cmp"
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
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
	Level string `query:"level" json:"-" validate:"omitempty,list=alert_level"`
	// Of this state.
	State string `query:"state" json:"-" validate:"omitempty,list=alert_state" default:"open"`
	page.Request
}

// List lists the alerts of one state, oldest first. Without a state it lists
// those that nobody has acknowledged yet.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.Alert], error) {
	f.State = cmp.Or(f.State, "open")
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Alert], error) {
		var w pg.Where
		w.And(access.Listed("c"))
		w.And(`a.state = ` + w.Arg(f.State))
		w.Given(`a.case_id = $`, f.CaseID)
		w.Given(`a.level = $`, f.Level)
		return alerts.Read(tx, s.sealer, f, `select `+columns+from, &w)
	})
}

var alerts = list.List[homecare.Alert, key]{
	Name: "alerts", Key: func(a homecare.Alert) key { return key{a.RaisedAt, a.ID} },
}

type key struct {
	At time.Time `list:"a.raised_at"`
	ID string    `list:"a.id uuid"`
}
