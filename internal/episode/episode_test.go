package episode_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// KUPINANG in Tanah Habang: approval, a team per case with its letter, review.
func TestKupinang(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.propose(t, w.nurse, "kupinang", w.person(t, "Mariatul"))
	if c.State != "proposed" || !slices.Equal(c.Allowed, []string{"end", "withdraw"}) ||
		c.Demands.TeamMode != "per_case" || c.SOPNumber != "SOP/25/UKM/PKM/THB/2022" {
		t.Fatalf("proposed: %+v", c)
	}
	_, err := w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, w.team())
	if p := want(t, err, 409, "record.state"); p.CurrentState != "proposed" || !slices.Contains(p.Allowed, "approve") {
		t.Fatalf("team before approval: %+v", p)
	}
	_, err = w.kepala.ApproveCase(t.Context(), c.ID, c.Version+1, homecare.ApproveCase{})
	if p := want(t, err, 412, "record.stale"); p.CurrentVersion != c.Version {
		t.Fatalf("stale: %+v", p)
	}
	_, err = w.nurse.ApproveCase(t.Context(), c.ID, c.Version, homecare.ApproveCase{})
	want(t, err, 403, "auth.forbidden")

	c = w.approve(t, c)
	if c.State != "approved" {
		t.Fatal(c.State)
	}
	_, err = w.koordinator.ReviewCase(t.Context(), c.ID, c.Version, w.reviewed())
	want(t, err, 409, "record.state") // the team comes first

	c, err = w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, w.team())
	if err != nil {
		t.Fatal(err)
	}
	if c.State != "approved" || len(c.Team) != 2 || !c.Team[0].Lead || c.Team[0].Profession != "nurse" ||
		c.Team[1].Profession != "physician" {
		t.Fatalf("team formed: %+v", c)
	}
	docs, err := w.kepala.Documents(t.Context(), url.Values{"case_id": {c.ID}})
	if err != nil || len(docs.Data) != 1 || docs.Data[0].Kind != "assignment_letter" ||
		docs.Data[0].Number != "440/001/ST/PKM-THB/2026" {
		t.Fatalf("letters %+v, %v", docs, err)
	}
	c, err = w.nurse.ReviewCase(t.Context(), c.ID, c.Version, w.reviewed())
	if err != nil || c.State != "active" || c.ActivatedAt == nil || c.Review == nil ||
		c.Review.VisitFrequency.EveryWeeks != 2 || len(c.Review.PlannedServices) != 2 {
		t.Fatalf("reviewed: %+v, %v", c, err)
	}
	h, err := w.nurse.CaseHistory(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, x := range h.Data {
		steps = append(steps, x.Action+":"+x.To)
		if x.ByName == "" || x.At.IsZero() {
			t.Errorf("%s: nobody or never", x.Action)
		}
	}
	if got := strings.Join(steps, " "); got != "propose:proposed approve:approved team:approved review:active" ||
		h.Data[0].Reason != "Pascarawat inap" || h.Data[1].ByRole != "kepala_puskesmas" {
		t.Fatalf("history %s", got)
	}
}

