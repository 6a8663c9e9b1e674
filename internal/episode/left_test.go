package episode_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestWhoLeftIsExpected: when an account leaves the staff, its planned visits are
// listed, and Kepala learns their number.
func TestWhoLeftIsExpected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := w.activeOf(t, w.person(t, "Mariatul"))
	w.visited(t, c.ID, 30) // with a task of the nurse
	alone, next := w.planned(t, c.ID, 3), w.planned(t, c.ID, 7)
	other := w.planned(t, c.ID, 4)
	ok[homecare.Visit](t)(w.nurse.CancelVisit(ctx, other.ID, other.Version, homecare.CancelVisit{Reason: "Batal"}))
	unstaffed := func() (ids []string) {
		for _, v := range ok[homecare.Page[homecare.VisitSummary]](t)(w.koordinator.Visits(ctx,
			url.Values{"unstaffed": {"true"}})).Data {
			if !slices.Equal(v.Unstaffed, []string{w.nurseID}) {
				t.Errorf("%s lacks %v", v.ID, v.Unstaffed)
			}
			ids = append(ids, v.ID)
		}
		return ids
	}
	if l := unstaffed(); len(l) != 0 {
		t.Fatalf("all are there, and listed: %v", l)
	}
	of := ok[homecare.Page[homecare.Membership]](t)(w.kepala.Memberships(ctx, url.Values{"account_id": {w.nurseID}})).
		Data
	// With a second membership she stays on the staff.
	second := ok[homecare.Membership](t)(w.kepala.AddMembership(ctx, homecare.NewMembership{AccountID: w.nurseID,
		Role: "koordinator"}))
	m := ok[homecare.Membership](t)(w.kepala.EndMembership(ctx, of[0].ID, of[0].Version,
		homecare.Why{Reason: "Mutasi"}))
	if m.LeftBehind == nil || *m.LeftBehind != (homecare.LeftBehind{}) {
		t.Errorf("she still serves: %+v", m.LeftBehind)
	}
	m = ok[homecare.Membership](t)(w.kepala.EndMembership(ctx, second.ID, second.Version,
		homecare.Why{Reason: "Mutasi"}))
	if m.LeftBehind == nil || *m.LeftBehind != (homecare.LeftBehind{PlannedVisits: 2, FollowUps: 1}) {
		t.Errorf("left behind: %+v", m.LeftBehind)
	}
	if l := unstaffed(); !slices.Equal(l, []string{alone.ID, next.ID}) {
		t.Errorf("listed %v, want %s and %s", l, alone.ID, next.ID)
	}
	// Another member goes: the visit is no longer listed.
	ok[homecare.Visit](t)(w.physician.RescheduleVisit(ctx, alone.ID, alone.Version,
		homecare.RescheduleVisit{Reason: "Perawat pindah",
			StartsAt: new(today.Add(80 * time.Hour)), Members: []string{w.physicianID}}))
	if l := unstaffed(); !slices.Equal(l, []string{next.ID}) {
		t.Errorf("listed %v", l)
	}
	// An account that is disabled.
	u := ok[homecare.User](t)(w.kepala.User(ctx, w.physicianID))
	u = ok[homecare.User](t)(w.kepala.ChangeUser(ctx, u.ID, u.Version,
		homecare.UserChange{Disabled: homecare.Some(true)}))
	if u.LeftBehind == nil || u.LeftBehind.PlannedVisits == 0 {
		t.Errorf("disabled: %+v", u.LeftBehind)
	}
}
