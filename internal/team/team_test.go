package team_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func want(t *testing.T, err error, status int, code string) {
	t.Helper()
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != status || p.Code != code {
		t.Fatalf("got %v, want %d %s", err, status, code)
	}
}

func TestStandingTeam(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala := s.As(t, "kepala.tanah-habang")
	staff, err := kepala.Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]string{}
	for _, m := range staff.Data {
		if m.Role == "petugas" {
			by[m.Profession] = m.AccountID
		}
	}
	in := homecare.NewTeam{Programme: "homecare_sanggam", Name: "Tim Homecare", DecreeNumber: "188/2026",
		ValidFrom: "2026-01-01",
		Members:   []homecare.TeamMemberInput{{AccountID: by["physician"], Lead: true}, {AccountID: by["nurse"]}}}
	for _, r := range []struct {
		name   string
		change func(*homecare.NewTeam)
		status int
		code   string
	}{
		{"a programme with a team per case", func(n *homecare.NewTeam) { n.Programme = "kupinang" }, 409,
			"team.per_case_programme"},
		{"a programme that is none", func(n *homecare.NewTeam) { n.Programme = "x" }, 422, "request.invalid"},
		{"no decree", func(n *homecare.NewTeam) { n.DecreeNumber = "" }, 422, "request.invalid"},
		{"ends before it starts", func(n *homecare.NewTeam) { n.ValidUntil = "2025-12-31" }, 422, "request.invalid"},
		{"no lead", func(n *homecare.NewTeam) { n.Members = n.Members[1:] }, 422, "request.invalid"},
	} {
		bad := in
		r.change(&bad)
		_, err := kepala.CreateTeam(t.Context(), bad)
		t.Log(r.name)
		want(t, err, r.status, r.code)
	}
	_, err = s.As(t, "koordinator.tanah-habang").CreateTeam(t.Context(), in)
	want(t, err, 403, "auth.forbidden")
	team, err := kepala.CreateTeam(t.Context(), in)
	if err != nil || len(team.Members) != 2 || !team.Members[0].Lead || team.Members[0].Profession != "physician" {
		t.Fatalf("%+v, %v", team, err)
	}
	change := homecare.TeamMembers{Reason: "Mutasi",
		Members: []homecare.TeamMemberInput{{AccountID: by["nurse"], Lead: true}, {AccountID: by["midwife"]}}}
	_, err = kepala.ChangeTeamMembers(t.Context(), team.ID, team.Version+1, change)
	want(t, err, 412, "record.stale")
	team, err = kepala.ChangeTeamMembers(t.Context(), team.ID, team.Version, change)
	// The physician left; the nurse's period as a member ended and that as lead
	// began.
	if err != nil || len(team.Members) != 2 || team.Members[0].AccountID != by["nurse"] || !team.Members[0].Lead ||
		len(team.FormerMembers) != 2 {
		t.Fatalf("%+v, %v", team, err)
	}
	for _, f := range []struct {
		who   string
		query url.Values
		n     int
	}{
		{"petugas1", url.Values{"mine": {"true"}}, 0}, {"petugas3", url.Values{"mine": {"true"}}, 1},
		{"petugas1", url.Values{"mode": {"standing"}}, 1}, {"petugas1", url.Values{"programme": {"kupinang"}}, 0},
	} {
		p, err := s.As(t, f.who+".tanah-habang").Teams(t.Context(), f.query)
		if err != nil || len(p.Data) != f.n {
			t.Errorf("%s %v: %d, %v", f.who, f.query, len(p.Data), err)
		}
	}
	uren := s.As(t, "kepala.uren")
	_, err = uren.Team(t.Context(), team.ID)
	want(t, err, 404, "record.not_found")
	_, err = uren.ChangeTeamMembers(t.Context(), team.ID, team.Version, change)
	want(t, err, 404, "record.not_found")
}
