package rest

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Accepted is a result that is answered 202: it is kept, and not in the record.
type Accepted interface{ Accepted() }

// Kept is a request that contradicts the record, on its way to where it is kept.
type Kept struct {
	Permission    string // the route
	RecordID      string // what its path names; "" for nothing
	Body          []byte // as it was sent
	Contradiction *fault.Contradiction
}

// parkHook keeps a request in a transaction of its own, under the same
// Idempotency-Key, and returns what is answered.
type parkHook func(ctx context.Context, k Kept) (any, error)

// happened is implemented by requests that can be told days after the act.
type happened interface{ Happened() homecare.Happening }

// parks returns what the request contradicts where it is kept for that; nil where
// it is answered as it is. A use case may say so itself; else a request of an
// earlier day that is in conflict with a record contradicts it: who sends an act of
// today can look again, and the office decides such things itself. A dry run is
// never kept.
func parks(c echo.Context, r Route, req any, err error) *fault.Contradiction {
	if err == nil || r.park == nil || !r.Flags.Has(Parks) || c.QueryParam("dry_run") == "true" {
		return nil
	}
	if at, found := errors.AsType[*fault.Contradiction](err); found {
		return at
	}
	told, can := req.(happened)
	f := fault.From(err)
	if !can || f == nil || f.Kind != fault.Conflict || f.Retryable || f.Code == pg.ErrDuplicate.Code {
		return nil
	}
	return r.overtaken(c, told.Happened(), f)
}

// overtaken is the contradiction of an act of an earlier day by who cannot decide it.
func (r Route) overtaken(c echo.Context, h homecare.Happening, f *fault.Error) *fault.Contradiction {
	ctx := c.Request().Context()
	p, _ := auth.From(ctx)
	if h.On == "" || h.On >= clock.Today(ctx) || p.Role == auth.Koordinator || p.Role == auth.Kepala {
		return nil
	}
	at, _, bad := clock.DayBounds(h.On)
	kind, id := r.record(c)
	if h.ID != "" {
		kind, id = h.Kind, h.ID
	}
	if h.By == "" {
		h.By = p.UserID
	}
	if bad == nil && kind != "" {
		return &fault.Contradiction{Fault: f, Kind: kind, ID: id, By: h.By, At: at}
	}
	return nil
}

// recordKinds are kinds of records by the noun of their address.
var recordKinds = map[string]string{"patients": "patient", "cases": "case", "visits": "visit", "follow-ups": "follow_up", "alerts": "alert"}

// record is what the path names.
func (r Route) record(c echo.Context) (kind, id string) {
	noun, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/v1/"), "/")
	if id = c.Param("id"); id == "" {
		return "", ""
	}
	return recordKinds[noun], strings.ToLower(id)
}

// Again is a request that was kept and is done again: who sent it, and whether
// somebody looked at it and answers for who was of the team then.
type Again struct {
	RecordedBy string
	Vouched    bool
}

type againKey struct{}

// AgainOf returns what is done again in ctx; ok is false for what is sent now.
func AgainOf(ctx context.Context) (a Again, ok bool) {
	a, ok = ctx.Value(againKey{}).(Again)
	return a, ok
}

// Redo does a kept request again, inside tx and as of when it happened; nobody saw a
// version of the record. Error: that of the use case, or fault.ErrInvalid for a body
// that the route reads otherwise by now.
func (h Handler) Redo(tx pg.Tx, a Again, recordID string, body []byte) (any, error) {
	ctx := context.WithValue(tx.Inside(tx.Context()), againKey{}, a)
	return h.redo(ctx, recordID, body)
}

// refill reads a kept request anew.
func refill(req any, s shape, recordID string, body []byte) error {
	if err := decode(body, req); err != nil {
		return err
	}
	for _, p := range s.places {
		if p.in == "path" && p.name == "id" {
			reflect.ValueOf(req).Elem().FieldByIndex(p.index).SetString(recordID)
		}
	}
	return validate(req)
}
