package record_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestBirthDateCorrected: measurements are judged by the age from the corrected
// birth date, also in a completed visit.
func TestBirthDateCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	koordinator := w.As(t, "koordinator.tanah-habang")
	koordinator.Clock = func() time.Time { return now }
	team := w.AddTeam("petugas1", "petugas2")
	person := koordinatorPatient(t, koordinator, "2022-01-05") // four years old, they say
	caseID := w.AddCase(person.ID, team)
	done := w.Bundle()
	done.Visit = &homecare.PlanVisit{CaseID: caseID}
	done.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 210, "dbp", 80, "hr", 55)}
	done.Labs = &homecare.LabsPart{Labs: []homecare.LabResult{{Code: "urine_protein", Finding: "plus_1"},
		{Code: "hba1c", Value: ptr(9)}}}
	done.AlertNotes = []homecare.AlertNote{{Code: "hr", Note: "Dokter dihubungi"}}
	completed := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, done))
	levels := func(id string) string {
		v := apitest.MustVisit(t)(w.Nurse.Visit(ctx, id))
		out := ""
		for _, x := range v.Vitals {
			out += x.Code + "=" + x.Level + " "
		}
		for _, a := range v.Alerts {
			out += fmt.Sprintf("!%s:%s:%s ", a.Code, a.Level, a.State)
		}
		return out
	}
	correct := func(birth string) {
		t.Helper()
		p, err := koordinator.Patient(ctx, person.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := koordinator.ChangePatient(ctx, p.ID, p.Version,
			homecare.PatientChange{BirthDate: homecare.Some(birth)}); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := levels(completed.ID),
		"sbp=no_band dbp=no_band hr=critical !hr:critical:acknowledged "; got != want {
		t.Fatalf("a child: %s, want %s", got, want)
	}
	w.SQL(`update alert set state = 'open', acknowledged_at = null, acknowledged_by = null where code = 'hr'`)
	before := apitest.Ask[string](w.Home, `select row_to_json(v)::text from visit v where id = $1`, completed.ID)
	correct("1962-01-05")
	if got, want := levels(completed.ID),
		"sbp=critical dbp=normal hr=normal !hr:critical:corrected !sbp:critical:open "; got != want {
		t.Errorf("a woman of 64: %s, want %s", got, want)
	}
	if after := apitest.Ask[string](w.Home, `select row_to_json(v)::text from visit v where id = $1`,
		completed.ID); after != before {
		t.Errorf("the visit itself changed: %s, was %s", after, before)
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from audit_event where action = 'visit.rejudge'
		and subject_id = $1`, completed.ID); n != 1 {
		t.Errorf("%d events in the trail", n)
	}
	open, err := w.Nurse.Alerts(ctx, url.Values{"case_id": {caseID}})
	if err != nil || len(open.Data) != 1 {
		t.Errorf("%+v %v", open.Data, err)
	}
	correct("2022-01-05")
	if got, want := levels(completed.ID),
		"sbp=no_band dbp=no_band hr=critical !hr:critical:corrected !sbp:critical:corrected !hr:critical:open "; got !=
		want {
		t.Errorf("a child again: %s, want %s", got, want)
	}
	// A measurement never changes, not even by the application's role.
	for _, sql := range []string{`update visit_vital set value = 120 where visit_id = $1`,
		`update visit_vital set level = 'normal', code = 'hr' where visit_id = $1`, `delete from visit_vital
			where visit_id = $1`} {
		p, err := w.App.Tokens.Verify(ctx, koordinator.Tokens().AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pg.Tenant(auth.With(ctx, p), w.App.DB, func(tx pg.Tx) (int, error) {
			_, err := tx.Exec(sql, completed.ID)
			return 0, err
		}); err == nil {
			t.Errorf("%s is allowed", sql)
		}
	}
}

func koordinatorPatient(t *testing.T, c *homecare.Client, birth string) homecare.Patient {
	t.Helper()
	p, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Noor Ainah", Sex: "female", BirthDate: birth,
		Village: village})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
