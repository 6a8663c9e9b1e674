package app_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
)

// TestHousekeep: a key is kept for at least 45 days, and not indefinitely.
func TestHousekeep(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	s.As(t, "petugas1.uren")
	s.Database.Exec(t, `insert into idempotency_key (puskesmas_id, account_id, key, request, answer, created_at)
		select 12, gen_random_uuid(), decode(lpad(to_hex(d), 64, '0'), 'hex'), '', '', now() - make_interval(days => d)
		from unnest(array[1, 45, 59, 61, 400]) d`)
	s.Database.Exec(t, `insert into session (id, account_id, membership_id, device_id, expires_at, ended_at)
		select gen_random_uuid(), account_id, membership_id, device_id, now(), now() - interval '91 days' from session
		limit 1`)
	s.Database.Exec(t, `insert into sign_in_attempt (subject, attempt, at) select sha256(d::text::bytea),
		gen_random_uuid(), now() - make_interval(days => d) from unnest(array[0, 1, 3]) d`)
	s.Database.Exec(t, `insert into known_device (account_id, device, seen_at) select a.id, sha256(d::text::bytea),
		now() - make_interval(days => d)
		from account a, unnest(array[179, 181]) d where a.username = 'petugas2.uren'`)
	if err := s.App.Housekeep(t.Context()); err != nil {
		t.Fatal(err)
	}
	var keys, sessions int
	s.Database.Row(t, `select (select count(*) from idempotency_key), (select count(*) from session)`, nil, &keys,
		&sessions)
	if keys != 3 || sessions != 1 {
		t.Fatalf("%d keys and %d sessions are left, want 3 and 1", keys, sessions)
	}
	var attempts, devices int
	s.Database.Row(t, `select (select count(*) from sign_in_attempt), (select count(*) from known_device)`, nil,
		&attempts, &devices)
	if attempts != 2 || devices != 2 { // one device signed in above
		t.Fatalf("%d attempts and %d devices are left, want 2 and 2", attempts, devices)
	}
}

// TestFiguresAreChecked: the daily check fills the months of the dashboards, and
// reports a wrong stored figure to the operator.
func TestFiguresAreChecked(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := apitest.New(t, apitest.LogTo(&log))
	house := func() (differ float64) {
		t.Helper()
		if err := s.App.Housekeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		families, err := s.App.Metrics.Registry().Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "homecare_rollup_differences" {
				return f.GetMetric()[0].GetGauge().GetValue()
			}
		}
		t.Fatal("no homecare_rollup_differences")
		return 0
	}
	if n := house(); n != 0 || strings.Contains(log.String(), "stored otherwise") {
		t.Fatalf("%v figures differ in an empty district", n)
	}
	s.Database.Exec(t, `update rollup_month set value = 3 where (puskesmas_id, figure, month) = (12, 'visits_moved',
		to_char(now(), 'YYYY-MM'))`)
	time.Sleep(1100 * time.Millisecond) // the source is read once a second
	if n := house(); n != 1 || !strings.Contains(log.String(), `"figure":"visits_moved","stored":3,"counted":0`) {
		t.Errorf("%v figures differ, want one\n%s", n, log.String())
	}
}
