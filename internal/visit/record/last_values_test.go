package record_test

import (
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestLastValues: of each code the newest value of a completed visit, to those who may
// see the visit.
func TestLastValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	send := func(back time.Duration, pairs ...any) {
		t.Helper()
		in := w.Bundle()
		in.ArrivedAt, in.DepartedAt = in.ArrivedAt.Add(-back), in.DepartedAt.Add(-back)
		in.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals(pairs...)}
		apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in))
	}
	send(2*time.Hour, "sbp", 132, "dbp", 84)
	send(26*time.Hour, "sbp", 138, "dbp", 88, "hr", 77)
	w.Put(w.Arrived(), "vitals", homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 120)}) // not completed
	page, err := w.Nurse.LastValues(ctx, w.PatientID)
	if err != nil {
		t.Fatal(err)
	}
	var got []any
	for _, v := range page.Data {
		got = append(got, v.Part, v.Code, *v.Value)
	}
	if want := []any{"vital", "dbp", 84.0, "vital", "hr", 77.0, "vital", "sbp", 132.0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if page, err = w.Other.LastValues(ctx, w.PatientID); err != nil || len(page.Data) != 0 {
		t.Errorf("a petugas of another team: %v, %v", page.Data, err)
	}
	_, err = w.Abroad.LastValues(ctx, w.PatientID)
	apitest.Wants(t, err, "record.not_found")
}
