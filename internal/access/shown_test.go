package access

import (
	"reflect"
	"slices"
	"testing"

	"github.com/balangan/homecare/pkg/homecare"
)

type thing struct {
	CaseID string `json:"case_id"`
	Parts  []thing
}

type free1 struct {
	SubjectKind string         `json:"subject_kind"`
	SubjectID   string         `json:"subject_id"`
	After       map[string]any `json:"after"`
}

// TestPersonsOf: by its own method or by its members, each answer names exactly
// the persons it shows.
func TestPersonsOf(t *testing.T) {
	t.Parallel()
	patients := homecare.Page[homecare.Patient]{Data: []homecare.Patient{{ID: "b"}, {ID: "a"}, {ID: "b"}}}
	for _, c := range []struct {
		name   string
		result any
		want   Persons
	}{
		{"a person", homecare.Patient{ID: "a", MergedInto: "z"}, Persons{Patients: []string{"a"}}},
		{"a page of persons", patients, Persons{Patients: []string{"a", "b"}}},
		{"a page of priorities", homecare.Page[homecare.Priority]{Data: []homecare.Priority{{PatientID: "a"}}},
			Persons{Patients: []string{"a"}}},
		{"an empty page", homecare.Page[homecare.Patient]{}, Persons{}},
		{"a family", homecare.Household{ID: "h", Members: patients.Data}, Persons{Patients: []string{"a", "b"}}},
		{"a pair", homecare.Duplicate{ID: "d", First: homecare.Patient{ID: "a"}, Second: homecare.Patient{ID: "b"}},
			Persons{Patients: []string{"a", "b"}}},
		{"a case", homecare.Case{ID: "c", PatientID: "a", ReopensCaseID: "x"}, Persons{Patients: []string{"a"}}},
		{"a visit with tasks", homecare.Visit{ID: "v", PatientID: "a", CaseID: "c",
			FollowUps: []homecare.FollowUp{{ID: "f", CaseID: "c", PatientID: "a"}}},
			Persons{Patients: []string{"a"}}},
		{"a task", homecare.FollowUp{ID: "f", CaseID: "c", PatientID: "a", VisitID: "v"},
			Persons{Patients: []string{"a"}}},
		{"a checklist", &homecare.Checklist{VisitID: "v"}, Persons{Visits: []string{"v"}}},
		{"a letter", homecare.Document{ID: "d", SubjectKind: "case", SubjectID: "c", CaseID: "c"},
			Persons{Cases: []string{"c"}}},
		{"a team's letter", homecare.Document{ID: "d", SubjectKind: "team", SubjectID: "t"}, Persons{}},
		{"a person's photo", homecare.Attachment{ID: "a", SubjectKind: "patient", SubjectID: "p"},
			Persons{Patients: []string{"p"}}},
		{"an evaluation", homecare.Evaluation{SubjectKind: "visit", SubjectID: "v"}, Persons{Visits: []string{"v"}}},
		{"rows of a file",
			homecare.Page[homecare.ImportRow]{Data: []homecare.ImportRow{{PatientID: "a", NewbornID: "b"}, {}}},
			Persons{Patients: []string{"a", "b"}}},
		{"an act", homecare.Page[homecare.AuditEvent]{Data: []homecare.AuditEvent{{SubjectKind: "patient",
			SubjectID: "a", After: map[string]any{"case_id": "c", "x": []any{map[string]any{"patient_id": "b"}}}}}},
			Persons{Patients: []string{"a", "b"}, Cases: []string{"c"}}},
		{"a type that holds itself", thing{CaseID: "c", Parts: []thing{{CaseID: "d"}}},
			Persons{Cases: []string{"c", "d"}}},
		{"free members", free1{SubjectKind: "team", SubjectID: "t", After: map[string]any{"patient_id": "a"}},
			Persons{Patients: []string{"a"}}},
		{"figures", homecare.Report{ID: "r"}, Persons{}},
	} {
		got := distinct(peopleOf(reflect.TypeOf(c.result)).in(c.result))
		if !slices.Equal(got.Patients, c.want.Patients) || !slices.Equal(got.Cases, c.want.Cases) ||
			!slices.Equal(got.Visits, c.want.Visits) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if !peopleOf(reflect.TypeFor[homecare.Page[homecare.ImportRow]]()).raw {
		t.Error("rows of a file are persons who are no patients yet")
	}
}

func BenchmarkPersonsOfPage(b *testing.B) {
	page := homecare.Page[homecare.Patient]{Data: make([]homecare.Patient, 50)}
	of := peopleOf(reflect.TypeOf(page))
	b.ReportAllocs()
	for b.Loop() {
		_ = of.in(page)
	}
}

func BenchmarkPersonsOfVisit(b *testing.B) {
	visit := homecare.Visit{PatientID: "a", FollowUps: make([]homecare.FollowUp, 3), Alerts: make([]homecare.Alert, 2)}
	of := peopleOf(reflect.TypeOf(visit))
	b.ReportAllocs()
	for b.Loop() {
		_ = of.in(visit)
	}
}
