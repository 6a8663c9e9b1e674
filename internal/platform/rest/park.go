package rest

import (
	"context"
	"errors"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/fault"
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

// parks returns the contradiction for which the request is kept, and the record
// that its path names; nil where it is answered as it is. A dry run is never kept.
func parks(c echo.Context, r Route, err error) (recordID string, at *fault.Contradiction) {
	at, found := errors.AsType[*fault.Contradiction](err)
	if !found || r.park == nil || !r.Flags.Has(Parks) || c.QueryParam("dry_run") == "true" {
		return "", nil
	}
	return c.Param("id"), at
}
