package visit_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func (w *world) session(day string) homecare.NewEducationSession {
	return homecare.NewEducationSession{Programme: "kupinang", Village: village, HeldOn: day,
		Topics: []string{"Hipertensi"}, Method: "group_session",
		Participants: 20, ConductedBy: []string{w.NurseID}}
}

// taken fails the test if the call failed.
func taken[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestEducationSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, after := 40, 75
	var made []homecare.EducationSession
	for _, day := range []string{"2026-03-02", "2026-03-09", "2026-03-10", "2026-02-20"} {
		in := w.session(day)
		in.EducationResult = homecare.EducationResult{KnowledgeBefore: &before, KnowledgeAfter: &after}
		made = append(made, taken[homecare.EducationSession](t)(w.Nurse.AddEducationSession(t.Context(), in)))
	}
	if e := made[0]; e.VillageName == "" || e.Participants != 20 || *e.KnowledgeAfter != 75 || e.AttitudeAfter != nil ||
		len(e.ConductedBy) != 1 || e.ConductedBy[0] != w.NurseID {
		t.Fatalf("%+v", e)
	}
	// Newest first, page by page; every petugas of the puskesmas sees them.
	var got []string
	query := url.Values{"limit": {"2"}, "date_from": {"2026-03-01"}}
	for {
		p := taken[homecare.Page[homecare.EducationSession]](t)(w.Other.EducationSessions(t.Context(), query))
		for _, e := range p.Data {
			got = append(got, e.HeldOn)
		}
		if p.NextCursor == "" {
			break
		}
		query.Set("cursor", p.NextCursor)
	}
	if len(got) != 3 || got[0] != "2026-03-10" || got[1] != "2026-03-09" || got[2] != "2026-03-02" {
		t.Errorf("listed %v", got)
	}
	for name, q := range map[string]url.Values{"another village": {"village": {"6311052002"}},
		"another programme": {"programme": {"homecare_sanggam"}}, "before all": {"date_to": {"2026-01-31"}}} {
		if p := taken[homecare.Page[homecare.EducationSession]](t)(w.Nurse.EducationSessions(t.Context(),
			q)); len(p.Data) != 0 {
			t.Errorf("%s: %+v", name, p.Data)
		}
	}
	if p := taken[homecare.Page[homecare.EducationSession]](t)(w.Abroad.EducationSessions(t.Context(), nil)); len(
		p.Data) != 0 {
		t.Errorf("another puskesmas sees %+v", p.Data)
	}
	if n := apitest.Ask[int](w.Home,
		`select count(*)::int from audit_event where action = 'education_session.add'`); n != 4 {
		t.Errorf("%d audit events", n)
	}
	// The month's report counts those of its days only.
	r := taken[homecare.Report](t)(w.Head.DraftReport(t.Context(), homecare.DraftReport{Programme: "kupinang",
		Month: "2026-03"}))
	counted := map[string]int64{}
	for _, s := range r.Figures.Sections {
		if s.Figures == "education" {
			for _, row := range s.Rows {
				counted[row.Code] = row.Values[0]
			}
		}
	}
	if len(counted) != 2 || counted["sessions"] != 3 || counted["participants"] != 60 {
		t.Errorf("report counts %v", counted)
	}
}

func TestEducationSessionRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	over := 101
	for _, c := range []struct {
		name   string
		change func(*homecare.NewEducationSession)
		at     string
	}{
		{"a day to come", func(n *homecare.NewEducationSession) { n.HeldOn = "2026-03-11" }, "/held_on"},
		{"an unknown village", func(n *homecare.NewEducationSession) { n.Village = "6311059999" }, "/village"},
		{"an unknown programme", func(n *homecare.NewEducationSession) { n.Programme = "lain" }, "/programme"},
		{"staff of another puskesmas", func(n *homecare.NewEducationSession) {
			n.ConductedBy = []string{w.Account("petugas2.paringin")}
		}, "/conducted_by/0"},
		{"nobody there", func(n *homecare.NewEducationSession) { n.Participants = 0 }, "/participants"},
		{"no topic", func(n *homecare.NewEducationSession) { n.Topics = []string{} }, "/topics"},
		{"more than all", func(n *homecare.NewEducationSession) { n.KnowledgeAfter = &over }, "/knowledge_after"},
	} {
		in := w.session("2026-03-09")
		c.change(&in)
		_, err := w.Nurse.AddEducationSession(t.Context(), in)
		if p := apitest.Wants(t, err, "request.invalid"); p != nil &&
			(len(p.Errors) != 1 || p.Errors[0].Pointer != c.at) {
			t.Errorf("%s: %+v", c.name, p.Errors)
		}
	}
	// Paringin does not run KUPINANG.
	in := w.session("2026-03-09")
	in.ConductedBy = []string{w.Account("petugas2.paringin")}
	_, err := w.Abroad.AddEducationSession(t.Context(), in)
	if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/programme" {
		t.Errorf("%+v", p.Errors)
	}
	// Today is the business day: a future day is past a day later.
	w.Nurse.Clock = func() time.Time { return now.AddDate(0, 0, 1) }
	taken[homecare.EducationSession](t)(w.Nurse.AddEducationSession(t.Context(), w.session("2026-03-11")))
}

// TestSessionByStaffOfThen: the account that held the session was on the staff
// on that day, whatever it is now.
func TestSessionByStaffOfThen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SQL(`update membership set ended_at = '2026-03-05T01:00Z' where account_id = $1`, w.Doctor)
	for day, code := range map[string]string{"2026-03-06": "unknown", "2026-03-04": ""} {
		_, err := w.Nurse.AddEducationSession(t.Context(), homecare.NewEducationSession{Programme: "kupinang",
			Village: village, HeldOn: day, Topics: []string{"hipertensi"},
			Method: "counselling", Participants: 12, ConductedBy: []string{w.Doctor}})
		if code == "" && err != nil || code != "" && apitest.ToldAt(err, "/conducted_by/0") != code {
			t.Errorf("%s: %v", day, err)
		}
	}
}
