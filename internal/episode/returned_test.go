package episode_test

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// figure is one current cell of the follow-ups of a report.
func (w world) figure(t *testing.T, report, code string) int64 {
	t.Helper()
	for _, s := range ok[homecare.Report](t)(w.koordinator.Report(t.Context(), report)).Figures.Sections {
		for _, l := range s.Rows {
			if s.Figures == "follow_ups" && l.Code == code {
				return l.Values[0]
			}
		}
	}
	t.Fatalf("no figure %s", code)
	return 0
}

// TestDeathTakenBackOpensItsTasks: tasks closed by the death are open again and
// count as never cancelled, by any clock. Tasks done or cancelled earlier stay.
func TestDeathTakenBackOpensItsTasks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	for _, c := range []*homecare.Client{w.kepala, w.koordinator, w.physician, w.nurse} {
		c.Clock = nil // that of the machine moves on at every request and within it
	}
	day := clock.Day(time.Now())
	c := ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: w.person(t, "Mariatul"),
		Programme: "kupinang", Origin: "walk_in", Reason: "x"}))
	c = w.approve(t, c)
	c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, c.ID, c.Version, w.team()))
	ok[homecare.Case](t)(w.nurse.ReviewCase(ctx, c.ID, c.Version, w.reviewed()))
	task := func() homecare.FollowUp {
		return ok[homecare.FollowUp](t)(w.nurse.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: c.ID,
			PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat", OwnerAccountID: w.nurseID, DueOn: day}}))
	}
	open, dropped := task(), task()
	ok[homecare.FollowUp](t)(w.nurse.CancelFollowUp(ctx, dropped.ID, dropped.Version,
		homecare.CloseFollowUp{Result: "Batal"}))
	report := ok[homecare.Report](t)(w.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: "kupinang",
		Month: day[:7]})).ID
	for range 2 { // a second death is another one
		ended := ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), death(day)))
		if f := ok[homecare.FollowUp](t)(w.nurse.FollowUp(ctx, open.ID)); f.State != "cancelled" ||
			w.figure(t, report, "cancelled") != 2 {
			t.Fatalf("after the death: %s, %d cancelled", f.State, w.figure(t, report, "cancelled"))
		}
		ok[homecare.Case](t)(w.kepala.RetractDeath(ctx, ended.ID, ended.Version,
			homecare.Retraction{Reason: "Salah orang"}))
		if f := ok[homecare.FollowUp](t)(w.nurse.FollowUp(ctx, open.ID)); f.State != "open" || f.Result != "" {
			t.Errorf("%s %q", f.State, f.Result)
		}
		if f := ok[homecare.FollowUp](t)(w.nurse.FollowUp(ctx, dropped.ID)); f.State != "cancelled" {
			t.Errorf("what the nurse cancelled: %s", f.State)
		}
		if c, b := w.figure(t, report, "cancelled"), w.figure(t, report, "taken_back"); c != 1 || b != 0 {
			t.Errorf("%d cancelled, %d taken back", c, b)
		}
	}
}
