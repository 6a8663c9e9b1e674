package episode_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestExpandCase: a requested record is included as its own route answers it,
// and nothing else is.
func TestExpandCase(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	uren := newWorld(t, w.Server, "uren")
	proposed := w.propose(t, w.koordinator, "kupinang", w.person(t, "Tanpa tim"))
	c := w.active(t, "Mariatul")
	patient, err := w.nurse.Patient(ctx, c.PatientID)
	if err != nil {
		t.Fatal(err)
	}
	team, err := w.nurse.Team(ctx, c.TeamID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		name    string
		who     *homecare.Client
		id      string
		expand  []string
		patient bool
		team    bool
		status  int // of a refusal
	}{
		{"not asked", w.nurse, c.ID, nil, false, false, 0},
		{"patient", w.nurse, c.ID, []string{"patient"}, true, false, 0},
		{"team", w.nurse, c.ID, []string{"team"}, false, true, 0},
		{"both", w.kepala, c.ID, []string{"team", "patient"}, true, true, 0},
		{"no team yet", w.kepala, proposed.ID, []string{"team"}, false, false, 0},
		{"unknown", w.nurse, c.ID, []string{"patient", "household"}, false, false, 422},
		{"deeper", w.nurse, c.ID, []string{"patient.household"}, false, false, 422},
		{"of another team", w.midwife, c.ID, []string{"patient", "team"}, false, false, 404},
		{"of another puskesmas", uren.kepala, c.ID, []string{"patient"}, false, false, 404},
	} {
		got, err := r.who.Case(ctx, r.id, r.expand...)
		switch r.status {
		case 404:
			want(t, err, 404, "record.not_found")
			continue
		case 422:
			if p := want(t, err, 422, "request.invalid"); p.Errors[0].Pointer != "query/expand" ||
				p.Errors[0].Code != "oneof" || !strings.Contains(p.Errors[0].Hint, "patient, team") {
				t.Errorf("%s: %+v", r.name, p.Errors)
			}
			continue
		}
		if err != nil || r.patient != (got.Patient != nil) || r.team != (got.TeamRecord != nil) {
			t.Errorf("%s: patient %v, team %v, %v", r.name, got.Patient, got.TeamRecord, err)
			continue
		}
		if r.patient && !reflect.DeepEqual(*got.Patient, patient) {
			t.Errorf("%s: %+v\nits own route: %+v", r.name, *got.Patient, patient)
		}
		if r.team && !reflect.DeepEqual(*got.TeamRecord, team) {
			t.Errorf("%s: %+v\nits own route: %+v", r.name, *got.TeamRecord, team)
		}
	}
	if patient.NIK == "" || !strings.Contains(patient.NIK, "*") {
		t.Errorf("the person's NIK %q is not masked", patient.NIK)
	}

	// In lists, with fields too; team only on a single case.
	page, err := w.kepala.Cases(ctx, url.Values{"expand": {"patient"}})
	if err != nil || len(page.Data) != 2 {
		t.Fatal(len(page.Data), err)
	}
	for _, x := range page.Data {
		if x.Patient == nil || x.Patient.ID != x.PatientID || x.TeamRecord != nil {
			t.Errorf("in a list: %+v", x)
		}
	}
	if page, err = w.nurse.Cases(ctx, url.Values{"expand": {"patient"}}); err != nil || len(page.Data) != 1 {
		t.Errorf("of the own teams: %d, %v", len(page.Data), err)
	}
	_, err = w.kepala.Cases(ctx, url.Values{"expand": {"team"}})
	want(t, err, 422, "request.invalid")
	_, err = w.kepala.Patients(ctx, url.Values{"expand": {"patient"}}) // takes none
	want(t, err, 422, "request.invalid")
	if page, err = uren.kepala.Cases(ctx, url.Values{"expand": {"patient"}}); err != nil || len(page.Data) != 0 {
		t.Errorf("another puskesmas: %d, %v", len(page.Data), err)
	}
	var part map[string]json.RawMessage
	if err := w.nurse.Do(ctx, homecare.Call{Method: "GET", Path: "/v1/cases/" + c.ID,
		Query: url.Values{"fields": {"id,patient"}, "expand": {"patient"}}, Out: &part}); err != nil ||
		len(part) != 2 || part["patient"] == nil {
		t.Errorf("fields and expand: %s, %v", part, err)
	}
	for fields, want := range map[string]string{
		"id,patient.name":                      `{"id":"` + c.ID + `","patient":{"name":"Mariatul"}}`,
		"patient.name,patient.sex":             `{"patient":{"name":"Mariatul","sex":"female"}}`,
		"patient.void_reason,demands.approval": `{"demands":{"approval":"kepala"},"patient":{}}`,
	} {
		var one json.RawMessage
		if err := w.nurse.Do(ctx, homecare.Call{Method: "GET", Path: "/v1/cases/" + c.ID,
			Query: url.Values{"fields": {fields}, "expand": {"patient"}}, Out: &one}); err != nil ||
			string(one) != want {
			t.Errorf("fields=%s: %s, %v", fields, one, err)
		}
		var rows json.RawMessage
		if err := w.nurse.Do(ctx, homecare.Call{Method: "GET", Path: "/v1/cases", Query: url.Values{"fields": {fields},
			"expand": {"patient"}}, Out: &rows}); err != nil || string(rows) != `{"data":[`+want+`]}` {
			t.Errorf("a list with fields=%s: %s, %v", fields, rows, err)
		}
	}
	for fields, told := range map[string]string{ // the code and how the hint begins
		"patient": "not_expanded: expand=patient", "id,team_record": "not_expanded: expand=team",
		"patient.name": "not_expanded: expand=patient", "id,team_record.name": "not_expanded: expand=team",
		strings.Repeat("id,", 200) + "id": "max: ", "patient.": "not_expanded: ",
		"id,mood": "oneof: mood is none of id, ",
		"id.id":   "oneof: id.id is none of id, ", "state.name": "oneof: state.name is none of id, ",
	} {
		err := w.nurse.Do(ctx, homecare.Call{Method: "GET", Path: "/v1/cases/" + c.ID,
			Query: url.Values{"fields": {fields}}})
		e := want(t, err, 422, "request.invalid").Errors[0]
		if e.Pointer != "query/fields" || !strings.HasPrefix(e.Code+": "+e.Hint, told) {
			t.Errorf("fields=%s: %+v, want %s", fields, e, told)
		}
	}
	for fields, inner := range map[string]string{"patient.": "", "patient.nik2": "nik2",
		"patient.names.first": "names.first"} {
		err := w.nurse.Do(ctx, homecare.Call{Method: "GET", Path: "/v1/cases/" + c.ID,
			Query: url.Values{"fields": {fields}, "expand": {"patient"}}})
		if e := want(t, err, 422, "request.invalid").Errors[0]; !strings.HasPrefix(e.Hint, inner+" is none of id, ") {
			t.Errorf("fields=%s: %+v", fields, e)
		}
	}
}

