package dashboard_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestEndingsOnTheirDay: an ending counts on the day it happened, whoever wrote
// it down or signed it later, and every ending is a figure.
func TestEndingsOnTheirDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-09-02")
	w.ended("death", "2026-07-20", "2026-08-02")
	w.ended("refusal", "2026-07-25", "2026-08-10")
	w.ended("moved_away", "2026-07-31", "2026-07-31")
	w.ended("goals_reached", "2026-08-01", "2026-08-01")
	w.ended("lost_to_follow_up", "2026-08-15", "2026-08-16")
	w.ended("merged", "2026-07-20", "2026-07-20")
	w.ended("entered_in_error", "2026-07-20", "2026-07-20")
	w.care(row{"state": "terminating", "ending": "refusal", "ended_on": "2026-07-28"})
	w.care(row{"activated_at": at(t, "2026-08-01").Add(-time.Hour - 8*time.Hour)}) // midnight of 1 August in WITA
	for ending, months := range map[string]map[string]int64{
		"death": {"2026-07": 1, "2026-08": 0}, "refusal": {"2026-07": 1, "2026-08": 0},
		"moved_away":    {"2026-07": 1, "2026-08": 0},
		"goals_reached": {"2026-07": 0, "2026-08": 1}, "lost_to_follow_up": {"2026-07": 0, "2026-08": 1},
		"referral": {"2026-07": 0, "2026-08": 0},
	} {
		w.want(ending, months, "endings", ending, 0, "ended_"+ending)
	}
	if got := w.figure("2026-07", "ended_merged"); got != -2 {
		t.Errorf("what was merged is a figure: %d", got)
	}
	w.want("in care at the end of the month", map[string]int64{"2026-06": 6, "2026-07": 3, "2026-08": 2}, "cases",
		"active", 0, "cases_in_care")
	w.want("care begun", map[string]int64{"2026-06": 6, "2026-07": 0, "2026-08": 1}, "cases", "activated", 0,
		"cases_begun")
}

// TestVisitsOnTheirDay: a visit counts on the day of the arrival, else of the
// plan; a chain of rescheduled visits is planned once and moved as often as it was.
func TestVisitsOnTheirDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-09-02")
	c := w.care(row{})
	w.visit(c, "2026-07-30", "2026-08-01", nil)
	w.visit(c, "2026-08-01", "2026-07-31", nil)
	first := w.visit(c, "2026-07-10", "", row{"state": "rescheduled"})
	second := w.visit(c, "2026-07-12", "", row{"state": "rescheduled", "rescheduled_from_id": first})
	w.visit(c, "2026-08-03", "2026-08-04", row{"rescheduled_from_id": second})
	w.visit(c, "2026-08-09", "2026-08-09", row{"unplanned": true})
	w.want("planned", map[string]int64{"2026-07": 1, "2026-08": 2}, "visits_by_village", village, 0, "visits_planned")
	w.want("completed", map[string]int64{"2026-07": 1, "2026-08": 3}, "visits_by_village", village, 1,
		"visits_completed")
	w.want("moved", map[string]int64{"2026-07": 2, "2026-08": 0}, "visits_by_village", village, 4, "visits_moved")
}

// TestPersonsOfTheMonth: the age is that of the visit's day; who died before the
// month or became known after it is no target of it.
func TestPersonsOfTheMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-09-02")
	sixty := w.care(row{"patient_id": w.person(row{"birth_date": "1966-07-20"})})
	w.visit(sixty, "2026-07-19", "2026-07-19", nil)
	w.visit(sixty, "2026-08-01", "2026-08-01", nil)
	w.want("59 in July", map[string]int64{"2026-07": 1, "2026-08": 0}, "patients_by_age", "y45_59", 1, "")
	w.want("60 in August", map[string]int64{"2026-07": 0, "2026-08": 1}, "patients_by_age", "y60_up", 1, "")
	unborn := w.care(row{"patient_id": w.person(row{"birth_date": "2026-08-01"})})
	w.visit(unborn, "2026-07-19", "2026-07-19", nil)
	w.want("visited before the birth that was learnt since", map[string]int64{"2026-07": 1}, "patients_by_age",
		"unknown", 1, "")
	w.want("which is no age", map[string]int64{"2026-07": 0}, "patients_by_age", "y0_4", 1, "")
	for _, p := range []struct {
		died any
		seen string
	}{{"2025-12-31", "2025-01-10"}, {"2026-07-01", "2025-01-10"}, {nil, "2026-07-31"}, {nil, "2026-08-01"}} {
		id := w.person(row{"deceased_on": p.died})
		w.Database.Exec(t, `insert into patient_source (puskesmas_id, patient_id, source, first_seen, last_seen)
			values ($1, $2, 'ptm', $3, $3)`, w.tenant, id, at(t, p.seen))
	}
	w.want("targets", map[string]int64{"2026-07": 2, "2026-08": 2, "2025-12": 2, "2026-06": 1}, "targets_by_source",
		"ptm", 0, "")
}

// TestProfessionsOfTheVisit: a visit counts once for each profession that went,
// as of the visit, whatever became of the team.
func TestProfessionsOfTheVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-09-02")
	v := w.visit(w.care(row{}), "2026-07-10", "2026-07-10", nil)
	for i, p := range []string{"nurse", "nurse", "physician", ""} {
		w.Database.Exec(t, `insert into stop_member (puskesmas_id, stop_id, account_id, during, profession, active)
			select puskesmas_id, stop_id, $2, tstzrange('2026-07-10', '2026-07-11'), $3, $4 from visit
			where id = $1`, v, uuid.NewString(), p, i == 0)
	}
	w.want("nurse", map[string]int64{"2026-07": 1}, "visits_by_profession", "nurse", 0, "")
	w.want("physician", map[string]int64{"2026-07": 1}, "visits_by_profession", "physician", 0, "")
	w.want("nobody knows", map[string]int64{"2026-07": 0}, "visits_by_profession", "", 0, "")
}
