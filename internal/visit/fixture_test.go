package visit_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// now is the business time of the tests: 10 March 2026, 09:00 WITA.
var now = time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC)

// world is a server with one active case of Tanah Habang whose team is
// petugas1 (physician, lead) and petugas2 (nurse); petugas3 is of another team.
type world struct {
	*apitest.Server
	t       *testing.T
	nurse   *homecare.Client // petugas2, of the team
	other   *homecare.Client // petugas3, of no team
	head    *homecare.Client // kepala
	abroad  *homecare.Client // petugas2 of another puskesmas
	doctor  string           // account of petugas1
	nurseID string
	caseID  string
	patient string
	opened  int
}

const village = "6311052001"

func newWorld(t *testing.T, options ...apitest.Option) *world {
	t.Helper()
	w := &world{Server: apitest.New(t, options...), t: t}
	as := func(name string) *homecare.Client {
		c := w.As(t, name)
		c.Clock = func() time.Time { return now }
		return c
	}
	w.nurse, w.other, w.head, w.abroad = as("petugas2.tanah-habang"), as("petugas3.tanah-habang"), as("kepala.tanah-habang"), as("petugas2.paringin")
	w.doctor, w.nurseID = w.account("petugas1.tanah-habang"), w.account("petugas2.tanah-habang")
	w.patient = w.addPatient("1950-05-05", "female")
	w.caseID = w.addCase(w.patient, w.addTeam("petugas1", "petugas2"))
	return w
}

func (w *world) sql(query string, args ...any) { w.t.Helper(); w.Database.Exec(w.t, query, args...) }

// ask reads one value as the superuser.
func ask[T any](w *world, query string, args ...any) T {
	w.t.Helper()
	c, err := pgx.Connect(w.t.Context(), w.Database.Admin())
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = c.Close(w.t.Context()) }()
	var v T
	if err := c.QueryRow(w.t.Context(), query, args...).Scan(&v); err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) account(username string) string {
	return ask[string](w, `select id::text from account where username = $1`, username)
}

func (w *world) tenant() int16 {
	return ask[int16](w, `select id from puskesmas where slug = 'tanah-habang'`)
}

func (w *world) addPatient(birth, sex string) string {
	id := uuid.Must(uuid.NewV7()).String()
	w.sql(`insert into patient (puskesmas_id, id, name, sex, birth_date, village_code, key_wrapped, identity_sealed) values ($1, $2, 'Ibu Uji', $3, $4::text::date, $5, '\x00', '\x00')`,
		w.tenant(), id, sex, birth, village)
	return id
}

func (w *world) addTeam(members ...string) string {
	id := uuid.Must(uuid.NewV7()).String()
	w.sql(`insert into team (puskesmas_id, id, programme_code, mode, name, valid_from, created_by) values ($1, $2, 'kupinang', 'per_case', 'Tim uji', '2026-01-01', $3)`, w.tenant(), id, w.doctor)
	for i, m := range members {
		w.sql(`insert into team_member (puskesmas_id, id, team_id, account_id, membership_id, name, profession, lead, joined_at)
			select $1, gen_random_uuid(), $2, a.id, m.id, a.name, m.profession, $4, '2026-01-01' from account a join membership m on m.account_id = a.id where a.username = $3`,
			w.tenant(), id, m+".tanah-habang", i == 0)
	}
	return id
}

func (w *world) addCase(patient, team string) string {
	id := uuid.Must(uuid.NewV7()).String()
	w.sql(`insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state, origin, reason, team_id, proposed_at, proposed_by, decided_by, activated_at)
		values ($1, $2, $3, 'kupinang', '01948b7c-0000-7000-8000-000000000002', 'active', 'walk_in', 'uji', $4, '2026-01-01', $5, $6, '2026-01-01')`, w.tenant(), id, patient, team, w.nurseID, w.doctor)
	return id
}

// plan plans a visit at hours after now.
func (w *world) plan(hours int) homecare.Visit {
	w.t.Helper()
	at := now.Add(time.Duration(hours) * time.Hour)
	return must(w.t)(w.nurse.PlanVisit(w.t.Context(), homecare.PlanVisit{CaseID: w.caseID, StartsAt: &at}))
}

