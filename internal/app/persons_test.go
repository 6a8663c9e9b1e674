package app

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/access"
)

// telling are members by which an answer identifies a patient.
var telling = []string{"patient_id", "newborn_id", "patient_name", "nik", "kk", "bpjs_card", "birth_date", "mother_nik",
	"case_id", "visit_id"}

// files are the routes with a file as answer, and whether it shows persons. If
// so, its call.File names them (promise PRI-2 checks each).
var files = map[string]bool{
	"GET /v1/documents/{id}/pdf":       true,
	"GET /v1/attachments/{id}/content": true,
	"GET /v1/reports/{id}/pdf":         false, // figures
	"GET /v1/reports/{id}/xlsx":        false,
}

// staffOnly are types with a telling member that is about staff.
var staffOnly = []string{}

// TestEveryAnswerKnowsItsPersons walks the route table: an answer with a member
// that identifies a patient has an accessor for the access log, so no new route
// is forgotten.
func TestEveryAnswerKnowsItsPersons(t *testing.T) {
	t.Parallel()
	var a App
	shows := 0
	for _, r := range a.Routes() {
		if access.ShowsPersons(r.Path, r.Handler.Result()) {
			shows++
		}
		result := r.Handler.Result()
		if result == nil {
			if _, known := files[r.Permission()]; !known && len(r.By) > 0 {
				t.Errorf("%s answers a file: say in files whether it shows persons", r.Permission())
			}
			continue
		}
		if members := tells(result, nil); len(members) > 0 && !access.ShowsPersons(r.Path, r.Handler.Result()) &&
			!slices.Contains(staffOnly, r.Permission()) {
			t.Errorf("%s shows %v and leaves no row in the access log", r.Permission(), members)
		}
	}
	if shows < 60 {
		t.Errorf("only %d routes show persons: the test looks in the wrong place", shows)
	}
}

// tells lists the telling members of a type, including those of its parts.
func tells(t reflect.Type, seen []reflect.Type) []string {
	if slices.Contains(seen, t) {
		return nil
	}
	seen = append(seen, t)
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return tells(t.Elem(), seen)
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return nil
		}
		var out []string
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if slices.Contains(telling, name) {
				out = append(out, t.Name()+"."+name)
			}
			out = append(out, tells(f.Type, seen)...)
		}
		return out
	}
	return nil
}

func TestTells(t *testing.T) {
	t.Parallel()
	type hidden struct {
		Inner []*struct {
			Birth string `json:"birth_date,omitempty"`
		} `json:"inner"`
	}
	if got := tells(reflect.TypeFor[map[string]hidden](), nil); len(got) != 1 {
		t.Errorf("found %v", got)
	}
}
