package pg

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/pgtest"
)

// TestAskRole: every way in which a login could bypass row-level security is
// reported. Each is a real role of the test server.
func TestAskRole(t *testing.T) {
	t.Parallel()
	admin := pgtest.Database{Name: "postgres"}
	suffix := strings.ReplaceAll(uuid.NewString(), "-", "")[:12]
	for i, c := range []struct{ says, made string }{
		{"", `create role %R login`},
		{"is a superuser", `create role %R login superuser`},
		{"bypasses row-level security", `create role %R login bypassrls`},
		{"may create roles", `create role %R login createrole`},
		{"may create databases", `create role %R login createdb`},
		{"may replicate", `create role %R login replication`},
		{"is a member of pg_read_all_data", `create role %R login; grant pg_read_all_data to %R`},
		{"is a member of %R_other", `create role %R_other bypassrls; create role %R login noinherit; grant %R_other to
			%R`},
		{"is a member of %R_far", `create role %R_far superuser; create role %R_near; grant %R_far to %R_near; create
			role %R login; grant %R_near to %R`},
		{"owns schema %R", `create role %R login; create schema %R authorization %R`},
		{"owns function %R()", `create role %R login; create function public.%R() returns int language sql as
			'select 1'; alter function public.%R() owner to %R`},
		{"owns table", `create role %R login; create table public.%R (); alter table public.%R owner to %R`},
	} {
		role := "ask_" + suffix + "_" + string(rune('a'+i))
		of := func(s string) string { return strings.ReplaceAll(s, "%R", role) }
		admin.Exec(t, of(c.made))
		t.Cleanup(func() {
			for _, r := range []string{role, role + "_near", role + "_far", role + "_other"} {
				admin.Exec(t, `do $$ begin if exists (select from pg_roles where rolname = '`+r+`') then
					drop owned by `+r+` cascade; drop role `+r+`; end if; end $$`)
			}
		})
		conn, err := pgx.Connect(t.Context(), admin.DSN(role))
		if err != nil {
			t.Fatal(err)
		}
		err = askRole(t.Context(), conn, "HOMECARE_DB_APP_URL", role, false)
		_ = conn.Close(t.Context())
		switch {
		case c.says == "" && err != nil:
			t.Errorf("a plain role: %v", err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), of(c.says))):
			t.Errorf("%s: %v", of(c.made), err)
		}
	}
}
