package app_test

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// open are the filters that have no list of their values.
var open = map[string]string{
	"/v1/audit-events action": "the name of an act; the trail keeps the names that older versions gave",
	"/v1/patients fact":       "a code with a value; TestFactFilters holds its rules",
}

// parameters calls f for every parameter in the query of a request's type.
func parameters(t reflect.Type, f func(name string, field reflect.StructField)) {
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for field := range t.Fields() {
		if name := field.Tag.Get("query"); name != "" {
			f(name, field)
		} else if field.Anonymous {
			parameters(field.Type, f)
		}
	}
}

// TestEveryFilterIsStrict: no list takes an unknown code, an empty value, a range
// that ends before it begins, or a page of no rows.
func TestEveryFilterIsStrict(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	filters, ranges, several := 0, 0, 0
	for _, r := range s.server.App.Routes() {
		if r.Method != http.MethodGet || allowed(r) == "" {
			continue
		}
		refuses := func(query, name, code string) {
			t.Helper()
			st, p := s.do(t, r, request{role: allowed(r), query: "?" + query})
			if st != 422 || !slices.ContainsFunc(p.Errors, func(f homecare.ProblemField) bool {
				return f.Pointer == "query/"+name && (f.Code == code || code == "") && f.Message != ""
			}) {
				t.Errorf("GET %s?%s: %d %+v", r.Path, query, st, p.Errors)
			}
		}
		fields := map[string]reflect.StructField{}
		parameters(r.Handler.Request, func(name string, f reflect.StructField) { fields[name] = f })
		for name, f := range fields {
			filters++
			if name != "cursor" {
				refuses(name+"=", name, "empty")
			}
			switch rules := f.Tag.Get("validate"); {
			case name == "cursor" || strings.Contains(rules, "uuid") || open[r.Path+" "+name] != "":
			case name == "limit":
				refuses("limit=0", name, "min")
				refuses("limit=501", name, "max")
			case f.Tag.Get("known") != "":
				code := "0000000000"
				if !strings.Contains(rules, "numeric") {
					code = "no_such_code"
				}
				with := ""
				if fields["month"].Name != "" { // a dashboard needs it
					with = "&month=2026-02"
				}
				refuses(name+"="+code+with, name, "oneof")
			case f.Type == reflect.TypeFor[call.Many]():
				_, list, _ := strings.Cut(rules, "list=")
				_, codes := rest.Codes(list)
				several++
				refuses(name+"="+codes[0]+",no_such_value", name, "oneof")
				refuses(name+"="+codes[0]+",", name, "oneof")
			default:
				refuses(name+"=no_such_value", name, "")
			}
			if begin, ok := strings.CutSuffix(name, "to"); ok && fields[begin+"from"].Name != "" {
				ranges++
				from, to := "2026-02-02", "2026-02-01"
				if strings.Contains(fields[begin+"from"].Tag.Get("validate"), "numeric") {
					from, to = "70", "8"
				}
				refuses(begin+"from="+from+"&"+name+"="+to, name, "order")
			}
		}
	}
	if filters < 60 || ranges < 4 || several < 14 {
		t.Errorf("only %d filters, %d ranges, %d with several values", filters, ranges, several)
	}
}

// TestKnownCodesPass: a filter takes every code of its list.
func TestKnownCodesPass(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for _, query := range []string{
		"/v1/patients?village=6311052001&source=walk_in&risk=hypertension_3&age_from=8&age_to=70",
		"/v1/cases?programme=kupinang", "/v1/parked?reason=case_ended", "/v1/reports?puskesmas=uren",
		"/v1/education-sessions?date_from=2026-02-01&date_to=2026-02-01"} {
		for range 2 { // the second time from memory
			path, q, _ := strings.Cut(query, "?")
			st, p := s.do(t, rest.Route{Method: "GET", Path: path}, request{role: "koordinator", query: "?" + q})
			if st != 200 {
				t.Errorf("%s: %d %+v", query, st, p)
			}
		}
	}
}

// TestSeveralValues: a filter with several values gives the rows of each, in the order
// of the list, and a cursor belongs to the values in any order.
func TestSeveralValues(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	for name, sex := range map[string]string{"Ani": "female", "Budi": "male", "Citra": "female", "Dia": "unknown"} {
		apitest.Must[homecare.Patient](t)(c.RegisterPatient(t.Context(), homecare.NewPatient{Name: name + " Contoh",
			Sex: sex, BirthDate: "1950-02-03"}))
	}
	list := func(q url.Values) homecare.Page[homecare.Patient] {
		t.Helper()
		return apitest.Must[homecare.Page[homecare.Patient]](t)(c.Patients(t.Context(), q))
	}
	for values, want := range map[string]string{"female": "AC", "male": "B", "female,male": "ABC", "male,female": "ABC",
		"male,unknown,male": "BD"} {
		got := ""
		for _, p := range list(url.Values{"sex": {values}}).Data {
			got += p.Name[:1]
		}
		if got != want {
			t.Errorf("sex=%s: %s, want %s", values, got, want)
		}
	}
	first := list(url.Values{"sex": {"male,female"}, "limit": {"1"}})
	next := list(url.Values{"sex": {"female,male,male"}, "limit": {"1"}, "cursor": {first.NextCursor}})
	if len(next.Data) != 1 || next.Data[0].Name != "Budi Contoh" {
		t.Errorf("the second page: %+v", next.Data)
	}
	if _, err := c.Patients(t.Context(), url.Values{"sex": {"female"}, "cursor": {first.NextCursor}}); apitest.Code(
		err) != "cursor.invalid" {
		t.Errorf("a cursor of other values: %v", err)
	}
}
