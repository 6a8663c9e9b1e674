package episode_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// parked fails unless err says that the act was parked for that reason.
func parked(t *testing.T, err error, reason string) string {
	t.Helper()
	p, is := errors.AsType[*homecare.ParkedError](err)
	if !is || p.Reason != reason {
		t.Fatalf("got %v, want it parked for %s", err, reason)
	}
	return p.ID
}

func (w world) record(t *testing.T, caseID string, at time.Time) error {
	t.Helper()
	_, err := w.nurse.RecordVisit(t.Context(), homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: caseID},
		ArrivedAt: at, DepartedAt: at.Add(5 * time.Minute),
		VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas"},
			Vitals:   &homecare.VitalsPart{AbsentReason: "Alat rusak"},
			Services: homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"})},
		Plan: &homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral", Reason: "Rujukan"}}})
	return err
}

// TestActivationTakesWhatWaited: a visit before its case was active waits for the
// activation. A visit with another contradiction continues to wait.
func TestActivationTakesWhatWaited(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	person := w.person(t, "Mariatul")
	given := ok[homecare.Consent](t)(w.koordinator.GiveConsent(ctx, person, homecare.NewConsent{Kind: "home_visit",
		GivenBy: "Ibu", Relation: "self", GivenOn: "2026-10-10"}))
	c := w.approve(t, w.propose(t, w.koordinator, "kupinang", person))
	c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, c.ID, c.Version, w.team()))
	taken := parked(t, w.record(t, c.ID, today.Add(-24*time.Hour)), "case_not_active")
	ok[homecare.Consent](t)(w.koordinator.WithdrawConsent(ctx, person, given.ID, given.Version,
		homecare.ConsentWithdrawn{Reason: "Berubah pikiran"}))
	waits := parked(t, w.record(t, c.ID, today.Add(5*time.Minute)), "case_not_active")
	ok[homecare.Case](t)(w.nurse.ReviewCase(ctx, c.ID, w.caseVersion(t, c.ID), w.reviewed()))
	p := ok[homecare.ParkedAct](t)(w.koordinator.Parked(ctx, taken))
	if v := ok[homecare.Visit](t)(w.koordinator.Visit(ctx, p.ResultID)); p.State != "taken" ||
		v.CountsOn != "2026-10-13" || v.PerformedBy != w.nurseID {
		t.Errorf("%+v, a visit of %s by %s", p, v.CountsOn, v.PerformedBy)
	}
	if p := ok[homecare.ParkedAct](t)(w.koordinator.Parked(ctx, waits)); p.State != "parked" {
		t.Errorf("%+v", p)
	}
	if l := ok[homecare.Page[homecare.VisitSummary]](t)(w.koordinator.Visits(ctx, url.Values{"case_id": {c.ID}})); len(
		l.Data) != 1 {
		t.Errorf("%d visits", len(l.Data))
	}
}

