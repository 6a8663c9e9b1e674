package record_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestBoundsOfARecord: a missing value is not zero, a value in another unit is
// refused, and pregnancy is refused where it is impossible.
func TestBoundsOfARecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := w.AddTeam("petugas2")
	visitOf := func(birth, sex string) homecare.Visit {
		w.SQL(`update stop_member set active = false`)
		return w.ArrivedFor(w.AddCase(w.AddPerson(birth, sex), team))
	}
	woman, man := visitOf("1996-01-01", "female"), visitOf("1996-01-01", "male")
	child, girl := visitOf("2016-03-11", "female"), visitOf("2016-03-10", "female") // 9 years on the last day, 10 today
	old, older := visitOf("1965-03-11", "female"), visitOf("1965-03-10", "female")
	unknown := visitOf("1996-01-01", "unknown")
	at := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
	pregnancy := func(last string, weeks string) string {
		return `{"services":[{"type":"high_risk_pregnancy","schema_version":1,"data":{"gravida":1,"para":0,` +
			`"abortus":0,"oedema":false,"gestational_weeks":` + weeks +
			`,"last_menstrual_on":"` + last + `"}}]}`
	}
	service := func(kind, data string) string {
		return `{"services":[{"type":"` + kind + `","schema_version":1,"data":` + data + `}]}`
	}
	for _, c := range []struct {
		name  string
		visit homecare.Visit
		part  string
		body  string
		want  string // "pointer code" of each error; "" for taken
	}{
		{"pain without a value", woman, "vitals", `{"vitals":[{"code":"pain"}]}`, "/vitals/0/value required"},
		{"pressure without a value", woman, "vitals", `{"vitals":[{"code":"sbp"},{"code":"dbp","value":80}]}`,
			"/vitals/0/value required"},
		{"no pain", woman, "vitals", `{"vitals":[{"code":"pain","value":0}]}`, ""},
		{"a value of null", woman, "vitals", `{"vitals":[{"code":"pain","value":null}]}`, "/vitals/0/value required"},
		{"a result without a value", woman, "labs", `{"labs":[{"code":"hb"}]}`, "/labs/0/value required"},
		{"pounds", woman, "vitals", `{"vitals":[{"code":"weight","value":110,"unit":"lb"}]}`, "/vitals/0/unit unit"},
		{"kilograms", woman, "vitals", `{"vitals":[{"code":"weight","value":50,"unit":" KG "}]}`, ""},
		{"pressure in its unit", woman, "vitals", `{"vitals":[{"code":"sbp","value":120,"unit":"mm hg"}]}`, ""},
		{"pressure in kPa", woman, "vitals", `{"vitals":[{"code":"sbp","value":120,"unit":"kPa"}]}`,
			"/vitals/0/unit unit"},
		{"glucose in mmol/l", woman, "labs", `{"labs":[{"code":"glucose_random","value":142,"unit":"mmol/L"}]}`,
			"/labs/0/unit unit"},
		{"glucose in its unit", woman, "labs", `{"labs":[{"code":"glucose_2h","value":142,"unit":"MG/DL"}]}`, ""},
		{"a finding beside a figure", woman, "labs", `{"labs":[{"code":"hb","value":12,"finding":"negative"}]}`,
			"/labs/0/finding not_this_kind"},
		{"a figure beside a finding", woman, "labs",
			`{"labs":[{"code":"urine_protein","value":1,"finding":"negative"}]}`, "/labs/0/value not_this_kind"},
		{"a figure in place of a finding", woman, "labs", `{"labs":[{"code":"urine_protein","value":1}]}`,
			"/labs/0/finding required,/labs/0/value not_this_kind"},
		{"education of an unknown number", woman, "services", service("family_education",
			`{"topics":["PHBS"],"audience":"family"}`), "/services/0/data/participants required"},
		{"education of nobody", woman, "services", service("family_education",
			`{"topics":["PHBS"],"audience":"family","participants":0}`), "/services/0/data/participants min"},
		{"no version", woman, "services", `{"services":[{"type":"nutrition","data":{"status":"normal"}}]}`,
			"/services/0/schema_version required"},
		{"version 0", woman, "services",
			`{"services":[{"type":"nutrition","schema_version":0,"data":{"status":"normal"}}]}`,
			"/services/0/schema_version min"},
		{"version 1.0", woman, "services",
			`{"services":[{"type":"nutrition","schema_version":1.0,"data":{"status":"normal","diet":""}}]}`,
			"/services/0/data/diet text"},
		{"version 1.5", woman, "services",
			`{"services":[{"type":"nutrition","schema_version":1.5,"data":{"status":"normal"}}]}`,
			"/services/0/schema_version type"},
		{"an answer that is none", woman, "assessments",
			`{"assessments":[{"instrument":"gds4","answers":[{"item":"puas","value":"ya"},` +
				`{"item":"bosan","value":"mungkin"}]}]}`,
			"/assessments/0/answers/1/value oneof,/assessments/0/answers required"},
		{"measured in 1970", woman, "vitals", `{"vitals":[{"code":"hr","value":80,"taken_at":"1970-01-01T00:12:00Z"}]}`,
			"/vitals/0/taken_at clock"},
		{"measured the day before", woman, "vitals", `{"vitals":[{"code":"hr","value":80,"taken_at":"` +
			at(-24*time.Hour) + `"}]}`, "/vitals/0/taken_at outside_visit"},
		{"measured in an hour", woman, "vitals", `{"vitals":[{"code":"hr","value":80,"taken_at":"` + at(time.Hour) +
			`"}]}`, "/vitals/0/taken_at outside_visit"},
		{"measured on the doorstep", woman, "vitals", `{"vitals":[{"code":"hr","value":80,"taken_at":"` +
			at(-50*time.Minute) + `"}]}`, ""},
		{"a result of three days ago", woman, "labs", `{"labs":[{"code":"hb","value":12,"taken_at":"` +
			at(-72*time.Hour) + `"}]}`, ""},
		{"a result of a month ago", woman, "labs", `{"labs":[{"code":"hb","value":12,"taken_at":"` +
			at(-720*time.Hour) + `"}]}`, "/labs/0/taken_at outside_visit"},
		{"pregnant woman", woman, "vitals", `{"pregnant":true,"vitals":[{"code":"sbp","value":120}]}`, ""},
		{"pregnant man", man, "vitals", `{"pregnant":true,"vitals":[{"code":"sbp","value":120}]}`,
			"/pregnant not_pregnant"},
		{"pregnant child of nine", child, "vitals", `{"pregnant":true,"vitals":[{"code":"hr","value":90}]}`,
			"/pregnant not_pregnant"},
		{"pregnant girl of ten", girl, "vitals", `{"pregnant":true,"vitals":[{"code":"hr","value":90}]}`, ""},
		{"pregnant at sixty", old, "vitals", `{"pregnant":true,"vitals":[{"code":"hr","value":80}]}`, ""},
		{"pregnant at sixty-one", older, "vitals", `{"pregnant":true,"vitals":[{"code":"hr","value":80}]}`,
			"/pregnant not_pregnant"},
		{"pregnant, sex unknown", unknown, "vitals", `{"pregnant":true,"vitals":[{"code":"hr","value":80}]}`, ""},
		{"a man's pregnancy", man, "services", pregnancy("2025-11-01", "18"), "/services/0/type not_pregnant"},
		{"a pregnancy of 18 weeks", woman, "services", pregnancy("2025-11-04", "18"), ""},
		{"two weeks more", woman, "services", pregnancy("2025-11-04", "20"), ""},
		{"three weeks more", woman, "services", pregnancy("2025-11-04", "21"),
			"/services/0/data/last_menstrual_on weeks,/services/0/data/gestational_weeks weeks"},
		{"three weeks less", woman, "services", pregnancy("2025-11-04", "15"),
			"/services/0/data/last_menstrual_on weeks,/services/0/data/gestational_weeks weeks"},
		{"menstruation tomorrow", woman, "services", pregnancy("2026-03-11", "1"),
			"/services/0/data/last_menstrual_on future"},
		{"menstruation in 2021", woman, "services", pregnancy("2021-03-11", "18"),
			"/services/0/data/last_menstrual_on early"},
		{"menstruation 45 weeks ago", woman, "services", pregnancy("2025-04-29", "45"), ""},
		{"menstruation 45 weeks and a day ago", woman, "services", pregnancy("2025-04-28", "45"),
			"/services/0/data/last_menstrual_on early"},
		{"a pressure sore nobody looked for", old, "services",
			service("elderly_care", `{"conditions":["stroke"],"dependence":"severe"}`), ""},
		{"days after birth missing", woman, "services",
			service("postpartum_neonatal", `{"contact":"kf4","mother":{"bleeding":"normal","vitamin_a":true}}`),
			"/services/0/data/mother/days_postpartum required"},
		{"age of the newborn missing", woman, "services", service("postpartum_neonatal",
			`{"contact":"kn3","newborn":{"weight_g":2900,"feeding":"formula","vitamin_k":true,"hb0":true}}`),
			"/services/0/data/newborn/age_days required"},
	} {
		version := apitest.Ask[int64](w.Home, `select version from visit where id = $1`, c.visit.ID)
		err := w.Nurse.Do(t.Context(), homecare.Call{Method: http.MethodPut, Path: "/v1/visits/" + c.visit.ID + "/" +
			c.part, IfMatch: version, Raw: strings.NewReader(c.body), ContentType: "application/json"})
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %+v", c.name, problemOf(err).Errors)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s is taken", c.name)
			continue
		}
		var got []string
		for _, e := range problemOf(err).Errors {
			got = append(got, e.Pointer+" "+e.Code)
			if strings.Contains(e.Message, "{") || e.Code == "unit" && !slices.ContainsFunc([]string{"kg", "mmHg",
				"mg/dL"}, func(u string) bool { return strings.Contains(e.Message, u) }) {
				t.Errorf("%s: %q", c.name, e.Message)
			}
		}
		if strings.Join(got, ",") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

func problemOf(err error) homecare.Problem {
	if p, ok := errors.AsType[*homecare.Problem](err); ok {
		return *p
	}
	return homecare.Problem{Errors: []homecare.ProblemField{{Message: err.Error()}}}
}
