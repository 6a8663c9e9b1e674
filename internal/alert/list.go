package alert

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
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
		var w pg.Where
		w.And(access.Listed("c"))
		w.Given(`a.state = $`, f.State...)
		w.Given(`a.case_id = $`, f.CaseID)
		w.Given(`a.level = $`, f.Level...)
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
