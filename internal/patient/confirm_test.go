package patient_test

import (
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestConfirm: a NIK that implies another sex or birth date raises a question.
// It is accepted, and audited, once the caller confirms it.
func TestConfirm(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	nurse := as(t, s, "petugas1.tanah-habang")
	in := homecare.NewPatient{Name: "Masniah Rahmah", Sex: "male", BirthDate: "1942-11-15", NIK: "6311055411429034"}
	_, err := nurse.RegisterPatient(t.Context(), in)
	p := problem(t, "both", err, 422, "patient.confirm")
	if !slices.Equal(p.Confirm, []string{"nik_sex", "nik_birth_date"}) || len(p.Errors) != 2 ||
		p.Errors[0].Pointer != "/sex" || p.Errors[1].Pointer != "/birth_date" {
		t.Errorf("%+v", p)
	}
	in.Confirm = []string{"nik_sex"}
	_, err = nurse.RegisterPatient(t.Context(), in)
	if p := problem(t, "one", err, 422, "patient.confirm"); !slices.Equal(p.Confirm, []string{"nik_birth_date"}) {
		t.Errorf("%+v", p)
	}
	in.Confirm = []string{"nik_sex", "nik_birth_date"}
	got, err := nurse.RegisterPatient(t.Context(), in)
	if err != nil || got.Sex != "male" || got.BirthDate != "1942-11-15" || got.NIK == "" {
		t.Fatalf("%+v, %v", got, err)
	}
	events, err := as(t, s, "kepala.tanah-habang").AuditEvents(t.Context(),
		map[string][]string{"action": {"patient.register"}})
	if err != nil || len(events.Data) != 1 || events.Data[0].Reason != "confirm: nik_sex nik_birth_date" {
		t.Errorf("%+v, %v", events, err)
	}
	// A confirmed contradiction is not raised again by another change.
	got, err = nurse.ChangePatient(t.Context(), got.ID, got.Version,
		homecare.PatientChange{Phone: homecare.Some("0840-3064-8219")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = nurse.ChangePatient(t.Context(), got.ID, got.Version,
		homecare.PatientChange{BirthDate: homecare.Some("1942-11-16")})
	problem(t, "changed", err, 422, "patient.confirm")
	got, err = nurse.ChangePatient(t.Context(), got.ID, got.Version,
		homecare.PatientChange{BirthDate: homecare.Some("1942-11-16"), Confirm: []string{"nik_birth_date", "nik_sex"}})
	if err != nil || got.BirthDate != "1942-11-16" {
		t.Errorf("%+v, %v", got, err)
	}
	in.NIK = "631105541142903"
	_, err = nurse.RegisterPatient(t.Context(), in)
	problem(t, "only the form is a wall", err, 422, "request.invalid")
}

// TestEstimatedBirthDate: an estimate is stored as such until a better date is
// known.
func TestEstimatedBirthDate(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	nurse := as(t, s, "petugas1.tanah-habang")
	p, err := nurse.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Siti", Sex: "female",
		BirthDate: "1959-07-01", BirthDateEstimated: true})
	if err != nil || !p.BirthDateEstimated || !p.Weak {
		t.Fatalf("%+v, %v", p, err)
	}
	p, err = nurse.ChangePatient(t.Context(), p.ID, p.Version,
		homecare.PatientChange{Phone: homecare.Some("0840-3064-8219")})
	if err != nil || !p.BirthDateEstimated {
		t.Errorf("another change made it true: %+v, %v", p, err)
	}
	byNIK, err := nurse.ChangePatient(t.Context(), p.ID, p.Version,
		homecare.PatientChange{NIK: homecare.Some("6311055411429034")})
	if err != nil || byNIK.BirthDateEstimated || byNIK.BirthDate != "1942-11-14" || byNIK.Weak {
		t.Errorf("a NIK replaces it: %+v, %v", byNIK, err)
	}
	q, err := nurse.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Rina", Sex: "female",
		BirthDate: "1959-07-01", BirthDateEstimated: true})
	if err != nil {
		t.Fatal(err)
	}
	if q, err = nurse.ChangePatient(t.Context(), q.ID, q.Version,
		homecare.PatientChange{BirthDate: homecare.Some("1960-02-03")}); err != nil || q.BirthDateEstimated ||
		q.BirthDate != "1960-02-03" {
		t.Errorf("a true date replaces it: %+v, %v", q, err)
	}
}
