package app_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestErrorsPointToWhatWasSent: an error points to a member that the request has: the unknown id
// in the body, not the record in the path.
func TestErrorsPointToWhatWasSent(t *testing.T) {
	t.Parallel()
	w := apitest.NewHome(t)
	ctx, none := t.Context(), uuid.NewString()
	dinkes, koordinator := w.As(t, "dinkes.admin"), w.Staff("koordinator.tanah-habang")
	at := apitest.Now
	bundle := w.Bundle()
	unknownVisit, unknownCase := bundle, bundle
	unknownVisit.Type, unknownVisit.VisitID, unknownVisit.Visit = "planned", none, nil
	unknownCase.Type, unknownCase.VisitID, unknownCase.Visit = "unplanned", "", &homecare.PlanVisit{CaseID: none}
	person := apitest.Must[homecare.Patient](t)(koordinator.Patient(ctx, w.PatientID))
	glass := homecare.OpenBreakGlass{Puskesmas: "tanah-habang", PatientID: w.PatientID, Minutes: 30,
		Reason: "Klarifikasi laporan bulanan puskesmas"}
	apitest.Must[homecare.BreakGlass](t)(dinkes.BreakGlass(ctx, glass))
	elsewhere := glass
	elsewhere.Puskesmas = "tidak-ada"
	critical := w.Arrived()
	critical = w.Put(critical, "vitals", homecare.VitalsPart{
		Vitals: []homecare.Vital{{Code: "spo2", Value: new(70.0)}, {Code: "temp", Value: new(37.0), Unit: "°C"}}})
	vital := func(m homecare.Vital) error {
		_, err := apitest.PutPart(ctx, w.Nurse, critical.ID, "vitals", critical.Version,
			homecare.VitalsPart{Vitals: []homecare.Vital{m}})
		return err
	}
	for _, c := range []struct {
		what, pointer, said string
		do                  func() error
	}{
		{"a visit of an unknown case", "/case_id", "", func() error {
			_, err := w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: none, StartsAt: &at})
			return err
		}},
		{"a visit that began, of an unknown case", "/case_id", "", func() error {
			_, err := w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: none, StartsAt: &at, Unplanned: true})
			return err
		}},
		{"a visit at an unknown stop", "/stop_id", "", func() error {
			_, err := w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StopID: none})
			return err
		}},
		{"a bundle of an unknown visit", "/visit_id", "", func() error {
			_, err := w.Nurse.RecordVisit(ctx, unknownVisit)
			return err
		}},
		{"a bundle of an unknown case", "/visit/case_id", "", func() error {
			_, err := w.Nurse.RecordVisit(ctx, unknownCase)
			return err
		}},
		{"a task of an unknown case", "/case_id", "", func() error {
			_, err := w.Nurse.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: none,
				PlannedFollowUp: homecare.PlannedFollowUp{What: "Edukasi", DueOn: "2026-03-20",
					OwnerAccountID: w.NurseID}})
			return err
		}},
		{"a merge into an unknown person", "/into_id", "", func() error {
			_, err := koordinator.MergePatient(ctx, person.ID, person.Version, homecare.MergePatient{IntoID: none,
				Reason: "Sama"})
			return err
		}},
		{"an evaluation of an unknown case", "/subject_id", "", func() error {
			_, err := w.Head.NewEvaluation(ctx, homecare.NewEvaluation{SubjectKind: "case", SubjectID: none,
				Programme: "kupinang", Finding: "Terlambat", Cause: "Banjir", Improvement: "Jadwal ulang",
				DueOn: "2026-03-20", OwnerAccountID: w.NurseID})
			return err
		}},
		{"a role of an unknown account", "/account_id", "", func() error {
			_, err := w.Head.AddMembership(ctx, homecare.NewMembership{AccountID: none, Role: "petugas"})
			return err
		}},
		{"a person opened twice", "/patient_id", "", func() error {
			_, err := dinkes.BreakGlass(ctx, glass)
			return err
		}},
		{"a person of an unknown puskesmas", "/puskesmas", "", func() error {
			_, err := dinkes.BreakGlass(ctx, elsewhere)
			return err
		}},
		{"an unknown person", "/patient_id", "", func() error {
			unknown := glass
			unknown.PatientID = none
			_, err := dinkes.BreakGlass(ctx, unknown)
			return err
		}},
		{"a visit in an unknown village", "/village", "", func() error {
			_, err := w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at, Village: "9999999999"})
			return err
		}},
		{"a client with a secret and a key", "/public_key", "", func() error {
			_, err := w.Head.CreateClient(ctx, homecare.NewMachineClient{Name: "SIMPUS",
				Scopes: []string{"visits.read"}, Auth: "secret", ExpiresOn: "2027-01-31",
				ClientKeys: homecare.ClientKeys{PublicKey: "x"}})
			return err
		}},
		{"a critical value that nobody answered", "path/id", "", func() error {
			_, err := w.Nurse.CompleteVisit(ctx, critical.ID, critical.Version, homecare.CompleteVisit{
				DepartedAt: at.Add(30 * time.Minute)})
			return err
		}},
		{"a unit of another kind", "/vitals/0/unit", "°C", func() error {
			return vital(homecare.Vital{Code: "temp", Value: new(98.6), Unit: "F"})
		}},
		{"a unit of a score", "/vitals/0/unit", "tidak memakai satuan", func() error {
			return vital(homecare.Vital{Code: "pain", Value: new(3.0), Unit: "cm"})
		}},
		{"an impossible temperature", "/vitals/0/value", "60 °C", func() error {
			return vital(homecare.Vital{Code: "temp", Value: new(60.0)})
		}},
	} {
		p, ok := errors.AsType[*homecare.Problem](c.do())
		if !ok || len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer || p.Errors[0].Message == "" ||
			!strings.Contains(p.Errors[0].Message, c.said) {
			t.Errorf("%s: %+v, want %s", c.what, p, c.pointer)
		}
	}
}

