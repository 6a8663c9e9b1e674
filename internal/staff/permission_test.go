package staff_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestWithhold(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala, petugas, neighbour, koordinator := s.As(t, "kepala.uren"), s.As(t, "petugas1.uren"),
		s.As(t, "petugas1.juai"), s.As(t, "koordinator.uren")
	const read = "GET /v1/patients"
	in := homecare.Withhold{Role: "petugas", Permission: read, Reason: "Sedang diperiksa"}
	w, err := kepala.WithholdPermission(ctx, in)
	if err != nil || w.Permission != read || w.CreatedAt.IsZero() {
		t.Fatalf("%+v, %v", w, err)
	}
	patients := func(c *homecare.Client) string { _, err := c.Patients(ctx, nil); return apitest.Code(err) }
	if got := patients(petugas); got != "auth.withheld" {
		t.Errorf("the next request: %q", got)
	}
	for who, c := range map[string]*homecare.Client{"a koordinator": koordinator, "another puskesmas": neighbour,
		"Kepala": kepala} {
		if got := patients(c); got != "" {
			t.Errorf("%s: %q", who, got)
		}
	}
	for _, c := range []struct {
		what string
		in   homecare.Withhold
		want string
	}{
		{"again", in, "permission.already_withheld"},
		{"an unknown operation", homecare.Withhold{Role: "petugas", Permission: "GET /v1/nothing", Reason: "x y"},
			"request.invalid"},
		{"what the role has not", homecare.Withhold{Role: "petugas", Permission: "POST /v1/teams", Reason: "x y"},
			"request.invalid"},
		{"one's own account", homecare.Withhold{Role: "petugas", Permission: "POST /v1/me/password", Reason: "x y"},
			"request.invalid"},
		{"from Kepala", homecare.Withhold{Role: "kepala_puskesmas", Permission: read, Reason: "x y"},
			"request.invalid"},
	} {
		if _, err := kepala.WithholdPermission(ctx, c.in); apitest.Code(err) != c.want {
			t.Errorf("withholding %s: %v, want %s", c.what, err, c.want)
		}
	}
	list, err := petugas.Permissions(ctx)
	found := 0
	for _, p := range list.Data {
		found += len(p.Withheld)
	}
	if err != nil || len(list.Data) < 100 || found != 1 {
		t.Errorf("%d permissions, %d withheld, %v", len(list.Data), found, err)
	}
	theirs, err := neighbour.Permissions(ctx)
	for _, p := range theirs.Data {
		if len(p.Withheld) != 0 {
			t.Errorf("another puskesmas sees %+v", p.Withheld)
		}
	}
	if err != nil {
		t.Error(err)
	}
	// Another puskesmas's Kepala cannot restore it.
	restore := homecare.Restore{Role: "petugas", Permission: read}
	if err := s.As(t, "kepala.juai").RestorePermission(ctx, restore); apitest.Code(err) != "record.state" {
		t.Errorf("restored by another puskesmas: %v", err)
	}
	if err := kepala.RestorePermission(ctx, restore); err != nil {
		t.Fatal(err)
	}
	if err := kepala.RestorePermission(ctx, restore); apitest.Code(err) != "record.state" {
		t.Errorf("restored twice: %v", err)
	}
	if got := patients(petugas); got != "" {
		t.Errorf("after it was given back: %q", got)
	}
	s.Database.Exec(t, `update session set stepped_up_at = now() - interval '11 minutes'`)
	if _, err := kepala.WithholdPermission(ctx, in); apitest.Code(err) != "auth.step_up" {
		t.Errorf("without a recent proof: %v", err)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala, petugas := s.As(t, "kepala.uren"), s.As(t, "petugas1.uren")
	const approve, reveal = "POST /v1/cases/{id}/approve", "POST /v1/patients/{id}/reveal"
	explain := func(c *homecare.Client, permission, role string) string {
		t.Helper()
		e, err := c.ExplainPermission(ctx, homecare.Explain{Permission: permission, Role: role})
		if err != nil {
			return apitest.Code(err)
		}
		out := "no"
		if e.Allowed {
			out = "yes"
		}
		for _, r := range e.Reasons {
			out += " " + r.Code
			if r.Text == "" {
				t.Errorf("%s has no text", r.Code)
			}
		}
		return out
	}
	check := func(c *homecare.Client, permission, role, want string) {
		t.Helper()
		if got := explain(c, permission, role); got != want {
			t.Errorf("%s as %q: %q, want %q", permission, role, got, want)
		}
	}
	check(kepala, approve, "", "yes role_allowed second_factor_wanted")
	check(petugas, approve, "", "no role_missing")
	check(petugas, approve, "kepala_puskesmas", "yes role_allowed second_factor_wanted")
	check(petugas, reveal, "", "yes role_allowed step_up_recent")
	check(petugas, "POST /v1/auth/login", "", "yes public")
	check(petugas, "GET /v1/nothing", "", "request.invalid")
	check(s.As(t, "dinkes.analis"), reveal, "", "no role_missing")
	if _, err := kepala.WithholdPermission(ctx, homecare.Withhold{Role: "petugas", Permission: reveal,
		Reason: "Oleh koordinator saja"}); err != nil {
		t.Fatal(err)
	}
	check(petugas, reveal, "", "no role_allowed withheld step_up_recent")
	s.Database.Exec(t, `update session set stepped_up_at = now() - interval '11 minutes'`)
	check(s.As(t, "petugas1.juai"), reveal, "", "yes role_allowed step_up_recent")
	check(kepala, reveal, "", "no role_allowed second_factor_wanted step_up_wanted")
	check(kepala, reveal, "koordinator", "yes role_allowed step_up_wanted")
}

// TestAccountWall queries the tables in the application role of Uren: what the
// rules in Go refuse, the database refuses too.
func TestAccountWall(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala := s.As(t, "kepala.uren")
	p, err := s.App.Tokens.Verify(t.Context(), kepala.Tokens().AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	ctx := auth.With(t.Context(), p)
	id := func(sql string) string { var v string; s.Database.Row(t, sql, nil, &v); return v }
	foreign := id(`select id::text from account where username = 'petugas1.juai'`)
	boss := id(`select id::text from account where username = 'kepala.uren'`)
	admin := id(`select id::text from account where username = 'dinkes.admin'`)
	own := id(`select id::text from account where username = 'petugas1.uren'`)
	ask := func(sql string, args ...any) (int, error) {
		return pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (int, error) { return pg.Scalar[int](tx, sql, args...) })
	}
	for _, c := range []struct {
		sql  string
		args []any
		want int
	}{
		{`select count(id)::int from account`, nil, 5},
		{`select count(id)::int from membership`, nil, 5},
		{`select count(id)::int from account where id = any ($1::uuid[])`, []any{[]string{foreign, admin}}, 0},
		{`select account_is_ours($1)::int`, []any{foreign}, 0},
		{`select account_is_ours($1)::int`, []any{boss}, 0},
		{`select account_is_ours($1)::int`, []any{uuid.NewString()}, 0},
		{`select account_is_ours($1)::int`, []any{own}, 1},
		{`select account_may_join($1)::int`, []any{foreign}, 0},
		{`select account_may_join($1)::int`, []any{admin}, 0},
		{`select account_may_join($1)::int`, []any{own}, 1},
		{`with u as (update account set name = 'x' where id = any ($1::uuid[]) returning id) select count(*)::int
			from u`, []any{[]string{foreign, admin, boss}}, 0},
		{`with u as (update membership set ended_at = now() where account_id = any ($1::uuid[]) returning id)
			select count(*)::int from u`, []any{[]string{foreign, admin, boss}}, 0},
	} {
		if n, err := ask(c.sql, c.args...); err != nil || n != c.want {
			t.Errorf("%s: %d, %v; want %d", c.sql, n, err, c.want)
		}
	}
	do := func(sql string, args ...any) error {
		_, err := pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (int, error) {
			_, err := tx.Exec(sql, args...)
			return 0,
				err
		})
		return err
	}
	const join = `insert into membership (id, account_id, puskesmas_id, role) values (gen_random_uuid(), $1, $2, $3)`
	for _, c := range []struct {
		what, sql string
		args      []any
	}{
		{"a foreigner joins", join, []any{foreign, 12, "petugas"}},
		{"one's own joins elsewhere", join, []any{own, 8, "petugas"}},
		{"one's own becomes kepala", join, []any{own, 12, "kepala_puskesmas"}},
		{"an account of another's making", `insert into account (id, username, name, made_in)
			values (gen_random_uuid(), 'x.y.z', 'x', 8)`, nil},
		{"a raise", `update membership set role = 'kepala_puskesmas' where account_id = $1`, []any{own}},
		{"a hash is read", `select password_hash from account`, nil},
		{"a hash is written", `update account set password_hash = 'x' where id = $1`, []any{own}},
		{"a link is read", `select id from account_link`, nil},
		{"a link is made", `insert into account_link (id, account_id, purpose, token_hash, expires_at)
			values (gen_random_uuid(), $1, 'reset', sha256('x'), now())`, []any{own}},
		{"an old password is read", `select id from password_history`, nil},
	} {
		if err := do(c.sql, c.args...); err == nil {
			t.Errorf("%s: the database let it pass", c.what)
		}
	}
	if err := do(join, foreign, 12, "petugas"); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("a foreign account joins: %v, want not found", err)
	}
}
