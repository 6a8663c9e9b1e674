package apitest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Parked fails unless err says that the act was parked for that reason.
func Parked(t *testing.T, err error, reason string) string {
	t.Helper()
	p, ok := errors.AsType[*homecare.ParkedError](err)
	if !ok || p.Reason != reason {
		t.Fatalf("got %v, want it parked for %s", err, reason)
	}
	return p.ID
}

// Staff is a client of an account at the business time of the tests.
func (w *Home) Staff(name string) *homecare.Client {
	c := w.As(w.T, name)
	c.Clock = func() time.Time { return Now }
	return c
}

// ToldAt is the code of an error for a field; "" for none.
func ToldAt(err error, pointer string) string {
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok {
		return ""
	}
	for _, e := range p.Errors {
		if e.Pointer == pointer {
			return e.Code
		}
	}
	return ""
}

// Task is a task of the case, for the nurse.
func (w *Home) Task(f homecare.NewFollowUp) homecare.FollowUp {
	w.T.Helper()
	f.CaseID, f.What, f.OwnerAccountID, f.DueOn = w.CaseID, "Antar obat", w.NurseID, "2026-03-20"
	out, err := w.Nurse.AddFollowUp(w.T.Context(), f)
	if err != nil {
		w.T.Fatal(err)
	}
	return out
}

// AsNurse runs f in a transaction of the nurse's session.
func (w *Home) AsNurse(f func(pg.Tx) error) (struct{}, error) {
	p, err := w.App.Tokens.Verify(w.T.Context(), w.Nurse.Tokens().AccessToken)
	if err != nil {
		w.T.Fatal(err)
	}
	return pg.Tenant(auth.With(w.T.Context(), p), w.App.DB, func(tx pg.Tx) (struct{}, error) {
		return struct{}{},
			f(tx)
	})
}

// PutPart writes a part of a visit's record; its name is that in the address.
func PutPart(ctx context.Context, c *homecare.Client, id, part string, version int64, body any) (homecare.Visit,
	error) {
	return acted[homecare.Visit](ctx, c, homecare.Call{Method: "PUT", Path: "/v1/visits/" + id + "/" + part,
		IfMatch: version, Body: body})
}

// ActFollowUp does a step of a task; its name is that in the address.
func ActFollowUp(ctx context.Context, c *homecare.Client, id, step string, version int64, body any) (homecare.FollowUp,
	error) {
	path := "/v1/follow-ups/" + id + "/" + step
	return acted[homecare.FollowUp](ctx, c, homecare.Call{Method: "POST", Path: path, IfMatch: version, Body: body})
}

func acted[T any](ctx context.Context, c *homecare.Client, call homecare.Call) (out T, err error) {
	call.Out = &out
	err = c.Do(ctx, call)
	return out, err
}

// OnReport does a step of a report, at its last answered version.
func OnReport[In any](ctx context.Context, step func(context.Context, string, int64, In) (homecare.Report, error),
	r homecare.Report, in In) (homecare.Report, error) {
	return step(ctx, r.ID, r.Version, in)
}
