package episode_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestVisibility(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	uren := newWorld(t, w.Server, "uren")
	mine := w.propose(t, w.midwife, "kupinang", w.person2(t, "Usulan bidan"))
	team := w.active(t, "Mariatul") // nurse and physician
	for _, r := range []struct {
		name  string
		who   *homecare.Client
		id    string
		seen  bool
		total int
	}{
		{"proposer, no team yet", w.midwife, mine.ID, true, 1},
		{"not of the team", w.midwife, team.ID, false, 1},
		{"of the team", w.nurse, team.ID, true, 1},
		{"another's proposal", w.nurse, mine.ID, false, 1},
		{"koordinator", w.koordinator, team.ID, true, 2},
		{"kepala", w.kepala, mine.ID, true, 2},
		{"another puskesmas", uren.kepala, team.ID, false, 0},
	} {
		_, err := r.who.Case(t.Context(), r.id)
		if r.seen != (err == nil) {
			t.Errorf("%s: %v", r.name, err)
		}
		if !r.seen {
			want(t, err, 404, "record.not_found")
			_, err = r.who.CaseHistory(t.Context(), r.id)
			want(t, err, 404, "record.not_found")
		}
		p, err := r.who.Cases(t.Context(), nil)
		if err != nil || len(p.Data) != r.total {
			t.Errorf("%s: %d cases, %v", r.name, len(p.Data), err)
		}
	}
	// Every action on another team's case answers 404, before any other check.
	for _, action := range []string{"withdraw", "review", "end", "retract-refusal", "referral-outcome", "reopen"} {
		body := any(homecare.Why{Reason: "x"})
		switch action {
		case "review":
			body = w.reviewed()
		case "end":
			body = w.referral()
		case "referral-outcome":
			body = homecare.NewReferralOutcome{Result: "admitted", OccurredOn: "2026-10-14"}
		case "reopen":
			body = homecare.ReopenCase{Origin: "other", Reason: "x"}
		}
		err := w.midwife.Do(t.Context(), homecare.Call{Method: http.MethodPost, Path: "/v1/cases/" + team.ID + "/" +
			action, IfMatch: 99, Body: body})
		want(t, err, 404, "record.not_found")
	}
	// Once a team exists the proposer must be in it.
	c := w.approve(t, mine)
	c, err := w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, w.team())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.midwife.Case(t.Context(), c.ID)
	want(t, err, 404, "record.not_found")
}

func TestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	var last homecare.Case
	for i := range 5 {
		last = w.propose(t, w.koordinator, "kupinang", w.person2(t, fmt.Sprint("Orang ", i)))
	}
	hs := w.propose(t, w.koordinator, "homecare_sanggam", last.PatientID)
	seen := map[string]bool{}
	q := url.Values{"limit": {"2"}, "programme": {"kupinang"}}
	for pages := 1; ; pages++ {
		p, err := w.koordinator.Cases(t.Context(), q)
		if err != nil || pages > 3 {
			t.Fatal(pages, err)
		}
		for _, c := range p.Data {
			if seen[c.ID] {
				t.Fatal("a case came twice")
			}
			seen[c.ID] = true
		}
		if p.NextCursor == "" {
			break
		}
		q.Set("cursor", p.NextCursor)
	}
	if len(seen) != 5 {
		t.Fatalf("%d of 5", len(seen))
	}
	q.Set("programme", "homecare_sanggam")
	_, err := w.koordinator.Cases(t.Context(), q)
	want(t, err, 400, "cursor.invalid")
	for _, f := range []struct {
		query url.Values
		n     int
	}{
		{url.Values{"patient_id": {last.PatientID}}, 2},
		{url.Values{"patient_id": {last.PatientID}, "programme": {"homecare_sanggam"}}, 1},
		{url.Values{"state": {"proposed"}}, 6},
		{url.Values{"state": {"active"}}, 0},
		{url.Values{"village": {"6311052001"}}, 0},
		{url.Values{"team": {hs.ID}}, 0},
	} {
		p, err := w.koordinator.Cases(t.Context(), f.query)
		if err != nil || len(p.Data) != f.n {
			t.Errorf("%v: %d of %d, %v", f.query, len(p.Data), f.n, err)
		}
	}
}