// TestExpandETag: the same version with other content has another ETag, no
// cache keeps it, and If-Match accepts each.
func TestExpandETag(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.active(t, "Mariatul")
	seen := map[string]string{}
	for _, query := range []string{"", "?expand=patient", "?expand=team", "?expand=patient,team", "?fields=id,state",
		"?fields=id,patient&expand=patient"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", w.URL+"/v1/cases/"+c.ID+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+w.nurse.Tokens().AccessToken)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		etag := res.Header.Get("ETag")
		if other, twice := seen[etag]; res.StatusCode != 200 || twice ||
			!strings.HasPrefix(etag, fmt.Sprintf(`"%d`, c.Version)) || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%q: %d, ETag %s (also of %q), Cache-Control %q", query, res.StatusCode, etag, other,
				res.Header.Get("Cache-Control"))
		}
		seen[etag] = query
	}
}

// TestExpandRights: expanding gives nobody what its own route refuses, and the
// access log names the persons shown.
func TestExpandRights(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.active(t, "Mariatul")
	if _, err := w.nurse.Cases(ctx, url.Values{"expand": {"patient"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Access.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	log, err := w.kepala.PatientAccessLog(ctx, c.PatientID, nil)
	if err != nil || len(log.Data) == 0 || log.Data[0].Permission != "GET /v1/cases" || log.Data[0].Persons != 1 {
		t.Errorf("%+v, %v", log.Data, err)
	}
	for permission, names := range map[string][]string{"GET /v1/patients/{id}": {"patient"},
		"GET /v1/teams/{id}": {"patient", "team"}} {
		held := homecare.Withhold{Role: "petugas", Permission: permission, Reason: "uji"}
		if _, err := w.kepala.WithholdPermission(ctx, held); err != nil {
			t.Fatal(err)
		}
		_, err := w.nurse.Case(ctx, c.ID, names...)
		want(t, err, 403, "auth.withheld")
		if _, err := w.nurse.Case(ctx, c.ID); err != nil {
			t.Errorf("without expand: %v", err)
		}
		if _, err := w.kepala.Case(ctx, c.ID, names...); err != nil {
			t.Errorf("another role: %v", err)
		}
		if permission == "GET /v1/patients/{id}" {
			_, err = w.nurse.Cases(ctx, url.Values{"expand": {"patient"}})
			want(t, err, 403, "auth.withheld")
		}
		if err := w.kepala.RestorePermission(ctx, homecare.Restore{Role: "petugas", Permission: permission}); err !=
			nil {
			t.Fatal(err)
		}
	}
	// A machine needs the scope of the record too.
	for _, r := range []struct {
		scopes []string
		code   string
	}{{[]string{"cases.read"}, "auth.scope"}, {[]string{"cases.read", "patients.read"}, ""}} {
		m := w.machine(t, r.scopes...)
		if _, err := m.Case(ctx, c.ID, "team"); err != nil {
			t.Errorf("%v: team: %v", r.scopes, err)
		}
		_, err = m.Cases(ctx, url.Values{"expand": {"patient"}})
		if r.code == "" && err != nil {
			t.Errorf("%v: %v", r.scopes, err)
		} else if r.code != "" {
			want(t, err, 403, r.code)
		}
	}
}

// TestExpandTrips: expanding costs one more round trip for any number of rows.
func TestExpandTrips(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	var trips apitest.Trips
	w := newWorld(t, apitest.New(t, trips.Option()), "tanah-habang")
	cost := func(f func() error) int64 {
		best := int64(math.MaxInt64)
		for range 4 { // the first ones prepare statements
			best = min(best, trips.During(func() {
				if err := f(); err != nil {
					t.Fatal(err)
				}
			}))
		}
		return best
	}
	list := func(query url.Values) func() error {
		return func() error {
			_, err := w.kepala.Cases(ctx, query)
			return err
		}
	}
	c := w.active(t, "Mariatul")
	for _, rows := range []int{1, 50} {
		for range rows - 1 {
			w.propose(t, w.koordinator, "kupinang", w.person(t, "Orang"))
		}
		plain, with := cost(list(nil)), cost(list(url.Values{"expand": {"patient"}}))
		t.Logf("%d rows: %d round trips, expanded %d", rows, plain, with)
		if with > plain+1 {
			t.Errorf("%d rows: %d round trips, expanded %d", rows, plain, with)
		}
	}
	plain := cost(func() error { _, err := w.kepala.Case(ctx, c.ID); return err })
	with := cost(func() error { _, err := w.kepala.Case(ctx, c.ID, "patient", "team"); return err })
	t.Logf("one: %d round trips, expanded %d", plain, with)
	if with > plain+1 {
		t.Errorf("one: %d round trips, expanded %d", plain, with)
	}
}
