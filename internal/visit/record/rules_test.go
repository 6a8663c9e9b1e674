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
	given := func(data ...homecare.ServiceData) []homecare.VisitService {
		return homecare.NewServicesPart(data...).Services
	}
	for name, c := range map[string]struct {
		in   []homecare.VisitService
		want []string
	}{
		"whole": {given(care), nil},
		"twice": {given(care, care), []string{"/services/1/type"}},
		"a version to come": {[]homecare.VisitService{{Type: "limited_medical_care", SchemaVersion: 2, Data: care}},
			[]string{"/services/0/schema_version"}},
		"KF without the mother": {given(&homecare.PostpartumNeonatal{Contact: "kf1"}),
			[]string{"/services/0/data/mother"}},
		"KN without the newborn": {given(&homecare.PostpartumNeonatal{Contact: "kn2",
			Mother: &homecare.PostpartumState{}}), []string{"/services/0/data/newborn"}},
		"more births than pregnancies": {given(&homecare.HighRiskPregnancy{Gravida: 1, Para: new(2)}),
			[]string{"/services/0/data/gravida"}},
		"served by a stranger": {[]homecare.VisitService{{Type: "limited_medical_care", SchemaVersion: 1, Data: care,
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
