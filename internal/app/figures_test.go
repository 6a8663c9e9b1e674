package app_test

import (
	"context"
	"flag"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
)

var updateFigures = flag.Bool("update-figures", false, "write deployments/prometheus/metrics.txt")

// labels are the only allowed labels of a figure: codes of the program, never a
// person, an account or a patient of a puskesmas.
var labels = []string{"method", "route", "status", "state", "programme", "folder", "source", "le", "quantile",
	"version"}

// TestFigures: /metrics shows what deployments/prometheus/metrics.txt lists
// (alerts and dashboards are checked against it), no label can name a person,
// and traffic with a person's number in it leaves no trace of it.
func TestFigures(t *testing.T) {
	t.Parallel()
	const nik = "6311014107900001"
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.StatusDir = t.TempDir() }))
	for _, path := range []string{"/v1/patients/" + nik, "/" + nik, "/v1/me?nik=" + nik} {
		res, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	families, err := s.App.Metrics.Registry().Gather()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	values := map[string]float64{}
	for _, f := range families {
		names := map[string]bool{}
		for _, m := range f.GetMetric() {
			key := f.GetName()
			for _, l := range m.GetLabel() {
				names[l.GetName()] = true
				key += "/" + l.GetValue()
				if !slices.Contains(labels, l.GetName()) {
					t.Errorf("%s has the label %s: not on the list of labels that name no person", f.GetName(),
						l.GetName())
				}
				if strings.Contains(l.GetValue(), nik) {
					t.Errorf("%s shows a NIK in %s", f.GetName(), l.GetName())
				}
			}
			values[key] = m.GetGauge().GetValue()
		}
		if strings.HasPrefix(f.GetName(), "homecare_") || f.GetName() == "process_start_time_seconds" {
			have[f.GetName()] = strings.ToLower(f.GetType().String()) + " " +
				strings.Join(slices.Sorted(maps.Keys(names)), ",")
		}
	}
	for _, source := range []string{"database", "reports", "disk_attachments", "status_dir", "trail", "access_spool",
		"break_glass"} {
		if values["homecare_source_up/"+source] != 1 {
			t.Errorf("the figures of %s cannot be read", source)
		}
	}
	// Shown with a standby only; package pg's TestDistrictReadsFromStandby reads it.
	have["homecare_replica_lag_seconds"] = "gauge"
	// Every programme of every puskesmas is unsent in a fresh district.
	if values["homecare_reports_unsent/homecare_sanggam"] < 1 || values["homecare_reports_unsent/kupinang"] < 1 {
		t.Errorf("no report is missing in a fresh district: %v", values)
	}
	if skew := values["homecare_db_clock_skew_seconds"]; skew < -2 || skew > 2 {
		t.Errorf("the database of this machine has another clock: %v s", skew)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(have)) {
		b.WriteString(strings.TrimSpace(name+" "+have[name]) + "\n")
	}
	file := filepath.Join("..", "..", "deployments", "prometheus", "metrics.txt")
	if *updateFigures {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if listed, err := os.ReadFile(file); err != nil || string(listed) != b.String() {
		t.Errorf("deployments/prometheus/metrics.txt is not what /metrics shows (go test ./internal/app -run TestFigures -update-figures): %v\n%s",
			err, b.String())
	}
}

// TestFiguresFollow: waiting, failed and open things are counted, and while the database is
// unavailable the figures are missing.
func TestFiguresFollow(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	gauge := func(name string) (float64, bool) {
		families, err := s.App.Metrics.Registry().Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == name {
				return f.GetMetric()[0].GetGauge().GetValue(), true
			}
		}
		return 0, false
	}
	s.Database.Exec(t, `insert into audit_unsealed (puskesmas_id, source, id)
		values (1, 'audit', '01000000-0000-7000-8000-000000000000')`)
	s.Database.Exec(t, `insert into sign_in_attempt (subject, attempt, at)
		select decode(repeat(lpad(to_hex(n), 2, '0'), 32), 'hex'), '00000000-0000-7000-8000-000000000001'::uuid,
		clock_timestamp() from generate_series(1, 2) n
		union all select decode(repeat('ff', 32), 'hex'), '00000000-0000-7000-8000-000000000002'::uuid,
		clock_timestamp() - interval '16 minutes'`)
	s.Database.Exec(t, `with who as (insert into patient (puskesmas_id, id, name, sex, key_wrapped, identity_sealed)
		values (2, gen_random_uuid(), 'Uji', 'female', '', '') returning id)
		insert into break_glass (puskesmas_id, id, patient_id, account_id, account_name, reason, opened_at, expires_at,
		closed_at)
		select 2, gen_random_uuid(), who.id, (select id from account limit 1), 'Uji', 'alasan yang cukup panjang',
		clock_timestamp() - age, clock_timestamp() - age + interval '30 minutes', closed
		from who, (values (interval '1 minute', null::timestamptz), (interval '2 minutes', clock_timestamp()),
		(interval '61 minutes', null)) g(age, closed)`)
	s.Database.Exec(t, `insert into outbox (puskesmas_id, id, kind, body, created_at) select 1, gen_random_uuid(),
		'figures.changed', '{}', clock_timestamp() - interval '1 hour' from generate_series(1, 3)`)
	if n, _ := gauge("homecare_outbox_rows"); n != 3 {
		t.Errorf("%v events wait, want 3", n)
	}
	if age, _ := gauge("homecare_outbox_oldest_seconds"); age < 3590 {
		t.Errorf("the oldest waits %v s", age)
	}
	if lag, _ := gauge("homecare_audit_seal_lag_seconds"); lag < 3600 {
		t.Errorf("a row of long ago has no seal, the lag is %v s", lag)
	}
	if n, _ := gauge("homecare_sign_in_failures"); n != 1 {
		t.Errorf("one attempt against two subjects counts %v", n)
	}
	if open, _ := gauge("homecare_break_glass_open"); open != 1 {
		t.Errorf("one break-glass is open, not %v", open)
	}
	if opened, _ := gauge("homecare_break_glass_opened"); opened != 2 {
		t.Errorf("two break-glasses were opened within the hour, not %v", opened)
	}
	s.App.DB.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil { // until the values that were read are too old to be shown
		if _, ok := gauge("homecare_outbox_rows"); !ok {
			return
		}
		time.Sleep(time.Second)
	}
	t.Error("the figures of a lost database are still shown")
}
