package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter narrows a list of reports.
type Filter struct {
	// Only this programme.
	Programme string `query:"programme" json:"-" validate:"omitempty,code"`
	// Only this month, YYYY-MM.
	Month string `query:"month" json:"-" validate:"omitempty,month"`
	// Only this state.
	State string `query:"state" json:"-" validate:"omitempty,oneof=draft withdrawn submitted sent accepted returned archived superseded"`
	// Only this puskesmas (slug).
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41"`
	page.Request
}

type listKey struct {
	Month string `json:"m"`
	ID    string `json:"i"`
}

// List returns reports, newest month first, without figures. Dinkes sees those
// that were sent.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.Report], error) {
	name := "reports?" + f.Programme + "&" + f.Month + "&" + f.State + "&" + f.Puskesmas
	k := listKey{"9999-12", "ffffffff-ffff-ffff-ffff-ffffffffffff"}
	if _, err := s.sealer.Open(ctx, name, f.Request, &k); err != nil {
		return homecare.Page[homecare.Report]{}, err
	}
	p, err := pg.Reference(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Report], error) {
		rows, err := pg.Rows[row](tx, `select `+rowColumns+rowFrom+`
			where (r.month, r.id) < ($1, $2) and ($3 = '' or r.programme_code = $3) and ($4 = '' or r.month = $4) and ($5 = '' or r.state = $5) and ($6 = '' or p.slug = $6)
			order by r.month desc, r.id desc limit $7`, k.Month, k.ID, f.Programme, f.Month, f.State, f.Puskesmas, f.Rows())
		if err != nil {
			return page.Page[homecare.Report]{}, err
		}
		out := make([]homecare.Report, len(rows))
		for i, r := range rows {
			r.Figures = nil
			out[i] = r.wire(tx.Now())
		}
		return page.Cut(ctx, s.sealer, name, f.Request, out, func(r homecare.Report) any { return listKey{r.Month, r.ID} })
	})
	return homecare.Page[homecare.Report]{Data: p.Items, NextCursor: p.Next}, err
}
