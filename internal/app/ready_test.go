package app_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
)

// TestReadyAsksWhatRequestsNeed: everything that would make all requests or all
// sign-ins fail, or give access to everybody, makes the process not ready.
func TestReadyAsksWhatRequestsNeed(t *testing.T) {
	t.Parallel()
	const enter = `create or replace function enter(p_session uuid, p_account uuid, p_membership uuid, p_role text,
		p_puskesmas smallint,
		p_permission text, p_step_up boolean) returns text[] language plpgsql security definer
		set search_path = pg_catalog, public, pg_temp as $$ begin `
	for name, broken := range map[string]string{
		"the session check lets anybody in": enter + `return null; end $$`,
		"the session check lets Dinkes in": enter +
			`if p_puskesmas is null then return null; end if; raise 'x' using errcode = 'HC401'; end $$`,
		"the session check fails": enter + `raise exception 'no library'; end $$`,
		"the session check is another role's": `revoke execute on function enter(uuid, uuid, uuid, text, smallint,
			text, boolean) from homecare_district`,
		"the session check of the report is not": `revoke execute on function enter(uuid, uuid, uuid, text, smallint,
			text, boolean) from homecare_report`,
		"sign-in fails":             `alter function begin_attempt rename to begin_attempt_gone`,
		"accounts cannot be read":   `revoke select on account from homecare_system`,
		"sessions cannot be opened": `revoke insert on session from homecare_system`,
		"an extension is gone":      `alter function similarity(text, text) rename to similarity_gone`,
		"another extension is gone": `alter function int4_dist(integer, integer) rename to int4_dist_gone`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := apitest.New(t)
			ask := func() int {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/readyz", nil)
				if err != nil {
					t.Fatal(err)
				}
				res, err := s.HTTP(t).Do(req)
				if err != nil {
					t.Fatal(err)
				}
				return errorless(t, res)
			}
			if code := ask(); code != http.StatusOK {
				t.Fatalf("a sound database: %d", code)
			}
			s.Database.Exec(t, broken)
			code := ask()
			for end := time.Now().Add(5 * time.Second); code == http.StatusOK && time.Now().Before(end); code = ask() {
				time.Sleep(100 * time.Millisecond) // an answer is reused for a second
			}
			if code != http.StatusServiceUnavailable {
				t.Errorf("%d, want 503", code)
			}
		})
	}
}

// asked counts the readiness queries to the database.
type asked struct{ n atomic.Int64 }

func (a *asked) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if strings.Contains(q.SQL, "GET /readyz") {
		a.n.Add(1)
	}
	return ctx
}

func (*asked) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TestReadyIsCheap: a thousand requests query the database once a second,
// because the route is open to everybody.
func TestReadyIsCheap(t *testing.T) {
	t.Parallel()
	var a asked
	s := apitest.New(t, apitest.Pools(func(c *pg.Config) { c.Tracer = &a }))
	begin := time.Now()
	for range 1000 {
		if err := s.App.DB.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	rounds := int64(time.Since(begin).Seconds()) + 1
	if n := a.n.Load(); n < 3 || n > 3*rounds { // app, report and district ask by a session
		t.Errorf("the database was asked %d times", n)
	}
}

func errorless(t *testing.T, res *http.Response) int {
	t.Helper()
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}
