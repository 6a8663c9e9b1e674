package rest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestDatesHaveTwoBounds: impossible years are reported at the field, in words,
// before any lookup.
func TestDatesHaveTwoBounds(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	token := s.As(t, "petugas1.uren").Tokens().AccessToken
	koordinator := s.As(t, "koordinator.tanah-habang").Tokens().AccessToken
	id := uuid.NewString()
	plan := func(at string) string { return fmt.Sprintf(`{"case_id":"%s","starts_at":"%s"}`, id, at) }
	arrival := func(at string) string { return fmt.Sprintf(`{"arrived_at":"%s"}`, at) }
	report := func(month string) string { return fmt.Sprintf(`{"programme":"kupinang","month":"%s"}`, month) }
	now := time.Now()
	in := func(years, days int) string { return now.AddDate(years, 0, days).UTC().Format(time.RFC3339) }
	for _, c := range []struct {
		method, path, body, pointer, code string
	}{
		{"POST", "/v1/visits", plan("0000-05-01T02:00:00Z"), "/starts_at", "early"},
		{"POST", "/v1/visits", plan("0001-01-01T00:00:00Z"), "/starts_at", "early"},
		{"POST", "/v1/visits", plan("9999-12-31T23:59:59Z"), "/starts_at", "late"},
		{"POST", "/v1/visits", plan(in(-1, -2)), "/starts_at", "early"},
		{"POST", "/v1/visits", plan(in(2, 2)), "/starts_at", "late"},
		{"POST", "/v1/visits", plan(in(-1, 2)), "", ""},
		{"POST", "/v1/visits", plan(in(2, -2)), "", ""},
		{"POST", "/v1/visits/" + id + "/check-in", arrival("1900-01-01T00:00:00Z"), "/arrived_at", "early"},
		{"POST", "/v1/visits/" + id + "/check-in", arrival("1930-01-01T00:00:00Z"), "/arrived_at", "early"},
		{"POST", "/v1/visits/" + id + "/check-in", arrival("1970-01-01T00:12:00Z"), "/arrived_at", "clock"},
		{"POST", "/v1/visits/" + id + "/check-in", arrival("1980-01-06T00:12:00Z"), "/arrived_at", "clock"},
		{"POST", "/v1/visits/" + id + "/check-in", arrival("2000-01-01T00:12:00Z"), "/arrived_at", "clock"},
		{"POST", "/v1/visits/" + id + "/check-in", arrival("2021-12-31T15:59:00Z"), "/arrived_at", "early"},
		{"POST", "/v1/visits/" + id + "/check-in", arrival("2021-12-31T16:01:00Z"), "", ""}, // 2022 in Balangan
		{"POST", "/v1/visits/" + id + "/complete", `{"departed_at":"1970-01-01T00:12:00Z"}`, "/departed_at", "clock"},
		{"POST", "/v1/visits/" + id + "/reschedule", `{"reason":"x y","starts_at":"9999-01-01T00:00:00Z"}`,
			"/starts_at", "late"},
		{"POST", "/v1/reports", report("0000-01"), "/month", "early"},
		{"POST", "/v1/reports", report("1999-01"), "/month", "clock"},
		{"POST", "/v1/reports", report("2022-01"), "/month", "before_programme"},
		{"POST", "/v1/reports", report(now.AddDate(0, 2, 0).Format("2006-01")), "/month", "future"},
		{"POST", "/v1/reports", report("9999-12"), "/month", "late"},
		{"GET", "/v1/reports?month=0000-01", "", "query/month", "early"},
		{"GET", "/v1/visits?date_from=9999-01-01", "", "query/date_from", "late"},
		{"GET", "/v1/visits?date_from=1900-01-01", "", "", ""},
		{"PATCH", "/v1/patients/" + id, `{"deceased_on":"1899-12-31"}`, "/deceased_on", "early"},
		{"PATCH", "/v1/patients/" + id, `{"deceased_on":"1970-01-01"}`, "/deceased_on", "early"},
		{"PATCH", "/v1/patients/" + id, `{"deceased_on":"2015-12-31"}`, "/deceased_on", "early"},
		{"PATCH", "/v1/patients/" + id, `{"deceased_on":"2016-01-01"}`, "", ""},
		{"PATCH", "/v1/patients/" + id, `{"deceased_on":"` + in(0, 2)[:10] + `"}`, "/deceased_on", "late"},
		{"PATCH", "/v1/patients/" + id, `{"birth_date":"` + in(0, 2)[:10] + `"}`, "/birth_date", "late"},
		{"PATCH", "/v1/patients/" + id, `{"birth_date":"` + in(-120, -2)[:10] + `"}`, "/birth_date", "early"},
		{"PATCH", "/v1/patients/" + id, `{"birth_date":"` + in(-120, 2)[:10] + `"}`, "", ""},
		{"POST", "/v1/visits/" + id + "/check-in", arrival("0001-01-01T00:00:00Z"), "/arrived_at", "early"},
		{"POST", "/v1/visits/" + id + "/check-in", `{}`, "/arrived_at", "required"},
		{"POST", "/v1/visits/" + id + "/check-in", `{"arrived_at":null}`, "/arrived_at", "null"},
		{"PUT", "/v1/visits/" + id + "/vitals",
			`{"vitals":[{"code":"hr","value":80,"taken_at":"1980-01-06T00:00:00Z"}]}`, "/vitals/0/taken_at", "clock"},
		{"PUT", "/v1/visits/" + id + "/plan", `{"follow_ups":[{"what":"x y","due_on":"2999-01-01"}]}`,
			"/follow_ups/0/due_on", "late"},
	} {
		who := token
		if strings.HasPrefix(c.path, "/v1/reports") {
			who = koordinator
		}
		res, b := send(t, s, who, sent{method: c.method, path: c.path, body: c.body,
			headers: map[string]string{"If-Match": `"1"`}})
		p := homecareProblem(b)
		told := ""
		for _, e := range p.Errors {
			told += e.Pointer + " " + e.Code + ","
			if e.Message == "" || strings.Contains(e.Message, "{") {
				t.Errorf("%s %s: %q", c.path, c.body, e.Message)
			}
		}
		if c.code == "" {
			for _, code := range []string{"early", "late", "clock"} {
				if strings.Contains(told, " "+code+",") {
					t.Errorf("%s %s %s is refused: %s", c.method, c.path, c.body, told)
				}
			}
			continue
		}
		if res.StatusCode != 422 || told != c.pointer+" "+c.code+"," {
			t.Errorf("%s %s %s: %d %s, want %s %s", c.method, c.path, c.body, res.StatusCode, told, c.pointer, c.code)
		}
	}
}

func homecareProblem(b []byte) homecare.Problem {
	var p homecare.Problem
	_ = json.Unmarshal(b, &p)
	return p
}
