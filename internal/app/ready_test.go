package app_test

import (
	"net/http"
	"testing"

	"github.com/balangan/homecare/internal/platform/apitest"
)

// TestReadyAsksWhatRequestsNeed: whatever would make every request or every
// sign-in fail, or let anybody in, makes the process not ready.
func TestReadyAsksWhatRequestsNeed(t *testing.T) {
	t.Parallel()
	const enter = `create or replace function enter(p_session uuid, p_account uuid, p_membership uuid, p_role text, p_puskesmas smallint,
		p_permission text, p_step_up boolean) returns text[] language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$ begin `
	for name, broken := range map[string]string{
		"the session check lets anybody in":      enter + `return null; end $$`,
		"the session check lets Dinkes in":       enter + `if p_puskesmas is null then return null; end if; raise 'x' using errcode = 'HC401'; end $$`,
		"the session check fails":                enter + `raise exception 'no library'; end $$`,
		"the session check is another role's":    `revoke execute on function enter(uuid, uuid, uuid, text, smallint, text, boolean) from homecare_district`,
		"the session check of the report is not": `revoke execute on function enter(uuid, uuid, uuid, text, smallint, text, boolean) from homecare_report`,
		"sign-in fails":                          `alter function begin_attempt rename to begin_attempt_gone`,
		"an extension is gone":                   `alter function similarity(text, text) rename to similarity_gone`,
		"another extension is gone":              `alter function int4_dist(integer, integer) rename to int4_dist_gone`,
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
			if code := ask(); code != http.StatusServiceUnavailable {
				t.Errorf("%d, want 503", code)
			}
		})
	}
}

func errorless(t *testing.T, res *http.Response) int {
	t.Helper()
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}
