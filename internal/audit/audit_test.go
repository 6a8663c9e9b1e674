package audit_test

import (
	"bytes"
	"net/url"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestTrail(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	koordinator, kepala := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren")
	ctx := t.Context()
	r, err := koordinator.DraftReport(ctx, homecare.DraftReport{Programme: "homecare_sanggam", Month: "2026-01"})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = koordinator.SetReportNote(ctx, r.ID, r.Version,
		homecare.ReportNote{Note: homecare.Some("Kata yang hanya di sini")}); err != nil {
		t.Fatal(err)
	}
	// A dry run leaves its event, marked, and nothing else.
	dry := homecare.Call{Method: "POST", Path: "/v1/reports/" + r.ID + "/submit?dry_run=true", IfMatch: r.Version,
		Body: homecare.Decision{}}
	if err := koordinator.Do(ctx, dry); err != nil {
		t.Fatal(err)
	}
	if now, err := koordinator.Report(ctx, r.ID); err != nil || now.State != "draft" || now.Version != r.Version {
		t.Fatalf("after the dry run: %+v, %v", now, err)
	}
	p, err := kepala.AuditEvents(ctx, url.Values{"subject_id": {r.ID}})
	if err != nil || len(p.Data) != 3 {
		t.Fatalf("%d events, %v", len(p.Data), err)
	}
	submit, note := p.Data[0], p.Data[1]
	if submit.Action != "report.submit" || !submit.DryRun || note.DryRun ||
		note.After["note"] != "Kata yang hanya di sini" || note.ActorRole != "koordinator" || len(note.TraceID) != 32 {
		t.Errorf("%+v, %+v", submit, note)
	}
	// Before and after are sealed; nobody changes or removes a row.
	var change []byte
	s.Database.Row(t, `select change from audit_event where action = 'report.note'`, nil, &change)
	if len(change) == 0 || bytes.Contains(change, []byte("hanya di sini")) {
		t.Error("the change is readable in the database")
	}
	for _, q := range []string{`update audit_event set action = 'x'`, `delete from audit_event`,
		`truncate audit_event`} {
		s.Database.Exec(t, `do $$ begin `+q+
			`; raise exception 'done'; exception when insufficient_privilege then null; end $$`)
	}
	// Another puskesmas and Dinkes see none of it.
	for _, who := range []string{"kepala.awayan", "dinkes.admin"} {
		if other, err := s.As(t, who).AuditEvents(ctx, url.Values{"subject_id": {r.ID}}); err != nil ||
			len(other.Data) != 0 {
			t.Errorf("%s sees %d events, %v", who, len(other.Data), err)
		}
	}
}
