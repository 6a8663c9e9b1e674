package rest

import (
	"context"
	"reflect"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// parkHook keeps a refused request that contradicts the record, in a separate
// transaction under the same Idempotency-Key. kept is false for any other refusal.
type parkHook func(ctx context.Context, r call.Refused) (answer homecare.ParkedAnswer, kept bool, err error)

// earlierHook says whether a request is an act of an earlier day, sent by field
// staff.
type earlierHook func(ctx context.Context, request any) bool

// unseen removes the version from the context of an act of an earlier day: its
// performer could not know the office's later changes, so only the state decides.
func (r Route) unseen(ctx context.Context, request any) context.Context {
	if r.earlier == nil || !r.Flags.Has(Parks) || !r.earlier(ctx, request) {
		return ctx
	}
	now := call.Of(ctx)
	now.Version = call.AnyVersion
	return call.With(ctx, now)
}

// parks says whether a refused request may be kept. A dry run never is.
func (r Route) parks(c echo.Context, err error) bool {
	return err != nil && r.park != nil && r.Flags.Has(Parks) && c.QueryParam("dry_run") != "true"
}

// Redo runs a kept request again, inside tx and as of its time, without a version of
// the record. Error: that of the use case, or fault.ErrInvalid for a body that the
// route now reads differently.
func (h Handler) Redo(tx pg.Tx, a call.Again, recordID string, body []byte) (any, error) {
	again := tx.Call()
	again.Version, again.Again = call.AnyVersion, &a
	return h.redo(call.With(tx.Inside(tx.Context()), again), recordID, body)
}

// refill reads a kept request again.
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
