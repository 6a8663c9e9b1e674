package apitest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/pkg/homecare"
)

// Now is the business time of the tests: 10 March 2026, 09:00 WITA.
var Now = time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC)

// Home is a server with one active case in Tanah Habang. Its team is petugas1
// (physician, lead) and petugas2 (nurse). petugas3 is not in the team.
type Home struct {
	*Server
	T         *testing.T
	Nurse     *homecare.Client // petugas2, of the team
	Other     *homecare.Client // petugas3, of no team
	Head      *homecare.Client // kepala
	Abroad    *homecare.Client // petugas2 of another puskesmas
	Doctor    string           // account of petugas1
	NurseID   string
	CaseID    string
	PatientID string
	opened    int
}

// Village is the village of a Home's persons (Kemendagri code).
const Village = "6311052001"

// NewHome starts one.
func NewHome(t *testing.T, options ...Option) *Home {
	t.Helper()
	w := &Home{Server: New(t, options...), T: t}
	as := func(name string) *homecare.Client {
		c := w.As(t, name)
		c.Clock = func() time.Time { return Now }
		return c
	}
	w.Nurse, w.Other, w.Head, w.Abroad = as("petugas2.tanah-habang"), as("petugas3.tanah-habang"),
		as("kepala.tanah-habang"), as("petugas2.paringin")
	w.Doctor, w.NurseID = w.Account("petugas1.tanah-habang"), w.Account("petugas2.tanah-habang")
	w.PatientID = w.AddPerson("1950-05-05", "female")
	w.CaseID = w.AddCase(w.PatientID, w.AddTeam("petugas1", "petugas2"))
	return w
}

// SQL runs a statement as the superuser.
func (w *Home) SQL(query string, args ...any) { w.T.Helper(); w.Database.Exec(w.T, query, args...) }

// Ask reads one value as the superuser.
func Ask[T any](w *Home, query string, args ...any) T {
	w.T.Helper()
	c, err := pgx.Connect(w.T.Context(), w.Database.Admin())
	if err != nil {
		w.T.Fatal(err)
	}
	defer func() { _ = c.Close(w.T.Context()) }()
	var v T
	if err := c.QueryRow(w.T.Context(), query, args...).Scan(&v); err != nil {
		w.T.Fatal(err)
	}
	return v
}

// Account is the id of an account.
func (w *Home) Account(username string) string {
	return Ask[string](w, `select id::text from account where username = $1`, username)
}

// Tenant is the key of the puskesmas.
func (w *Home) Tenant() int16 {
	return Ask[int16](w, `select id from puskesmas where slug = 'tanah-habang'`)
}

// AddPerson adds a person born on that day (YYYY-MM-DD) to the registry.
func (w *Home) AddPerson(birth, sex string) string {
	return w.AddPatient(w.T, "tanah-habang", Person{Name: "Ibu Uji", Sex: sex, BirthDate: birth, Village: Village})
}

// AddTeam forms a team of accounts of the puskesmas; the first leads it.
func (w *Home) AddTeam(members ...string) string {
	id := uuid.Must(uuid.NewV7()).String()
	w.SQL(`insert into team (puskesmas_id, id, programme_code, mode, name, valid_from, created_by)
		values ($1, $2, 'kupinang', 'per_case', 'Tim uji', '2026-01-01', $3)`, w.Tenant(), id, w.Doctor)
	for i, m := range members {
		w.SQL(`insert into team_member (puskesmas_id, id, team_id, account_id, membership_id, name, profession, lead,
			joined_at)
			select $1, gen_random_uuid(), $2, a.id, m.id, a.name, m.profession, $4, '2026-01-01' from account a
			join membership m on m.account_id = a.id where a.username = $3`,
			w.Tenant(), id, m+".tanah-habang", i == 0)
	}
	return id
}

// AddCase gives a person an active case of a team.
func (w *Home) AddCase(patient, team string) string {
	id := uuid.Must(uuid.NewV7()).String()
	w.SQL(`insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state, origin, reason,
		team_id, proposed_at, proposed_by, decided_by, activated_at)
		values ($1, $2, $3, 'kupinang', '01948b7c-0000-7000-8000-000000000002', 'active', 'walk_in', 'uji', $4,
		'2026-01-01', $5, $6, '2026-01-01')`, w.Tenant(), id, patient, team, w.NurseID, w.Doctor)
	return id
}

