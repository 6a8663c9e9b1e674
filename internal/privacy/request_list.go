package privacy

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// RequestFilter selects requests; empty fields select all.
type RequestFilter struct {
	// Only this state.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=data_subject_request_state"`
	page.Request
}

// Requests lists the requests by due time, the earliest first.
func (s *Service) Requests(ctx context.Context, f RequestFilter) (homecare.Page[homecare.DataSubjectRequest], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.DataSubjectRequest], error) {
		var w pg.Where
		now := w.Arg(tx.Now())
		w.Given(`r.state = $`, f.State...)
		return requests.Read(tx, s.sealer, f, `select `+requestColumns(now)+` from data_subject_request r`, &w)
	})
}

var requests = list.List[homecare.DataSubjectRequest, requestKey]{
	Name: "data-subject-requests",
	Key:  func(r homecare.DataSubjectRequest) requestKey { return requestKey{r.DueAt, r.ID} },
}

type requestKey struct {
	Due time.Time `list:"r.due_at"`
	ID  string    `list:"r.id uuid"`
}
