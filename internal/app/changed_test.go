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

// TestConflictsOfTheOfficeSayWhoChanged: so do accounts, roles, files and requests about data. What
// Dinkes did to one of a puskesmas has a time there, and to Dinkes also a name.
func TestConflictsOfTheOfficeSayWhoChanged(t *testing.T) {
	t.Parallel()
	w := apitest.NewHome(t)
	ctx := t.Context()
	kepala, dinkes := w.Head, w.As(t, "dinkes.admin")
	kepala.Clock, dinkes.Clock = nil, nil
	start := time.Now()
	told := func(what string, err error, action, by string) {
		t.Helper()
		p, ok := errors.AsType[*homecare.Problem](err)
		if !ok || p.Status != 412 || p.Changed == nil {
			t.Fatalf("%s: %+v", what, err)
		}
		id := ""
		if by != "" {
			id = w.Account(by)
		}
		if c := p.Changed; c.Action != action || c.ByID != id || (c.ByName == "") != (by == "") ||
			c.At.Before(start.Add(-time.Minute)) || c.At.After(time.Now().Add(time.Minute)) {
			t.Errorf("%s: %+v, want %s by %s", what, *c, action, by)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rank := func(c *homecare.Client, u homecare.User, to string) error {
		_, err := c.ChangeUser(ctx, u.ID, u.Version, homecare.UserChange{Rank: homecare.Some(to)})
		return err
	}
	u, err := kepala.User(ctx, w.NurseID)
	must(err)
	must(rank(kepala, u, "II a"))
	told("an account", rank(kepala, u, "II b"), "account.change", "kepala.tanah-habang")
	told("an account that Kepala changed", rank(dinkes, u, "II b"), "", "")
	u, err = dinkes.User(ctx, w.NurseID)
	must(err)
	must(rank(dinkes, u, "II c"))
	told("an account that Dinkes changed", rank(kepala, u, "II d"), "", "")
	w.As(t, "petugas2.tanah-habang")
	told("an account that signed in after that", rank(kepala, u, "II d"), "", "")
	told("the same", rank(dinkes, u, "II d"), "account.change", "dinkes.admin")

	m := u.Memberships[0]
	profession := func(to string) error {
		_, err := kepala.ChangeMembership(ctx, m.ID, m.Version, homecare.MembershipChange{
			Profession: homecare.Some(to)})
		return err
	}
	must(profession("midwife"))
	told("a role", profession("nurse"), "membership.change", "kepala.tanah-habang")

	q, err := kepala.RequestAboutData(ctx, homecare.NewDataSubjectRequest{PatientID: w.PatientID, Kind: "correction",
		ReceivedAt: start.Add(-time.Hour), Channel: "letter"})
	must(err)
	_, err = kepala.StartDataSubjectRequest(ctx, q.ID, q.Version)
	must(err)
	_, err = kepala.StartDataSubjectRequest(ctx, q.ID, q.Version)
	told("a request about data", err, "data_subject_request.start", "kepala.tanah-habang")

	// The trail has underscores where the path has hyphens.
	task, err := w.Nurse.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: w.CaseID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Edukasi", DueOn: "2026-03-20", OwnerAccountID: w.NurseID}})
	must(err)
	hand := homecare.HandOver{Unit: "Dinas Sosial"}
	_, err = kepala.HandOverFollowUp(ctx, task.ID, task.Version, hand)
	must(err)
	_, err = kepala.HandOverFollowUp(ctx, task.ID, task.Version, hand)
	told("a task", err, "follow_up.hand_over", "kepala.tanah-habang")

	// Of two records in the path, it is the inner one.
	consent, err := w.As(t, "petugas2.tanah-habang").GiveConsent(ctx, w.PatientID, homecare.NewConsent{
		Kind: "home_visit", GivenBy: "Ibu Uji", Relation: "self", GivenOn: "2026-03-02"})
	must(err)
	withdraw := homecare.ConsentWithdrawn{Reason: "Ragu"}
	_, err = kepala.WithdrawConsent(ctx, w.PatientID, consent.ID, consent.Version, withdraw)
	must(err)
	_, err = kepala.WithdrawConsent(ctx, w.PatientID, consent.ID, consent.Version, withdraw)
	told("a consent", err, "consent.withdraw", "kepala.tanah-habang")

	// Kepala reads the trail, where a hold stands; the others learn when.
	person, err := kepala.Patient(ctx, w.PatientID)
	must(err)
	_, err = kepala.HoldRecord(ctx, person.ID, person.Version, homecare.Why{Reason: "Sengketa"})
	must(err)
	_, err = kepala.ReleaseRecord(ctx, person.ID, person.Version, homecare.Why{Reason: "Selesai"})
	told("a hold, for Kepala", err, "retention.hold", "kepala.tanah-habang")
	_, err = w.As(t, "koordinator.tanah-habang").ChangePatient(ctx, person.ID, person.Version,
		homecare.PatientChange{Address: homecare.Some("RT 1")})
	told("a hold, for others", err, "", "")
}