// TestErrorsSayHowToWrite: beside what is not known a developer reads what is, and a wrong form is
// told for what was sent: a whole number, a list.
func TestErrorsSayHowToWrite(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	koordinator, dinkes := s.As(t, "koordinator.uren"), s.As(t, "dinkes.admin")
	get := func(path, name, value string) homecare.Call {
		return homecare.Call{Method: "GET", Path: path, Query: url.Values{name: {value}}}
	}
	levels := map[string]any{"rules": map[string]any{"levels": []any{map[string]any{"code": "urgent", "min": 40}},
		"rules": []any{}}, "effective_from": "2026-12-01", "note": "x"}
	for _, q := range []struct {
		by                  *homecare.Client
		call                homecare.Call
		pointer, said, hint string
	}{
		{koordinator, homecare.Call{Method: "POST", Path: "/v1/cases", Body: map[string]any{"patient": "x"}},
			"/patient", "tidak dikenal", "patient_id, "},
		{koordinator, get("/v1/alerts", "mine", "ya"), "query/mine", "ya atau tidak", "true or false"},
		{koordinator, get("/v1/calendar", "date_from", "2026-03-01"), "query/date_from", "tidak dikenal",
			"known: fields, from, to"},
		{koordinator, get("/v1/visits", "updated_since", "2026-03-01T00:00:00 08:00"), "query/updated_since", "jam",
			"%2B"},
		{koordinator, homecare.Call{Method: "POST", Path: "/v1/visits", Body: map[string]any{"duration_minutes": 60.5}},
			"/duration_minutes", "bilangan bulat", ""},
		{dinkes, homecare.Call{Method: "POST", Path: "/v1/priority-rules", Body: levels}, "/rules/levels",
			"Isi tepat 4.", ""},
	} {
		p, ok := errors.AsType[*homecare.Problem](q.by.Do(t.Context(), q.call))
		if !ok {
			t.Fatal(q.call.Path)
		}
		told := slices.ContainsFunc(p.Errors, func(e homecare.ProblemField) bool {
			return e.Pointer == q.pointer && strings.Contains(e.Message, q.said) && strings.Contains(e.Hint, q.hint)
		})
		if !told {
			t.Errorf("%s %s: %+v", q.call.Method, q.call.Path, p)
		}
	}
}

// TestUsersOfAPuskesmas: the filters of accounts work alone and together.
func TestUsersOfAPuskesmas(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for query, want := range map[string]int{"puskesmas=uren": 5, "puskesmas=uren&role=petugas": 3, "role=petugas": 36} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if p := apitest.Must[homecare.Page[homecare.User]](t)(s.As(t, "dinkes.admin").Users(t.Context(),
			q)); len(p.Data) != want {
			t.Errorf("%s: %d accounts, want %d", query, len(p.Data), want)
		}
	}
}
