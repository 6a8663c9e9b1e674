package visit_test

import (
	"errors"
	"math"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// someone is a case of a person with numbers, and a visit planned for it at
// hours after now.
func (w *world) someone(team string, hours int) homecare.Visit {
	w.T.Helper()
	id := w.AddPatient(w.T, "tanah-habang", apitest.Person{Name: "Ibu Nyata", Sex: "female", BirthDate: "1950-05-02",
		Village: village,
		Numbers: patient.Numbers{Phone: "+6284000000019", Address: "RT 3"}})
	at := now.Add(time.Duration(hours) * time.Hour)
	return apitest.MustVisit(w.T)(w.Nurse.PlanVisit(w.T.Context(), homecare.PlanVisit{CaseID: w.AddCase(id, team),
		StartsAt: &at, DurationMinutes: 30}))
}

// TestExpandVisit: a requested record is included as its own route answers it,
// and nothing else is.
func TestExpandVisit(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	v := w.someone(w.AddTeam("petugas1", "petugas2"), 1)
	person, err := w.Nurse.Patient(ctx, v.PatientID)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(person.Phone, "*") {
		t.Errorf("the person's phone %q is not masked", person.Phone)
	}
	kase := func(who *homecare.Client) homecare.Case {
		c, err := who.Case(ctx, v.CaseID)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	check := func(who *homecare.Client, expand ...string) {
		t.Helper()
		got, err := who.Visit(ctx, v.ID, expand...)
		asked := strings.Join(expand, ",")
		if err != nil || (got.Patient != nil) != strings.Contains(asked, "patient") ||
			(got.Case != nil) != strings.Contains(asked, "case") {
			t.Errorf("%q: patient %v, case %v, %v", asked, got.Patient, got.Case, err)
			return
		}
		if got.Patient != nil && !reflect.DeepEqual(*got.Patient, person) {
			t.Errorf("%+v\nits own route: %+v", *got.Patient, person)
		}
		if want := kase(who); got.Case != nil && !reflect.DeepEqual(*got.Case, want) {
			t.Errorf("%+v\nits own route: %+v", *got.Case, want)
		}
		got.Patient, got.Case = nil, nil
		if plain := apitest.MustVisit(t)(who.Visit(ctx, v.ID)); !reflect.DeepEqual(got, plain) {
			t.Errorf("the rest: %+v\nwithout expand: %+v", got, plain)
		}
	}
	for _, expand := range [][]string{nil, {"patient"}, {"case"}, {"patient", "case"}, {"case", "patient"}} {
		check(w.Nurse, expand...)
		check(w.Head, expand...)
	}
	refused := func(what string, err error, status int) {
		t.Helper()
		if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != status {
			t.Errorf("%s: %v, want %d", what, err, status)
		}
	}
	_, err = w.Nurse.Visit(ctx, v.ID, "team")
	refused("unknown", err, 422)
	_, err = w.Other.Visit(ctx, v.ID, "patient", "case")
	refused("of another team", err, 404)
	_, err = w.Abroad.Visit(ctx, v.ID, "patient", "case")
	refused("of another puskesmas", err, 404)
	_, err = w.Nurse.Visits(ctx, url.Values{"expand": {"case"}})
	refused("case in a list", err, 422)

	// An ended case comes with its end.
	if _, err := w.Head.EndCase(ctx, v.CaseID, kase(w.Head).Version, homecare.CaseEnd{Kind: "death", Date: "2026-03-10",
		Death: &homecare.Death{Place: "home", Cause: "Gagal jantung"}}); err != nil {
		t.Fatal(err)
	}
	if person, err = w.Nurse.Patient(ctx, v.PatientID); err != nil || kase(w.Head).End == nil {
		t.Fatal(err)
	}
	check(w.Nurse, "patient", "case")

	// If withheld, neither is included.
	for permission, name := range map[string]string{"GET /v1/patients/{id}": "patient", "GET /v1/cases/{id}": "case"} {
		if _, err := w.Head.WithholdPermission(ctx, homecare.Withhold{Role: "petugas", Permission: permission,
			Reason: "uji"}); err != nil {
			t.Fatal(err)
		}
		_, err = w.Nurse.Visit(ctx, v.ID, name)
		refused("withheld", err, 403)
		check(w.Head, "patient", "case")
	}
	_, err = w.Nurse.Visits(ctx, url.Values{"expand": {"patient"}})
	refused("withheld in a list", err, 403)
}

// TestExpandVisits: a list shows each person, names them in the access log, and
// costs one more round trip for any number of rows.
func TestExpandVisits(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	var trips apitest.Trips
	w := newWorld(t, trips.Option())
	team := w.AddTeam("petugas1", "petugas2")
	v := w.someone(team, 1)
	read := func(who *homecare.Client, expand string) homecare.Page[homecare.VisitSummary] {
		t.Helper()
		query := url.Values{}
		if expand != "" {
			query.Set("expand", expand)
		}
		p, err := who.Visits(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, x := range read(w.Nurse, "").Data {
		if x.Patient != nil {
			t.Error("not asked for, but there")
		}
	}
	if n := len(read(w.Other, "patient").Data) + len(read(w.Abroad, "patient").Data); n != 0 {
		t.Errorf("strangers see %d visits", n)
	}
	cost := func(f func()) int64 {
		best := int64(math.MaxInt64)
		for range 4 { // the first ones prepare statements
			best = min(best, trips.During(f))
		}
		return best
	}
	for _, rows := range []int{1, 50} {
		for i := range rows - 1 {
			w.someone(team, 2+i)
		}
		plain, with := cost(func() { read(w.Nurse, "") }), cost(func() { read(w.Nurse, "patient") })
		t.Logf("%d rows: %d round trips, expanded %d", rows, plain, with)
		if with > plain+1 {
			t.Errorf("%d rows: %d round trips, expanded %d", rows, plain, with)
		}
	}
	page := read(w.Nurse, "patient")
	if len(page.Data) != 50 {
		t.Fatal(len(page.Data))
	}
	for _, x := range page.Data {
		if x.Patient == nil || x.Patient.ID != x.PatientID {
			t.Errorf("%s: %+v", x.PatientID, x.Patient)
		}
	}
	if err := w.App.Access.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	log, err := w.Head.PatientAccessLog(ctx, v.PatientID, nil)
	if err != nil || len(log.Data) == 0 || log.Data[0].Permission != "GET /v1/visits" || log.Data[0].Persons != 50 {
		t.Errorf("%+v, %v", log.Data, err)
	}
	// The first trip of a single visit is its own transaction's.
	plain := cost(func() { apitest.MustVisit(t)(w.Nurse.Visit(ctx, v.ID)) })
	with := cost(func() { apitest.MustVisit(t)(w.Nurse.Visit(ctx, v.ID, "patient", "case")) })
	t.Logf("one: %d round trips, expanded %d", plain, with)
	if plain != 1 || with > 4 {
		t.Errorf("one: %d round trips, expanded %d", plain, with)
	}
}
