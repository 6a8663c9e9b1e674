package app

import (
	"github.com/balangan/homecare/internal/late"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit"
	"github.com/balangan/homecare/pkg/homecare"
)

// takers are the use cases by which a parked act is taken, by the route that it was
// sent to.
func (a *App) takers() map[string]late.Taker {
	onVisit := func(take func(pg.Tx, string, []byte, visit.Parked) (homecare.Visit, error)) late.Taker {
		return func(tx pg.Tx, id string, body []byte, h late.Hand) (string, string, error) {
			v, err := take(tx, id, body, visit.Parked{PerformedBy: h.PerformedBy, RecordedBy: h.RecordedBy, Vouched: h.Vouched, To: h.To})
			return "visit", v.ID, err
		}
	}
	return map[string]late.Taker{
		"POST /v1/visits/bundle": onVisit(func(tx pg.Tx, _ string, body []byte, p visit.Parked) (homecare.Visit, error) {
			return a.visit.TakeBundleIn(tx, body, p)
		}),
		"POST /v1/visits/{id}/check-in": onVisit(a.visit.TakeCheckInIn),
		"POST /v1/visits/{id}/complete": onVisit(a.visit.TakeCompleteIn),
		"POST /v1/visits/{id}/miss":     onVisit(a.visit.TakeMissIn),
	}
}
