package rest

import (
	"context"
	"reflect"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrUnlogged is returned when the access log cannot be written: nothing is
// shown without a log entry.
var ErrUnlogged = fault.Define(fault.Unavailable, "access.unlogged",
	"Catatan akses tidak dapat ditulis, jadi data tidak ditampilkan. Coba lagi sebentar lagi; bila berulang, hubungi pengelola server.",
	"The access log cannot be written, so nothing is shown. Try again in a moment; if it happens again, tell the operator.")

// show writes the persons in the answer to the access log before the answer is sent.
// Answers without persons, and answers on public routes, are not logged.
func (r Route) show(c echo.Context, subjects call.Subjects, replayed bool) error {
	if r.shown == nil || subjects == nil || subjects.Empty() {
		return nil
	}
	if _, signedIn := auth.From(c.Request().Context()); !signedIn {
		return nil
	}
	s := call.Shown{Subjects: subjects, Permission: r.Permission(), Revealed: r.Flags.Has(Reveals), Replayed: replayed}
	if err := r.shown(c.Request().Context(), s); err != nil {
		return ErrUnlogged.Because(err)
	}
	return nil
}

// shownHook is called with every answer that shows persons, before it is sent.
// On an error the answer is not sent.
type shownHook func(ctx context.Context, s call.Shown) error

// subjectsOf returns the persons in an answer of the route.
func (r Route) subjectsOf(c echo.Context, answer any) call.Subjects {
	if r.subjects == nil {
		return nil
	}
	return r.subjects(strings.ToLower(c.Param("id")), answer)
}

// Result is the type of the handler's answer; nil for files and Raw.
func (h Handler) Result() reflect.Type { return h.result }