// Plan plans a visit at hours after Now.
func (w *Home) Plan(hours int) homecare.Visit {
	w.T.Helper()
	at := Now.Add(time.Duration(hours) * time.Hour)
	return MustVisit(w.T)(w.Nurse.PlanVisit(w.T.Context(), homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at}))
}

// Arrived is a visit in progress.
func (w *Home) Arrived() homecare.Visit {
	w.T.Helper()
	return w.ArrivedFor(w.CaseID)
}

// ArrivedFor is Arrived for another case.
func (w *Home) ArrivedFor(caseID string) homecare.Visit {
	w.T.Helper()
	at := Now.Add(-time.Duration(w.opened) * time.Second) // a different one each time
	w.opened++
	v := MustVisit(w.T)(w.Nurse.PlanVisit(w.T.Context(), homecare.PlanVisit{CaseID: caseID, StartsAt: &at,
		DurationMinutes: 30, Unplanned: true}))
	return v
}

// Put replaces a part and fails the test if that is refused.
func (w *Home) Put(v homecare.Visit, part string, body any) homecare.Visit {
	w.T.Helper()
	return MustVisit(w.T)(PutPart(w.T.Context(), w.Nurse, v.ID, part, v.Version, body))
}

// Parts of a record of a healthy person.
var (
	Anamnesis = homecare.Anamnesis{ChiefComplaint: "Nyeri kepala"}
	Wellness  = homecare.VitalsPart{Vitals: Vitals("sbp", 120, "dbp", 80, "hr", 80, "rr", 16, "temp", 36.8, "spo2", 98,
		"weight", 55, "height", 150)}
	Services = *homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"},
		&homecare.ElderlyCare{Conditions: []string{"hypertension"},
			Dependence: "mild"})
)

// Vitals builds a list from code, value, code, value...
func Vitals(pairs ...any) []homecare.Vital {
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

// NextPlan is a plan with one task of the nurse and the next visit in a week.
func (w *Home) NextPlan() homecare.VisitPlan {
	at := Now.AddDate(0, 0, 7)
	return homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat", OwnerAccountID: w.NurseID,
		DueOn: "2026-03-12"}},
		NextVisit: &homecare.NextVisit{Date: "2026-03-17", StartsAt: &at}}
}

// Bundle is a whole unplanned visit.
func (w *Home) Bundle() homecare.VisitBundle {
	plan := w.NextPlan()
	vs, ss := Wellness, Services
	return homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: w.CaseID}, ArrivedAt: Now.Add(-time.Hour),
		DepartedAt: Now.Add(-10 * time.Minute),
		VisitParts: homecare.VisitParts{Anamnesis: &Anamnesis, Vitals: &vs, Services: &ss,
			Diagnoses: &homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}}},
			Education: &homecare.Education{Topics: []string{"Diet rendah garam"}, Method: "counselling"}},
		Plan: &plan}
}

// MustVisit is Must for visits.
func MustVisit(t *testing.T) func(homecare.Visit, error) homecare.Visit {
	return Must[homecare.Visit](t)
}

// Warns says whether a visit carries that warning.
func Warns(v homecare.Visit, code string) bool {
	return slices.ContainsFunc(v.Warnings, func(w homecare.Warning) bool { return w.Code == code })
}

// Wants fails unless err is the problem with that code.
func Wants(t *testing.T, err error, code string) *homecare.Problem {
	t.Helper()
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok || p.Code != code {
		t.Fatalf("got %v, want problem %s", err, code)
	}
	return p
}

// Trail verifies the audit trail.
func (w *Home) Trail() *audit.Trail { return audit.NewTrail(w.App.Master) }

// Barthel is the Barthel index (AKS) with the lowest answer to every item but the first score
// ones, which have 1 point each.
func Barthel(score int) homecare.Assessment {
	answers := []homecare.AssessmentAnswer{}
	for i, item := range []string{"bab", "bak", "wc", "makan", "transfer", "mobilitas", "berpakaian", "tangga",
		"bersih_diri", "mandi"} {
		value := "0"
		if i < score {
			value = "1"
		}
		answers = append(answers, homecare.AssessmentAnswer{Item: item, Value: value})
	}
	return homecare.Assessment{Instrument: "barthel_aks", Answers: answers}
}