// arrived is a visit in progress.
func (w *world) arrived() homecare.Visit {
	w.t.Helper()
	return w.arrivedFor(w.caseID)
}

func (w *world) arrivedFor(caseID string) homecare.Visit {
	w.t.Helper()
	at := now.Add(-time.Duration(w.opened) * time.Second) // another one each time
	w.opened++
	v := must(w.t)(w.nurse.PlanVisit(w.t.Context(), homecare.PlanVisit{CaseID: caseID, StartsAt: &at, DurationMinutes: 30, Unplanned: true}))
	return v
}

// put replaces a part and fails the test when that is refused.
func (w *world) put(v homecare.Visit, part string, body any) homecare.Visit {
	w.t.Helper()
	return must(w.t)(w.nurse.PutVisitPart(w.t.Context(), v.ID, part, v.Version, body))
}

var (
	anamnesis = homecare.Anamnesis{ChiefComplaint: "Nyeri kepala"}
	wellness  = homecare.VitalsPart{Vitals: vitals("sbp", 120, "dbp", 80, "hr", 80, "rr", 16, "temp", 36.8, "spo2", 98, "weight", 55, "height", 150)}
	services  = homecare.ServicesPart{Services: []homecare.VisitService{
		{Type: "limited_medical_care", LimitedMedicalCare: &homecare.LimitedMedicalCare{Condition: "unchanged"}},
		{Type: "elderly_care", ElderlyCare: &homecare.ElderlyCare{Conditions: []string{"hypertension"}, Dependence: "mild"}},
	}}
)

// vitals builds a list from code, value, code, value...
func vitals(pairs ...any) []homecare.Vital {
	var out []homecare.Vital
	for p := range slices.Chunk(pairs, 2) {
		out = append(out, homecare.Vital{Code: p[0].(string), Value: new(number(p[1]))})
	}
	return out
}

func number(v any) float64 {
	var f float64
	_, _ = fmt.Sscan(fmt.Sprint(v), &f)
	return f
}

// nextPlan is a plan with one task of the nurse and the next visit in a week.
func (w *world) nextPlan() homecare.VisitPlan {
	at := now.AddDate(0, 0, 7)
	return homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat", OwnerAccountID: w.nurseID, DueOn: "2026-03-12"}},
		NextVisit: &homecare.NextVisit{Date: "2026-03-17", StartsAt: &at}}
}

// bundle is a whole unplanned visit.
func (w *world) bundle() homecare.VisitBundle {
	plan := w.nextPlan()
	vs, ss := wellness, services
	return homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: w.caseID}, ArrivedAt: now.Add(-time.Hour), DepartedAt: now.Add(-10 * time.Minute),
		VisitParts: homecare.VisitParts{Anamnesis: &anamnesis, Vitals: &vs, Services: &ss,
			Diagnoses: &homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}}},
			Education: &homecare.Education{Topics: []string{"Diet rendah garam"}, Method: "counselling"}},
		Plan: &plan}
}

func must(t *testing.T) func(homecare.Visit, error) homecare.Visit {
	t.Helper()
	return func(v homecare.Visit, err error) homecare.Visit {
		t.Helper()
		if err != nil {
			if p, ok := errors.AsType[*homecare.Problem](err); ok {
				t.Fatalf("%v %+v", err, p.Errors)
			}
			t.Fatal(err)
		}
		return v
	}
}

// warns says whether a visit carries that warning.
func warns(v homecare.Visit, code string) bool {
	return slices.ContainsFunc(v.Warnings, func(w homecare.Warning) bool { return w.Code == code })
}

// wants fails unless err is the problem with that code.
func wants(t *testing.T, err error, code string) *homecare.Problem {
	t.Helper()
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok || p.Code != code {
		t.Fatalf("got %v, want problem %s", err, code)
	}
	return p
}

func (w *world) trail() *audit.Trail { return audit.NewTrail(w.App.Master) }
