package visit_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestStops: whoever goes today or tomorrow reads names, telephone numbers and addresses
// in one call; nobody else does, and the access log says that they were shown in full.
func TestStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := w.AddTeam("petugas1", "petugas2")
	today, tomorrow, later := w.someone(team, 1), w.someone(team, 25), w.someone(team, 49)
	foreign := w.someone(w.AddTeam("petugas1", "petugas2"), 3)
	w.SQL(`update team_member set left_at = now() where team_id = (select team_id from care_case where id = $1)
		and account_id = $2`, foreign.CaseID, w.NurseID) // the nurse has left that team
	w.SQL(`delete from stop_member where stop_id = $1 and account_id = $2`, foreign.StopID, w.NurseID)
	cancelled := w.someone(team, 5)
	apitest.MustVisit(t)(w.Nurse.CancelVisit(t.Context(), cancelled.ID, cancelled.Version,
		homecare.CancelVisit{Reason: "Tidak jadi"}))
	of := func(c *homecare.Client, date string) (ids []string) {
		t.Helper()
		q := url.Values{}
		if date != "" {
			q.Set("date", date)
		}
		page, err := c.Stops(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Data {
			for _, v := range s.Visits {
				ids = append(ids, v.ID)
				if v.Phone != "+6284000000019" || v.Address != "RT 3" || v.PatientName != "Ibu Nyata" ||
					v.BirthDate != "1950-05-02" {
					t.Errorf("%+v", v)
				}
			}
		}
		return ids
	}
	if got := of(w.Nurse, ""); !slices.Equal(got, []string{today.ID}) {
		t.Errorf("today: %v, want %v", got, today.ID)
	}
	if got := of(w.Nurse, clock.Day(now.Add(24*time.Hour))); !slices.Equal(got, []string{tomorrow.ID}) {
		t.Errorf("tomorrow: %v, want %v", got, tomorrow.ID)
	}
	for _, c := range []*homecare.Client{w.Other, w.Head, w.Abroad} {
		if got := of(c, ""); len(got) != 0 {
			t.Errorf("another account: %v", got)
		}
	}
	for _, day := range []string{clock.Day(later.PlannedFor), clock.Day(now.Add(-24 * time.Hour))} {
		_, err := w.Nurse.Stops(t.Context(), url.Values{"date": {day}})
		if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "query/date" {
			t.Errorf("%+v", p)
		}
	}
	// the access log is written behind the answer
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		log, err := w.Head.PatientAccessLog(t.Context(), today.PatientID, nil)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(log.Data, func(a homecare.Access) bool {
			return a.Permission == "GET /v1/stops" && a.Revealed
		}) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("no row of the access log says that the numbers were shown: %+v", log.Data)
		}
	}
}
