package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// sealed is a product with a trail of a few acts and accesses in uren, all but
// the newest under seal.
func sealed(t *testing.T) (s *apitest.Server, puskesmas int16, dir string) {
	t.Helper()
	s = apitest.New(t)
	ctx := t.Context()
	if _, err := s.App.Sealer.Seal(ctx); err != nil { // what the demo accounts left
		t.Fatal(err)
	}
	c := s.As(t, "koordinator.uren")
	for _, name := range []string{"Galuh Satu", "Galuh Dua", "Galuh Tiga"} {
		p := register(t, c, name)
		if _, err := c.Patient(ctx, p.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.App.Access.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := s.App.Sealer.Seal(ctx); err != nil || n < 3 {
			t.Fatalf("%d rows sealed, %v", n, err)
		}
	}
	if _, err := c.DraftReport(ctx, homecare.DraftReport{Programme: "homecare_sanggam", Month: "2026-01"}); err != nil {
		t.Fatal(err)
	}
	s.Database.Row(t, `select id from puskesmas where slug = 'uren'`, nil, &puskesmas)
	return s, puskesmas, s.App.Config.Spool()
}

// TestVerify breaks the trail behind the product in each way that the
// verification has to see, triggers off, as a superuser can.
func TestVerify(t *testing.T) {
	t.Parallel()
	const off = `set session_replication_role = replica; `
	for _, x := range []struct{ name, sql, want string }{
		{"nothing", ``, ``},
		{"an action changed", `update audit_event set action = 'patient.void' where id = $id`, `audit_event changed`},
		{"recorded_at changed", `update audit_event set recorded_at = recorded_at - interval '1 day' where id = $id`,
			`audit_event changed`},
		{"a MAC changed", `update audit_event set mac = set_byte(mac, 3, get_byte(mac, 3) # 1) where id = $id`,
			`audit_event changed`},
		{"a key changed", `update audit_event set key_id = 9 where id = $id`, `audit_event changed`},
		{"an event removed", `delete from audit_event where id = $id`, `audit_event missing`},
		{"an event copied", `insert into audit_event (puskesmas_id, id, at, recorded_at, actor_id, actor_role,
			session_id, trace_id, action, subject_kind, subject_id, reason, change, dry_run, key_id, mac)
			select puskesmas_id, gen_random_uuid(), at, recorded_at, actor_id, actor_role, session_id, trace_id, action,
			subject_kind, subject_id, reason, change, dry_run, key_id, mac from audit_event
			where id = $id`, `audit_event changed`},
		{"an event of a forger, put on the waiting list", `with n as
			(insert into audit_event (puskesmas_id, id, at, actor_role, trace_id, action, subject_kind, mac)
			values ($p, gen_random_uuid(), now(), 'system', '', 'x.y', 'x', '') returning id) insert into audit_unsealed
			select $p, 'audit', id from n`, `audit_event changed`},
		{"taken off the waiting list", `delete from audit_unsealed`, `audit_event added`},
		{"an access removed", `delete from access_event where id = $access`,
			`access_event missing, access_event changed`},
		{"a person taken out of an access", `delete from access_person where access_id = $access`,
			`access_event changed`},
		{"another person in an access", `update access_person set patient_id = gen_random_uuid()
			where access_id = $access`, `access_event changed`},
		{"an access of another account", `update access_event set account_id = gen_random_uuid() where id = $access`,
			`access_event changed`},
		{"a seal removed", `delete from audit_seal where seq = 2 and puskesmas_id = $p`,
			`audit_seal missing, audit_event added, access_event added, access_event added`},
		{"the newest seal removed", `delete from audit_seal where seq = (select max(seq) from audit_seal
			where puskesmas_id = $p)
			and puskesmas_id = $p`, `audit_seal missing, audit_event added, access_event added, access_event added`},
		{"a seal changed", `update audit_seal set members = set_byte(members, 20, get_byte(members, 20) # 1)
			where seq = 2 and puskesmas_id = $p`, `audit_seal changed`},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			s, p, dir := sealed(t)
			if x.sql != "" {
				sql := strings.NewReplacer("$id", `(select id from audit_event where puskesmas_id = $p
					and action = 'patient.register' order by id limit 1)`,
					"$access", `(select id from access_event where permission = 'GET /v1/patients/{id}' order by id
						limit 1)`).Replace(x.sql)
				var number string
				s.Database.Row(t, `select id::text from puskesmas where slug = 'uren'`, nil, &number)
				s.Database.Exec(t, off+strings.ReplaceAll(sql, "$p", number))
			}
			v, err := s.App.Trail.Verify(t.Context(), s.App.DB, p, dir)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range v.Findings {
				got = append(got, f.Table+" "+f.What)
			}
			var want []string
			if x.want != "" {
				want = strings.Split(x.want, ", ")
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) || v.Rows < 8 || x.sql == "" && (v.Unsealed != 1 || v.Seals < 3) {
				t.Errorf("found %v, want %v (%d rows, %d seals, %d unsealed)", v.Findings, want, v.Rows, v.Seals,
					v.Unsealed)
			}
		})
	}
}

// TestVerifyDistrict: Dinkes's own acts are checked too.
func TestVerifyDistrict(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	if _, err := s.App.Sealer.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, err := s.App.Trail.Verify(t.Context(), s.App.DB, 0, s.App.Config.Spool())
	if err != nil || len(v.Findings) != 0 {
		t.Fatalf("%+v, %v", v, err)
	}
	chains, err := audit.Chains(t.Context(), s.App.DB, "")
	if err != nil || len(chains) < 12 || chains[0] != 0 {
		t.Errorf("%v, %v", chains, err)
	}
}
