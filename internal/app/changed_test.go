package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestConflictsSayWhoChanged: a conflict with a record says where it is, when the record
// changed last, by which act and by whom. What the caller may not see says nothing.
func TestConflictsSayWhoChanged(t *testing.T) {
	t.Parallel()
	w := apitest.NewHome(t)
	ctx := t.Context()
	koordinator, kepala := w.Staff("koordinator.tanah-habang"), w.Head
	c, err := koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: w.AddPerson("1960-01-01", "male"),
		Programme: "kupinang", Origin: "walk_in", Reason: "Stroke"})
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	if _, err := kepala.ApproveCase(ctx, c.ID, c.Version, homecare.ApproveCase{}); err != nil {
		t.Fatal(err)
	}
	conflict := func(err error, code, pointer, action, by string) {
		t.Helper()
		p, ok := errors.AsType[*homecare.Problem](err)
		if !ok || p.Code != code || len(p.Errors) != 1 || p.Errors[0].Pointer != pointer || p.Errors[0].Message == "" {
			t.Fatalf("%+v, want %s at %s", err, code, pointer)
		}
		if (p.Changed == nil) != (by == "") {
			t.Fatalf("%s: changed %+v", code, p.Changed)
		}
		if x := p.Changed; x != nil && (x.Action != action || x.ByID != w.Account(by) || x.ByName == "" ||
			x.At.Before(before.Add(-time.Minute)) || x.At.After(time.Now().Add(time.Minute))) {
			t.Errorf("%s: changed %+v, want %s by %s", code, *x, action, by)
		}
	}
	_, err = kepala.RejectCase(ctx, c.ID, c.Version, homecare.Why{Reason: "Belum perlu"})
	conflict(err, "record.stale", "header/If-Match", "case.approve", "kepala.tanah-habang")
	_, err = kepala.ApproveCase(ctx, c.ID, c.Version+1, homecare.ApproveCase{})
	conflict(err, "record.state", "path/id", "case.approve", "kepala.tanah-habang")
	_, err = koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: c.PatientID, Programme: "kupinang",
		Origin: "walk_in", Reason: "Stroke"})
	conflict(err, "case.open_exists", "/patient_id", "", "")
	if p, _ := errors.AsType[*homecare.Problem](err); p.CaseID != c.ID {
		t.Errorf("the open case is %q, want %s", p.CaseID, c.ID)
	}
	// What others asked, and what was done afterwards, is not the change.
	before = time.Now()
	person, err := koordinator.Patient(ctx, c.PatientID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Staff("petugas2.tanah-habang").ChangePatient(ctx, person.ID, person.Version,
		homecare.PatientChange{Address: homecare.Some("RT 07")})
	if err == nil {
		_, err = kepala.RequestAboutData(ctx, homecare.NewDataSubjectRequest{PatientID: person.ID, Kind: "correction",
			ReceivedAt: time.Date(2026, 2, 2, 2, 0, 0, 0, time.UTC), Channel: "letter"})
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = koordinator.ChangePatient(ctx, person.ID, person.Version,
		homecare.PatientChange{Address: homecare.Some("RT 08")})
	conflict(err, "record.stale", "header/If-Match", "patient.change", "petugas2.tanah-habang")
	_, err = w.Abroad.WithdrawCase(ctx, c.ID, c.Version, homecare.Why{Reason: "x"})
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != 404 || p.Changed != nil {
		t.Errorf("of another puskesmas: %+v", err)
	}
}
