package audit_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func register(t *testing.T, c *homecare.Client, name string) homecare.Patient {
	t.Helper()
	p, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: name, Sex: "female", BirthDate: "1950-01-02",
		Village: "6311052001", Address: "Jl. Uji"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func whoSaw(t *testing.T, s *apitest.Server, c *homecare.Client, id string) []homecare.Access {
	t.Helper()
	if err := s.App.Access.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	p, err := c.PatientAccessLog(t.Context(), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p.Data
}

// TestAccessLog: every answer that shows a person leaves one row that names
// them; what shows nobody leaves none; both lists are themselves logged.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	koordinator, kepala, petugas := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren"), s.As(t, "petugas1.uren")
	a, b := register(t, koordinator, "Galuh Satu"), register(t, koordinator, "Galuh Dua")
	if _, err := petugas.Patient(ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := petugas.Patients(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := petugas.PatientTimeline(ctx, a.ID, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := petugas.Patient(ctx, "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"); err == nil {
		t.Fatal("an unknown person")
	}
	var got []string
	for _, r := range whoSaw(t, s, kepala, a.ID) {
		got = append(got, r.Role+" "+r.Permission)
		if r.Permission == "GET /v1/patients" && r.Persons != 2 || r.AccountName == "" || r.SessionID == "" ||
			len(r.TraceID) != 32 || r.Client == "" {
			t.Errorf("%+v", r)
		}
	}
	want := []string{"petugas GET /v1/patients/{id}/timeline", "petugas GET /v1/patients",
		"petugas GET /v1/patients/{id}", "koordinator POST /v1/patients"}
	if !slices.Equal(got, want) {
		t.Errorf("who saw the first: %v, want %v", got, want)
	}
	if rows := whoSaw(t, s, kepala, b.ID); len(rows) != 2 {
		t.Errorf("%d rows of the second: %+v", len(rows), rows)
	}
	// Reading the list is an access too.
	if rows := whoSaw(t, s, kepala, a.ID); len(rows) != 5 || rows[0].Permission != "GET /v1/patients/{id}/access-log" {
		t.Errorf("after reading: %+v", rows)
	}
	me, err := petugas.Me(ctx)
	if err != nil {
		t.Fatal(err)
	}
	page, err := kepala.AccessLog(ctx, url.Values{"account_id": {me.AccountID}, "limit": {"2"}})
	if err != nil || len(page.Data) != 2 || page.NextCursor == "" {
		t.Fatalf("what petugas saw: %+v, %v", page, err)
	}
	next, err := kepala.AccessLog(ctx, url.Values{"account_id": {me.AccountID}, "limit": {"2"},
		"cursor": {page.NextCursor}})
	if err != nil || len(next.Data) != 1 || next.Data[0].Permission != "GET /v1/patients/{id}" {
		t.Errorf("the second page: %+v, %v", next, err)
	}
	// Another puskesmas sees neither person nor row.
	other := s.As(t, "kepala.awayan")
	if _, err := other.PatientAccessLog(ctx, a.ID, nil); !strings.Contains(err.Error(), "record.not_found") {
		t.Error(err)
	}
	if p, err := other.AccessLog(ctx, nil); err != nil || len(p.Data) != 0 {
		t.Errorf("another puskesmas sees %d rows, %v", len(p.Data), err)
	}
	for _, q := range []string{`update access_event set role = 'x'`, `delete from access_person`,
		`truncate access_event cascade`} {
		s.Database.Exec(t, `do $$ begin `+q+
			`; raise exception 'done'; exception when insufficient_privilege then null; end $$`)
	}
}

// TestReplayIsLogged: the stored answer of a POST shows the person again.
func TestReplayIsLogged(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	var p homecare.Patient
	for range 2 {
		if err := c.Do(t.Context(), homecare.Call{Method: http.MethodPost, Path: "/v1/patients", Key: "access-replay",
			Out: &p,
			Body: homecare.NewPatient{Name: "Galuh Tiga", Sex: "female", BirthDate: "1950-01-02",
				Village: "6311052001"}}); err != nil {
			t.Fatal(err)
		}
	}
	rows := whoSaw(t, s, s.As(t, "kepala.uren"), p.ID)
	if len(rows) != 2 || !rows[0].Replayed || rows[1].Replayed {
		t.Errorf("%+v", rows)
	}
}

// TestNothingUnlogged: where the spool cannot be written nothing is shown, and
// what shows nobody still is.
func TestNothingUnlogged(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.SpoolDir = file }))
	c := s.As(t, "kepala.uren")
	c.Retries = 0
	if _, err := c.Staff(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := c.Patients(t.Context(), nil); err != nil {
		t.Errorf("an empty list: %v", err)
	}
	if _, err := s.As(t, "koordinator.uren").RegisterPatient(t.Context(), homecare.NewPatient{Name: "Galuh Empat",
		Sex: "female", BirthDate: "1950-01-02", Village: "6311052001"}); err == nil ||
		!strings.Contains(err.Error(), "access.unlogged") {
		t.Errorf("shown unlogged: %v", err)
	}
}

// TestDatabaseAwayKeepsRows: rows wait in the spool of a process and the next
// one brings them to the database, once.
func TestDatabaseAwayKeepsRows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.SpoolDir = dir }))
	c := s.As(t, "koordinator.uren")
	p := register(t, c, "Galuh Lima")
	if err := s.App.Access.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Database.Exec(t, `revoke insert on access_event from homecare_system`) // the database refuses for a while
	for range 20 {
		if _, err := c.Patient(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
	}
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := s.App.Access.Close(short); err == nil {
		t.Error("closed as if nothing was left")
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*.spool"))
	if len(left) != 1 {
		t.Fatalf("%d spools are left", len(left))
	}
	b, err := os.ReadFile(left[0])
	if err != nil || bytes.Count(b, []byte("\n")) != 20 || bytes.Contains(b, []byte("Galuh")) {
		t.Errorf("%d lines, %v", bytes.Count(b, []byte("\n")), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "copy.spool"), b, 0o600); err != nil { // the same rows a second time
		t.Fatal(err)
	}
	s.Database.Exec(t, `grant insert on access_event to homecare_system`)
	if err := s.App.Access.Open(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		var n int
		s.Database.Row(t, `select count(*)::int from access_person`, nil, &n)
		left, _ = filepath.Glob(filepath.Join(dir, "*.spool"))
		if n == 21 && len(left) == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of 21 rows, %d spools", n, len(left))
		}
		time.Sleep(20 * time.Millisecond)
	}
}