// Homecare Sanggam in Uren: a standing team by decree, no review.
func TestSanggam(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "uren")
	standing, err := w.kepala.CreateTeam(t.Context(), homecare.NewTeam{Programme: "homecare_sanggam",
		Name: "Tim Homecare Sanggam Uren", DecreeNumber: "188.45/312/Kum/2022",
		ValidFrom: "2026-01-01", ValidUntil: "2026-12-31", Members: w.team().Members})
	if err != nil || standing.Mode != "standing" || len(standing.Members) != 2 {
		t.Fatalf("%+v, %v", standing, err)
	}
	c := w.approve(t, w.propose(t, w.koordinator, "homecare_sanggam", w.person(t, "Mariatul")))
	_, err = w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, w.team())
	wantField(t, err, "/members", "standing")
	_, err = w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, homecare.CaseTeam{TeamID: standing.ID,
		Letter: &homecare.AssignmentOrder{PeriodStart: "2026-10-14", PeriodEnd: "2026-12-31"}})
	wantField(t, err, "/letter", "standing")
	_, err = w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, homecare.CaseTeam{TeamID: c.ID})
	wantField(t, err, "/team_id", "unknown")
	c, err = w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, homecare.CaseTeam{TeamID: standing.ID})
	if err != nil || c.State != "active" || c.TeamID != standing.ID {
		t.Fatalf("%+v, %v", c, err)
	}
	c, err = w.physician.EndCase(t.Context(), c.ID, c.Version, w.referral())
	if err != nil || c.State != "terminated" || c.Ending != "referral" || c.End.Referral.Diagnoses[0].Name == "" {
		t.Fatalf("referred: %+v, %v", c, err)
	}
	out := homecare.NewReferralOutcome{Result: "back_referred", OccurredOn: "2026-10-14", Note: "Kontrol di puskesmas"}
	c, err = w.koordinator.RecordReferralOutcome(t.Context(), c.ID, c.Version, out)
	if err != nil || len(c.ReferralOutcome) != 1 || c.State != "terminated" {
		t.Fatalf("outcome: %+v, %v", c, err)
	}
	again, err := w.nurse.ReopenCase(t.Context(), c.ID, c.Version, homecare.ReopenCase{Origin: "back_referral",
		Reason: "Rujuk balik RSUD"})
	if err != nil || again.State != "proposed" || again.ReopensCaseID != c.ID || again.PatientID != c.PatientID {
		t.Fatalf("rujuk balik: %+v, %v", again, err)
	}
	_, err = w.nurse.ReopenCase(t.Context(), c.ID, c.Version, homecare.ReopenCase{Origin: "back_referral",
		Reason: "Sekali lagi"})
	want(t, err, 409, "case.open_exists")
}

