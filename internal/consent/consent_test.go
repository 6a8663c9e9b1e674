package consent_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestConsent: withdrawing the consent to home visits stops them.
func TestConsent(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	koordinator, kepala, petugas := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren"), s.As(t, "petugas1.uren")
	p := apitest.Register(t, koordinator, "Galuh Satu", "")
	today := clock.Day(time.Now())
	c := apitest.Must[homecare.Consent](t)(petugas.GiveConsent(ctx, p.ID, homecare.NewConsent{Kind: "home_visit",
		GivenBy: "Galuh Satu", Relation: "self", GivenOn: today}))
	_, err := petugas.GiveConsent(ctx, p.ID, homecare.NewConsent{Kind: "home_visit", GivenBy: "Galuh Satu",
		Relation: "self", GivenOn: "2199-01-01"})
	apitest.Wants(t, err, "request.invalid")
	_, err = petugas.GiveConsent(ctx, p.ID, homecare.NewConsent{Kind: "photo", GivenBy: "Galuh Satu", Relation: "self",
		GivenOn: today, AttachmentID: p.ID})
	apitest.Wants(t, err, "request.invalid")
	staff := apitest.Must[homecare.Page[homecare.StaffMember]](t)(kepala.Staff(ctx))
	var nurse, doctor string
	for _, m := range staff.Data {
		switch m.Username {
		case "petugas1.uren":
			doctor = m.AccountID
		case "petugas2.uren":
			nurse = m.AccountID
		}
	}
	team := apitest.Must[homecare.Team](t)(kepala.CreateTeam(ctx, homecare.NewTeam{Programme: "homecare_sanggam",
		Name: "Tim satu", DecreeNumber: "188/1", ValidFrom: "2022-01-03",
		Members: []homecare.TeamMemberInput{{AccountID: doctor, Lead: true}, {AccountID: nurse}}}))
	k := apitest.Must[homecare.Case](t)(petugas.ProposeCase(ctx,
		homecare.NewCase{PatientID: p.ID, Programme: "homecare_sanggam", Origin: "walk_in", Reason: "Pasca stroke"}))
	k = apitest.Must[homecare.Case](t)(kepala.ApproveCase(ctx, k.ID, k.Version, homecare.ApproveCase{}))
	k = apitest.Must[homecare.Case](t)(kepala.FormCaseTeam(ctx, k.ID, k.Version, homecare.CaseTeam{TeamID: team.ID}))
	k = apitest.Must[homecare.Case](t)(petugas.ReviewCase(ctx, k.ID, k.Version,
		homecare.ReviewCase{Problems: []string{"Lemah"}, Goals: []string{"Duduk"},
			PlannedServices: []homecare.PlannedService{{Type: "family_education"}},
			VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2}, Participants: []string{doctor, nurse}}))
	at := time.Now().Add(30 * 24 * time.Hour).Truncate(time.Hour)
	v := apitest.Must[homecare.Visit](t)(petugas.PlanVisit(ctx, homecare.PlanVisit{CaseID: k.ID, StartsAt: &at,
		DurationMinutes: 60}))
	c = apitest.Must[homecare.Consent](t)(petugas.WithdrawConsent(ctx, p.ID, c.ID, c.Version,
		homecare.ConsentWithdrawn{Reason: "Keluarga tidak lagi mau"}))
	if c.WithdrawnAt == nil || c.WithdrawnOn == "" {
		t.Errorf("%+v", c)
	}
	_, err = petugas.WithdrawConsent(ctx, p.ID, c.ID, c.Version, homecare.ConsentWithdrawn{Reason: "Lagi"})
	apitest.Wants(t, err, "record.state")
	if v = apitest.Must[homecare.Visit](t)(petugas.Visit(ctx, v.ID)); v.State != "cancelled" ||
		v.ReasonCode != "consent_withdrawn" {
		t.Errorf("%+v", v)
	}
	tasks := apitest.Must[homecare.Page[homecare.FollowUp]](t)(petugas.FollowUps(ctx, url.Values{"case_id": {k.ID}}))
	if len(tasks.Data) != 1 || tasks.Data[0].OwnerAccountID != doctor {
		t.Errorf("%+v", tasks.Data)
	}
	_, err = petugas.PlanVisit(ctx, homecare.PlanVisit{CaseID: k.ID, StartsAt: &at, DurationMinutes: 60})
	apitest.Wants(t, err, "patient.consent_withdrawn")
	apitest.Must[homecare.Consent](t)(petugas.GiveConsent(ctx, p.ID, homecare.NewConsent{Kind: "home_visit",
		GivenBy: "Anak Galuh", Relation: "child", GivenOn: today}))
	apitest.Must[homecare.Visit](t)(petugas.PlanVisit(ctx, homecare.PlanVisit{CaseID: k.ID, StartsAt: &at,
		DurationMinutes: 60}))
	if l := apitest.Must[homecare.Page[homecare.Consent]](t)(koordinator.Consents(ctx, p.ID)); len(l.Data) != 2 {
		t.Errorf("%+v", l.Data)
	}
	_, err = s.As(t, "kepala.awayan").Consents(ctx, p.ID)
	apitest.Wants(t, err, "record.not_found")
}
