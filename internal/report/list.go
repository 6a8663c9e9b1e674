package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows a list of reports.
type Filter struct {
	// Only this programme.
	Programme call.Many `query:"programme" json:"-" validate:"omitempty,max=20,dive,code" known:"programme"`
	// Only this month, YYYY-MM.
	Month string `query:"month" json:"-" validate:"omitempty,month"`
	// Only this state.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=report_state"`
	// Only this puskesmas (slug).
	Puskesmas call.Many `query:"puskesmas" json:"-" validate:"omitempty,max=20,dive,max=41" known:"puskesmas"`
	list.Changes
	page.Request
}

// List returns reports, newest month first, without figures. Dinkes sees sent
// reports only.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.Report], error) {
	return pg.Reference(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Report], error) {
		var w pg.Where
		w.Given(`r.programme_code = $`, f.Programme...)
		w.Given(`r.month = $`, f.Month)
		w.Given(`r.state = $`, f.State...)
		w.Given(`p.slug = $`, f.Puskesmas...)
		p, err := reports.Read(tx, s.sealer, f, `select `+rowColumns+rowFrom, &w)
		return list.Map(p, func(r row) homecare.Report { r.Figures = nil; return r.wire(tx.Now()) }), err
	})
}

var reports = list.List[row, listKey]{
	Name: "reports", Key: func(r row) listKey { return listKey{r.Month, r.ID} },
}

type listKey struct {
	Month string `list:"r.month desc"`
	ID    string `list:"r.id uuid desc"`
}
