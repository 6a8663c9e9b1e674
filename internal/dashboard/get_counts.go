package dashboard

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/intake"
	"github.com/balangan/homecare/internal/late"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit"
	"github.com/balangan/homecare/pkg/homecare"
)

// badge is one count: the length of a list of the caller.
type badge struct {
	kind, path string
	by         []auth.Role // who has it; nil: everybody
	filter     any
	queue      func(tx pg.Tx, b *pgx.Batch, into *int)
}

// Counts returns how much waits for the caller: the lengths of lists, each with its
// address. Lists that the caller may not read are left out.
func (s *Service) Counts(ctx context.Context, _ call.None) (homecare.Page[homecare.Count], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Count], error) {
		var b pgx.Batch
		out := homecare.Page[homecare.Count]{Data: []homecare.Count{}}
		all := badges(tx)
		counts := make([]int, len(all))
		var mine []int
		for i, x := range all {
			if tx.Permitted("GET "+x.path) == nil && (x.by == nil || slices.Contains(x.by, tx.Principal().Role)) {
				x.queue(tx, &b, &counts[i])
				mine = append(mine, i)
			}
		}
		if err := tx.Send(&b); err != nil {
			return out, err
		}
		for _, i := range mine {
			out.Data = append(out.Data, homecare.Count{Kind: all[i].kind, Count: counts[i],
				Href: list.Address(all[i].path, all[i].filter)})
		}
		return out, nil
	})
}

// badges are all counts, in the order of a screen.
func badges(tx pg.Tx) []badge {
	today := tx.Today()
	yesterday := clock.Day(tx.Now().Add(-24 * time.Hour))
	undone := call.Many{"planned", "in_progress"}
	office := []auth.Role{access.Kepala, access.Koordinator}
	return []badge{
		counted("visits_today", "/v1/visits", visit.QueueCount,
			visit.Filter{Mine: true, State: undone, DateFrom: today, DateTo: today}),
		counted("visits_late", "/v1/visits", visit.QueueCount,
			visit.Filter{Mine: true, State: undone, DateTo: yesterday}),
		counted("visits_unstaffed", "/v1/visits", visit.QueueCount, visit.Filter{Unstaffed: true}, office...),
		counted("follow_ups_today", "/v1/follow-ups", followup.QueueCount, followup.Filter{Mine: true,
			State: call.Many{"open", "handed_over", "answered"}, DueFrom: today, DueTo: today}),
		counted("follow_ups_overdue", "/v1/follow-ups", followup.QueueCount,
			followup.Filter{Mine: true, Overdue: true}),
		counted("alerts_open", "/v1/alerts", alert.QueueCount, alert.Filter{State: call.Many{"open"}}),
		counted("parked_waiting", "/v1/parked", late.QueueCount, late.Filter{State: call.Many{"parked"}}),
		counted("cases_to_decide", "/v1/cases", episode.QueueCount, episode.Filter{State: call.Many{"proposed"}},
			access.Kepala),
		counted("cases_without_team", "/v1/cases", episode.QueueCount, episode.Filter{State: call.Many{"approved"}},
			access.Kepala),
		counted("duplicates_open", "/v1/duplicates", intake.QueueDuplicateCount,
			intake.DuplicateFilter{State: call.Many{"open"}}, office...),
	}
}

func counted[F any](kind, path string, queue func(pg.Tx, *pgx.Batch, F, *int), filter F, by ...auth.Role) badge {
	return badge{kind: kind, path: path, by: by, filter: filter,
		queue: func(tx pg.Tx, b *pgx.Batch, into *int) { queue(tx, b, filter, into) }}
}
