package fact_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestFactFilters: persons by what is known of them, whoever told it, and each bad filter
// with an error.
func TestFactFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, w.dependent()))
	other := w.AddPerson("1960-01-01", "male")
	for _, f := range []homecare.NewFact{{Code: "sbp", Value: new(150.0)}, {Code: "dbp", Value: new(80.0)},
		{Code: "caregiver", Text: "child"}, {Code: "diagnosis", Text: "I10"}, {Code: "smoker"}} {
		if _, err := w.Nurse.EnterFact(ctx, other, f); err != nil {
			t.Fatal(err)
		}
	}
	w.CatchUp(t)
	for query, want := range map[string][]string{
		"fact=sbp:ge:160":               {w.PatientID},
		"fact=sbp:ge:150":               {w.PatientID, other},
		"fact=sbp:gt:150":               {w.PatientID},
		"fact=sbp:lt:160":               {other},
		"fact=sbp:eq:150":               {other},
		"fact=smoker":                   {other},
		"fact=caregiver:none":           {w.PatientID},
		"fact=barthel:total":            {w.PatientID},
		"fact=barthel:berat":            {},
		"fact=elderly_condition:stroke": {w.PatientID},
		"fact=diagnosis:I10":            {w.PatientID, other},
		"diagnosis=I69":                 {w.PatientID},
		"diagnosis=I69.4,E11":           {w.PatientID},
		"diagnosis=i10":                 {w.PatientID, other},
		"fact=sbp:ge:140,caregiver:none,diagnosis:I69":       {w.PatientID},
		"fact=sbp:ge:140,caregiver:child":                    {other},
		"not_seen_days=1":                                    {other},
		"risk=hypertension_3,hypertension_isolated_systolic": {w.PatientID, other},
		"all_risks=hypertension_3,barthel_total":             {w.PatientID},
		"all_risks=hypertension_3,dx_diabetes":               {},
		"sort=rank":                                          {w.PatientID, other},
		"sort=rank&limit=1":                                  {w.PatientID},
	} {
		q, _ := url.ParseQuery(query)
		page, err := w.Head.Patients(ctx, q)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		got := []string{}
		for _, p := range page.Data {
			got = append(got, p.ID)
		}
		if !strings.HasPrefix(query, "sort") {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for _, bad := range []string{"colour", "sbp:high", "sbp:ge", "sbp:ge:x", "sbp:near:3", "caregiver:robot",
		"smoker:1:2", "diagnosis:", "sbp:ge:160:1"} {
		_, err := w.Head.Patients(ctx, url.Values{"fact": {bad}})
		if apitest.ToldAt(err, "query/fact") == "" {
			t.Errorf("fact=%s: %v", bad, err)
		}
	}
	// A petugas of another team does not find by what a visit of this team found.
	for query, want := range map[string]int{"fact=sbp:ge:160": 0, "fact=smoker": 1, "diagnosis=I69": 0,
		"fact=sbp:eq:150": 1} {
		q, _ := url.ParseQuery(query)
		if page, err := w.Other.Patients(ctx, q); err != nil || len(page.Data) != want {
			t.Errorf("a petugas of another team, %s: %d, %v", query, len(page.Data), err)
		}
	}
	page, err := w.Head.Patients(ctx, url.Values{"expand": {"facts"}, "sort": {"rank"}})
	if err != nil || len(page.Data) != 2 || len(page.Data[0].Facts) < 15 || len(page.Data[1].Facts) != 5 {
		t.Errorf("%+v, %v", page, err)
	}
	if page, err = w.Other.Patients(ctx, url.Values{"expand": {"facts"}, "sort": {"rank"}}); err != nil ||
		len(page.Data[0].Facts) != 0 || len(page.Data[1].Facts) != 5 {
		t.Errorf("a petugas of another team: %+v, %v", page, err)
	}
	next, err := w.Head.Patients(ctx, url.Values{"sort": {"rank"}, "limit": {"1"}})
	if err != nil {
		t.Fatal(err)
	}
	if next, err = w.Head.Patients(ctx, url.Values{"sort": {"rank"}, "limit": {"1"},
		"cursor": {next.NextCursor}}); err != nil || next.Data[0].ID != other || next.NextCursor != "" {
		t.Errorf("the second page: %+v, %v", next, err)
	}
}