// TestAllowedOfThePerson: acts that a person's state forbids are not offered,
// and offered acts are accepted.
func TestAllowedOfThePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	restrict := func(t *testing.T, person string) {
		r := ok[homecare.DataSubjectRequest](t)(w.koordinator.RequestAboutData(ctx,
			homecare.NewDataSubjectRequest{PatientID: person, Kind: "restriction", ReceivedAt: today,
				Channel: "letter"}))
		ok[homecare.DataSubjectRequest](t)(w.koordinator.FinishDataSubjectRequest(ctx, r.ID, r.Version,
			homecare.DataSubjectOutcome{Outcome: "Dibatasi"}))
	}
	refuse := func(t *testing.T, person string) {
		k := ok[homecare.Consent](t)(w.koordinator.GiveConsent(ctx, person, homecare.NewConsent{Kind: "home_visit",
			GivenBy: "Ibu", Relation: "self", GivenOn: "2026-10-01"}))
		ok[homecare.Consent](t)(w.koordinator.WithdrawConsent(ctx, person, k.ID, k.Version,
			homecare.ConsentWithdrawn{Reason: "Tidak mau lagi"}))
	}
	for _, r := range []struct {
		name, refusal string
		become        func(*testing.T, string)
	}{
		{"nothing stands against it", "", func(*testing.T, string) {}},
		{"restricted", "patient.restricted", restrict},
		{"no home visits", "patient.consent_withdrawn", refuse},
		{"dead", "case.patient_deceased", func(t *testing.T, person string) {
			other := w.propose(t, w.koordinator, "homecare_sanggam", person)
			ok[homecare.Case](t)(w.koordinator.EndCase(ctx, other.ID, other.Version, death("2026-10-14")))
		}},
		{"voided", "patient.gone", func(t *testing.T, person string) {
			ok[homecare.Patient](t)(w.koordinator.VoidPatient(ctx, person, w.version(t, person),
				homecare.Why{Reason: "Salah daftar"}))
		}},
		{"another case is open", "case.open_exists", func(t *testing.T, person string) {
			ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: person,
				Programme: "kupinang", Origin: "walk_in", Reason: "x"}))
		}},
		{"no home visits, and another case is open", "patient.consent_withdrawn", func(t *testing.T, person string) {
			ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: person,
				Programme: "kupinang", Origin: "walk_in", Reason: "x"}))
			refuse(t, person)
		}},
		{"a case of another programme is open", "", func(t *testing.T, person string) {
			w.propose(t, w.koordinator, "homecare_sanggam", person)
		}},
	} {
		c := w.activeOf(t, w.person(t, "Mariatul"))
		v := w.visited(t, c.ID, 30)
		c = ok[homecare.Case](t)(w.physician.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), w.referral()))
		r.become(t, c.PatientID)
		wanted := []string{"referral-outcome"}
		if r.refusal == "" {
			wanted = append(wanted, "reopen")
		}
		got := map[string][]string{"the case": ok[homecare.Case](t)(w.nurse.Case(ctx, c.ID)).Allowed}
		if r.name != "voided" {
			got["the list"] = nil
			for _, one := range ok[homecare.Page[homecare.Case]](t)(w.nurse.Cases(ctx,
				url.Values{"patient_id": {c.PatientID}})).Data {
				if one.ID == c.ID {
					got["the list"] = one.Allowed
				}
			}
		}
		var whole homecare.Visit
		if err := w.nurse.Do(ctx, homecare.Call{Path: "/v1/visits/" + v.ID, Query: url.Values{"expand": {"case"}},
			Out: &whole}); err != nil {
			t.Fatal(err)
		}
		got["the case of a visit"] = whole.Case.Allowed
		_, err := w.nurse.ReviewCase(ctx, c.ID, c.Version, w.reviewed())
		got["409"] = want(t, err, 409, "record.state").Allowed
		for where, actions := range got {
			if !slices.Equal(actions, wanted) {
				t.Errorf("%s: %s offers %v, want %v", r.name, where, actions, wanted)
			}
		}
		if _, err := w.nurse.RecordReferralOutcome(ctx, c.ID, c.Version,
			homecare.NewReferralOutcome{Result: "back_referred", OccurredOn: "2026-10-14"}); err != nil {
			t.Errorf("%s: referral-outcome is offered and refused: %v", r.name, err)
		}
		if _, err = w.nurse.ReopenCase(ctx, c.ID, c.Version, homecare.ReopenCase{Origin: "back_referral",
			Reason: "Kontrol"}); r.refusal != "" {
			if p := want(t, err, 409, r.refusal); p.CaseID != "" {
				t.Errorf("%s: told of case %s, which the nurse may not see", r.name, p.CaseID)
			}
		} else if err != nil {
			t.Errorf("%s: reopen is offered and refused: %v", r.name, err)
		}
	}
	// An open case can continue to its end.
	for name, become := range map[string]func(*testing.T, string){"restricted": restrict, "no home visits": refuse} {
		c := w.propose(t, w.koordinator, "kupinang", w.person(t, "Aluh"))
		become(t, c.PatientID)
		for _, step := range []struct {
			action string
			by     *homecare.Client
			do     func(id string, version int64) (homecare.Case, error)
		}{
			{"approve", w.kepala, func(id string, n int64) (homecare.Case, error) {
				return w.kepala.ApproveCase(ctx, id, n, homecare.ApproveCase{})
			}},
			{"team", w.kepala, func(id string, n int64) (homecare.Case, error) {
				return w.kepala.FormCaseTeam(ctx, id, n, w.team())
			}},
			{"review", w.nurse, func(id string, n int64) (homecare.Case, error) {
				return w.nurse.ReviewCase(ctx, id, n, w.reviewed())
			}},
			{"end", w.nurse, func(id string, n int64) (homecare.Case, error) {
				return w.nurse.EndCase(ctx, id, n, w.refusal())
			}},
			{"retract-refusal", w.nurse, func(id string, n int64) (homecare.Case, error) {
				return w.nurse.RetractRefusal(ctx, id, n, homecare.Retraction{Reason: "Berubah"})
			}},
		} {
			if c = ok[homecare.Case](t)(step.by.Case(ctx, c.ID)); !slices.Contains(c.Allowed, step.action) {
				t.Errorf("%s: %s is not offered in %s: %v", name, step.action, c.State, c.Allowed)
			}
			var err error
			if c, err = step.do(c.ID, c.Version); err != nil {
				t.Fatalf("%s: %s is offered and refused: %v", name, step.action, err)
			}
		}
	}
}

func TestProposalRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	uren := newWorld(t, w.Server, "uren")
	someone := w.person(t, "Mariatul")
	open := w.propose(t, w.koordinator, "kupinang", someone)
	dead := w.AddPatient(t, "tanah-habang", apitest.Person{Name: "Almarhum"})
	w.Database.Exec(t, `update patient set deceased_on = '2026-01-01' where id = $1`, dead)
	merged := w.AddPatient(t, "tanah-habang", apitest.Person{Name: "Ganda"})
	w.Database.Exec(t, `update patient set merged_into_id = $2 where id = $1`, merged, someone)
	for _, r := range []struct {
		name                string
		by                  *homecare.Client
		patient, programme  string
		status              int
		code, pointer, what string
	}{
		{"the same programme twice", w.nurse, someone, "kupinang", 409, "case.open_exists", "", ""},
		{"another programme", w.nurse, someone, "homecare_sanggam", 0, "", "", ""},
		{"the deceased", w.nurse, dead, "kupinang", 409, "case.patient_deceased", "", ""},
		{"a programme not run here", uren.nurse, uren.person(t, "Aluh"), "kupinang", 422, "", "/programme", "not_run"},
		{"a programme that is none", w.nurse, someone, "tidak_ada", 422, "", "/programme", "not_run"},
		{"another tenant's person", uren.nurse, someone, "homecare_sanggam", 422, "", "/patient_id", "unknown"},
		{"a merged person", w.nurse, merged, "kupinang", 409, "patient.gone", "", ""},
		{"kepala does not propose", w.kepala, someone, "kupinang", 403, "auth.forbidden", "", ""},
	} {
		_, err := r.by.ProposeCase(t.Context(), homecare.NewCase{PatientID: r.patient, Programme: r.programme,
			Origin: "walk_in", Reason: r.name})
		switch {
		case r.status == 0 && err != nil:
			t.Errorf("%s: %v", r.name, err)
		case r.pointer != "":
			wantField(t, err, r.pointer, r.what)
		case r.status != 0:
			want(t, err, r.status, r.code)
		}
	}
	// The proposer does not decide, even with two memberships.
	w.Database.Exec(t, `update care_case set proposed_by = $2 where id = $1`, open.ID, w.kepalaID)
	_, err := w.kepala.ApproveCase(t.Context(), open.ID, open.Version, homecare.ApproveCase{})
	want(t, err, 409, "case.own_proposal")
	_, err = w.kepala.RejectCase(t.Context(), open.ID, open.Version, homecare.Why{Reason: "Tidak perlu"})
	want(t, err, 409, "case.own_proposal")
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	someone := w.person(t, "Mariatul")
	c := w.propose(t, w.nurse, "kupinang", someone)
	_, err := w.kepala.RejectCase(t.Context(), c.ID, c.Version, homecare.Why{})
	wantField(t, err, "/reason", "required")
	c, err = w.kepala.RejectCase(t.Context(), c.ID, c.Version, homecare.Why{Reason: "Di luar wilayah"})
	if err != nil || c.State != "rejected" || !slices.Equal(c.Allowed, []string{"correct-days"}) {
		t.Fatalf("%+v, %v", c, err)
	}
	c = w.propose(t, w.nurse, "kupinang", someone) // a rejected case is not open
	c, err = w.nurse.WithdrawCase(t.Context(), c.ID, c.Version, homecare.Why{Reason: "Salah orang"})
	if err != nil || c.State != "withdrawn" {
		t.Fatalf("%+v, %v", c, err)
	}
	_, err = w.kepala.ApproveCase(t.Context(), c.ID, c.Version, homecare.ApproveCase{})
	want(t, err, 409, "record.state")

	// A dry run changes nothing and takes no number.
	c = w.approve(t, w.propose(t, w.nurse, "kupinang", someone))
	var dry homecare.Case
	for range 2 {
		if err := w.kepala.Do(t.Context(), homecare.Call{Method: http.MethodPost, Path: "/v1/cases/" + c.ID + "/team",
			Query: url.Values{"dry_run": {"true"}}, IfMatch: c.Version, Body: w.team(), Out: &dry}); err != nil {
			t.Fatal(err)
		}
	}
	if len(dry.Team) != 2 {
		t.Fatalf("dry run answers %+v", dry)
	}
	// The same key gets the same answer, even after the act.
	key := homecare.NewKey()
	var first, second homecare.Case
	for _, out := range []*homecare.Case{&first, &second} {
		if err := w.kepala.Do(t.Context(), homecare.Call{Method: http.MethodPost, Path: "/v1/cases/" + c.ID + "/team",
			IfMatch: c.Version, Body: w.team(), Key: key, Out: out}); err != nil {
			t.Fatal(err)
		}
	}
	if first.Version != second.Version || first.TeamID != second.TeamID {
		t.Fatalf("replay: %+v, %+v", first, second)
	}
	docs, err := w.kepala.Documents(t.Context(), nil)
	if err != nil || len(docs.Data) != 1 || !strings.HasPrefix(docs.Data[0].Number, "440/001/") {
		t.Fatalf("letters %+v, %v", docs.Data, err)
	}
}

func TestTeamRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	uren := newWorld(t, w.Server, "uren")
	c := w.approve(t, w.propose(t, w.koordinator, "kupinang", w.person(t, "Mariatul")))
	m := func(ids ...string) homecare.CaseTeam { // the first leads
		var in homecare.CaseTeam
		for i, id := range ids {
			in.Members = append(in.Members, homecare.TeamMemberInput{AccountID: id, Lead: i == 0})
		}
		return in
	}
	none := m(w.nurseID)
	none.Members[0].Lead = false
	two := m(w.nurseID, w.midID)
	two.Members[1].Lead = true
	backwards := m(w.nurseID)
	backwards.Letter = &homecare.AssignmentOrder{PeriodStart: "2026-10-14", PeriodEnd: "2026-10-13"}
	for _, r := range []struct {
		name          string
		in            homecare.CaseTeam
		pointer, code string
	}{
		{"nobody", homecare.CaseTeam{}, "/members", "required"},
		{"no lead", none, "/members", "one_lead"},
		{"two leads", two, "/members", "one_lead"},
		{"named twice", m(w.nurseID, w.nurseID), "/members/1/account_id", "unique"},
		{"staff of elsewhere", m(w.nurseID, uren.nurseID), "/members/1/account_id", "not_staff"},
		{"no profession", m(w.nurseID, w.kepalaID), "/members/1/account_id", "no_profession"},
		{"a standing team", homecare.CaseTeam{TeamID: c.ID}, "/team_id", "per_case"},
		{"ends before it starts", backwards, "/letter/period_end", "before_start"},
	} {
		_, err := w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, r.in)
		t.Log(r.name)
		wantField(t, err, r.pointer, r.code)
	}
	c, err := w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, m(w.nurseID, w.physicianID))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, m(w.midID))
	want(t, err, 422, "case.team_reason")
	in := m(w.midID, w.physicianID)
	in.Reason = "Perawat cuti"
	c, err = w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, in)
	if err != nil || len(c.Team) != 2 || c.Team[0].AccountID != w.midID {
		t.Fatalf("%+v, %v", c.Team, err)
	}
	got, err := w.kepala.Team(t.Context(), c.TeamID)
	if err != nil || len(got.FormerMembers) != 1 || got.FormerMembers[0].AccountID != w.nurseID ||
		got.FormerMembers[0].LeftAt == nil {
		t.Fatalf("history of members: %+v, %v", got, err)
	}
	docs, err := w.kepala.Documents(t.Context(), url.Values{"case_id": {c.ID}})
	if err != nil || len(docs.Data) != 2 {
		t.Fatal(docs, err)
	}
	states := []string{docs.Data[0].State, docs.Data[1].State}
	slices.Sort(states)
	if !slices.Equal(states, []string{"issued", "void"}) {
		t.Fatalf("letters after the change: %v", states)
	}
	// A former member no longer sees the case; a new member does.
	_, err = w.nurse.Case(t.Context(), c.ID)
	want(t, err, 404, "record.not_found")
	if _, err := w.midwife.Case(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
}
