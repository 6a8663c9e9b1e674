package app_test

import (
	"net/url"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestCountsAreTheirLists: for each role, each count is the length of the list at its
// address, and a count that should not be 0 is none.
func TestCountsAreTheirLists(t *testing.T) {
	t.Parallel()
	w := apitest.NewHome(t)
	ctx := t.Context()
	w.Plan(1) // today
	w.SQL(`update stop set starts_at = starts_at - interval '2 days', ends_at = ends_at - interval '2 days'
		where id = $1`, w.Plan(30).StopID)
	w.SQL(`update visit v set planned_for = s.starts_at from stop s where s.id = v.stop_id`)
	alerting := w.Bundle()
	alerting.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 165, "dbp", 95)}
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, alerting))
	w.Task(homecare.NewFollowUp{CaseID: w.CaseID, PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat",
		OwnerAccountID: w.NurseID, DueOn: "2026-03-10"}})
	w.SQL(`update follow_up set due_on = '2026-03-01' where id = $1`, w.Task(homecare.NewFollowUp{CaseID: w.CaseID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Hubungi keluarga", OwnerAccountID: w.NurseID,
			DueOn: "2026-03-10"}}).ID)
	koordinator := w.Staff("koordinator.tanah-habang")
	proposed := w.AddPerson("1960-01-01", "male")
	if _, err := koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: proposed, Programme: "kupinang",
		Origin: "walk_in", Reason: "Stroke"}); err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]int{
		"petugas2": {"visits_today": 1, "visits_late": 1, "follow_ups_overdue": 1, "alerts_open": 2},
		"petugas3": {"visits_today": 0, "alerts_open": 0, "follow_ups_overdue": 0},
		"kepala":   {"cases_to_decide": 1, "alerts_open": 2, "visits_today": 0, "duplicates_open": 0},
	}
	for _, name := range []string{"petugas2", "petugas3", "koordinator", "kepala"} {
		c := w.Staff(name + ".tanah-habang")
		page, err := c.Counts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]int{}
		for _, n := range page.Data {
			told[n.Kind] = n.Count
			at, err := url.Parse(n.Href)
			if err != nil {
				t.Fatal(err)
			}
			query := at.Query()
			query.Set("limit", "500")
			var rows homecare.Page[struct {
				ID string `json:"id"`
			}]
			if err := c.Do(ctx, homecare.Call{Method: "GET", Path: at.Path, Query: query, Out: &rows}); err != nil {
				t.Errorf("%s: %s: %v", name, n.Href, err)
			} else if len(rows.Data) != n.Count {
				t.Errorf("%s: %s is %d, but %s has %d rows", name, n.Kind, n.Count, n.Href, len(rows.Data))
			}
		}
		for kind, n := range want[name] {
			if got, there := told[kind]; !there || got != n {
				t.Errorf("%s: %s is %d (%t), want %d", name, kind, got, there, n)
			}
		}
		if _, there := told["cases_to_decide"]; there != (name == "kepala") {
			t.Errorf("%s counts cases to decide: %t", name, there)
		}
	}
}
