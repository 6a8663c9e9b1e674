package evaluation

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter selects evaluations; empty fields select all.
type Filter struct {
	// Only this state.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=evaluation_state"`
	// Only of this month, YYYY-MM.
	Month string `query:"month" json:"-" validate:"omitempty,month"`
	// Only of this visit or case.
	SubjectID string `query:"subject_id" json:"-" validate:"omitempty,uuid"`
	list.Changes
	page.Request
}

// List returns evaluations, newest first.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.Evaluation], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Evaluation], error) {
		w := pg.Where{Args: []any{clock.Day(tx.Now())}} // columns compare with it
		w.And(seen)
		w.And(`not exists (select from patient p where p.voided_reason is not null
			and p.id = coalesce((select patient_id from care_case where id = subject_id),
				(select patient_id from visit where id = subject_id)))`)
		w.Given(`state = $`, f.State...)
		w.Given(`month = $`, f.Month)
		w.Given(`subject_id = $`, f.SubjectID)
		return evaluations.Read(tx, s.sealer, f, `select `+columns+` from evaluation`, &w)
	})
}

var evaluations = list.List[homecare.Evaluation, listKey]{
	Name: "evaluations", Key: func(e homecare.Evaluation) listKey { return listKey{e.CreatedAt, e.ID} },
}

type listKey struct {
	At time.Time `list:"created_at desc"`
	ID string    `list:"id uuid desc"`
}