// TestActsOfAnEarlierDay: an act of field staff from before the office acted is
// parked; the same act of today, or by the office, is refused.
func TestActsOfAnEarlierDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	person := w.person(t, "Mariatul")
	first := w.propose(t, w.koordinator, "kupinang", person)
	again := homecare.NewCase{PatientID: person, Programme: "kupinang", Origin: "walk_in", Reason: "Dari lapangan",
		ProposedOn: "2026-10-12"}
	_, err := w.koordinator.ProposeCase(ctx, again)
	want(t, err, 409, "case.open_exists")
	_, err = w.nurse.ProposeCase(ctx, again)
	id := parked(t, err, "open_exists")
	for _, today := range []string{"", "2026-10-14"} {
		again.ProposedOn = today
		_, err = w.nurse.ProposeCase(ctx, again)
		want(t, err, 409, "case.open_exists")
	}
	_, err = w.kepala.TakeParked(ctx, id, 1, homecare.DecideParked{Note: "Ambil"})
	want(t, err, 409, "case.open_exists")
	ok[homecare.Case](t)(w.koordinator.EndCase(ctx, first.ID, first.Version, homecare.CaseEnd{Kind: "entered_in_error",
		Date: "2026-10-14", Note: "Salah usul"}))
	p := ok[homecare.ParkedAct](t)(w.kepala.TakeParked(ctx, id, 1, homecare.DecideParked{Note: "Yang ini benar"}))
	c := ok[homecare.Case](t)(w.kepala.Case(ctx, p.ResultID))
	if p.ResultKind != "case" || c.ProposedOn != "2026-10-12" || c.State != "proposed" {
		t.Errorf("%+v %+v", p, c)
	}
	if !slices.Contains(c.Allowed, "approve") {
		t.Errorf("who takes what somebody else sent may decide on it: %v", c.Allowed)
	}
	if h := ok[homecare.Page[homecare.CaseTransition]](t)(w.kepala.CaseHistory(ctx, c.ID)); h.Data[0].PerformedBy !=
		w.nurseID {
		t.Errorf("performed by %s", h.Data[0].PerformedBy)
	}

	// A task that the office cancelled meanwhile.
	care := w.active(t, "Rusmini")
	f := ok[homecare.FollowUp](t)(w.koordinator.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: care.ID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat",
			OwnerAccountID: w.nurseID, DueOn: "2026-10-20"},
		FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-10-12"}}))
	f = ok[homecare.FollowUp](t)(w.koordinator.CancelFollowUp(ctx, f.ID, f.Version,
		homecare.CloseFollowUp{Result: "Tidak perlu"}))
	done := homecare.CloseFollowUp{Result: "Sudah diantar"}
	_, err = w.nurse.FinishFollowUp(ctx, f.ID, f.Version, done)
	want(t, err, 409, "follow_up.cancelled")
	answer := homecare.AnswerFollowUp{Answer: "Dibantu desa",
		FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-10-13"}}
	_, err = w.nurse.AnswerFollowUp(ctx, f.ID, f.Version, answer)
	task := ok[homecare.ParkedAct](t)(w.koordinator.Parked(ctx, parked(t, err, "state")))
	if task.Contradicts.Kind != "follow_up" || task.CaseID != care.ID ||
		task.Permission != "POST /v1/follow-ups/{id}/answer" {
		t.Errorf("%+v", task)
	}
	// For an act from before the office acted, the version that the device saw
	// does not matter.
	_, err = w.nurse.AnswerFollowUp(ctx, f.ID, 1, answer)
	parked(t, err, "state")
	done.HappenedOn = "2026-10-13"
	if f = ok[homecare.FollowUp](t)(w.nurse.FinishFollowUp(ctx, f.ID, 1, done)); f.State != "done" ||
		f.Result != "Sudah diantar" {
		t.Errorf("done before it was cancelled: %+v", f)
	}
	f = ok[homecare.FollowUp](t)(w.koordinator.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: care.ID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Timbang",
			OwnerAccountID: w.nurseID, DueOn: "2026-10-20"},
		FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-10-12"}}))
	f = ok[homecare.FollowUp](t)(w.koordinator.HandOverFollowUp(ctx, f.ID, f.Version, homecare.HandOver{Unit: "Desa"}))
	f = ok[homecare.FollowUp](t)(w.koordinator.TakeBackFollowUp(ctx, f.ID, f.Version,
		homecare.TakeBack{Reason: "Sudah oleh tim"}))
	_, err = w.nurse.FinishFollowUp(ctx, f.ID, 1, homecare.CloseFollowUp{Result: "Ditimbang"})
	want(t, err, 412, "record.stale")
	f = ok[homecare.FollowUp](t)(w.nurse.FinishFollowUp(ctx, f.ID, 1, done))
	if last := f.Acts[len(f.Acts)-1]; f.State != "done" || last.HappenedOn != "2026-10-13" ||
		last.PerformedBy != w.nurseID {
		t.Errorf("%+v", f)
	}

	// A family that withdrew its refusal before the office recorded otherwise.
	second := w.active(t, "Norhayati")
	refused := w.refusal()
	refused.Date = "2026-10-12"
	w.activeSince(t, second.ID, "2026-10-11")
	second = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, second.ID, w.caseVersion(t, second.ID), refused))
	seen := second.Version
	ok[homecare.Case](t)(w.koordinator.RetractRefusal(ctx, second.ID, seen,
		homecare.Retraction{Reason: "Berubah pikiran"}))
	_, err = w.nurse.RetractRefusal(ctx, second.ID, seen, homecare.Retraction{Reason: "Berubah pikiran",
		RetractedOn: "2026-10-13"})
	parked(t, err, "state")

	// An ending of a day before the recorded one.
	ended := ok[homecare.Case](t)(w.koordinator.EndCase(ctx, care.ID, w.caseVersion(t, care.ID), w.referral()))
	early := w.referral()
	early.Date = "2026-10-13"
	_, err = w.nurse.EndCase(ctx, ended.ID, ended.Version, early)
	parked(t, err, "state")
}

// TestParkedOfAMergeUndone: an act parked while two persons were merged belongs, after
// the merge is undone, to the person of its case.
func TestParkedOfAMergeUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Mariatul Dua"), w.double(t, "Mariatul Dua")
	c := w.approve(t, w.propose(t, w.koordinator, "kupinang", from))
	c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, c.ID, c.Version, w.team()))
	w.merge(t, from, stays)
	id := parked(t, w.record(t, c.ID, today.Add(-time.Hour)), "case_not_active")
	w.unmerge(t, from)
	if p := ok[homecare.ParkedAct](t)(w.kepala.Parked(ctx, id)); p.PatientID != from {
		t.Errorf("of %s, want the person of its case %s", p.PatientID, from)
	}
}
