package record

import (
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestAgeIsOfTheBusinessDay(t *testing.T) {
	t.Parallel()
	birth := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for at, want := range map[string]int{
		"2026-02-28T15:59:59Z": 0,  // not yet born by the calendar: no negative age
		"2026-03-01T15:59:59Z": 0,  // still 1 March in WITA
		"2026-03-01T16:00:00Z": 1,  // 2 March in WITA
		"2026-03-29T01:00:00Z": 28, // last neonatal day
	} {
		when, _ := time.Parse(time.RFC3339, at)
		if got := ageDays(&birth, when); got != want {
			t.Errorf("%s: %d days, want %d", at, got, want)
		}
	}
	if got := ageDays(nil, birth); got != adultDays {
		t.Errorf("unknown birth date: %d", got)
	}
}

func TestServiceDataMatchesItsType(t *testing.T) {
	t.Parallel()
	care := &homecare.LimitedMedicalCare{Condition: "improved"}
	for name, c := range map[string]struct {
		in   []homecare.VisitService
		want []string
	}{
		"whole": {[]homecare.VisitService{{Type: "limited_medical_care", LimitedMedicalCare: care}},
			nil},
		"data missing": {[]homecare.VisitService{{Type: "limited_medical_care"}},
			[]string{"/services/0/limited_medical_care"}},
		"another type's data": {[]homecare.VisitService{{Type: "nutrition", Nutrition: &homecare.Nutrition{},
			LimitedMedicalCare: care}}, []string{"/services/0/limited_medical_care"}},
		"twice": {[]homecare.VisitService{{Type: "limited_medical_care", LimitedMedicalCare: care},
			{Type: "limited_medical_care", LimitedMedicalCare: care}}, []string{"/services/1/type"}},
		"KF without the mother": {[]homecare.VisitService{{Type: "postpartum_neonatal",
			PostpartumNeonatal: &homecare.PostpartumNeonatal{Contact: "kf1"}}},
			[]string{"/services/0/postpartum_neonatal/mother"}},
		"KN without the newborn": {[]homecare.VisitService{{Type: "postpartum_neonatal",
			PostpartumNeonatal: &homecare.PostpartumNeonatal{Contact: "kn2", Mother: &homecare.PostpartumState{}}}},
			[]string{"/services/0/postpartum_neonatal/newborn"}},
		"more births than pregnancies": {[]homecare.VisitService{{Type: "high_risk_pregnancy",
			HighRiskPregnancy: &homecare.HighRiskPregnancy{Gravida: 1, Para: 2}}},
			[]string{"/services/0/high_risk_pregnancy/gravida"}},
		"served by a stranger": {[]homecare.VisitService{{Type: "limited_medical_care", LimitedMedicalCare: care,
			ProvidedBy: "x"}}, []string{"/services/0/provided_by"}},
	} {
		var check fault.Check
		checkServices(c.in, []string{"a"}, "", &check)
		var got []string
		if e := fault.From(check.Err()); e != nil {
			for _, f := range e.Fields {
				got = append(got, f.Pointer)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
