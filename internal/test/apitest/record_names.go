package apitest

import (
	"reflect"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/rest"
)

// apartNouns are the nouns whose {id} is neither a case or person nor a record
// about one.
var apartNouns = []string{"sessions", "users", "memberships", "clients", "teams", "imports", "reports", "breaches"}

// apartMembers are ids in requests that are neither a case or person nor a
// record about one.
var apartMembers = []string{"account_id", "membership_id", "team_id", "owner_account_id", "import_id", "session_id",
	"client_id", "device_id", "survey_id", "label_id"} // the last is a label in Indonesian

// recordMembers are members of requests that name a case, a person, or a record
// about one.
var recordMembers = []string{"case_id", "patient_id", "visit_id", "stop_id", "subject_id", "reopens_case_id",
	"attachment_id", "into_id", "household_id", "newborn_id", "keep_id", "id", "expand"}

// NamesRecord says whether a request or answer of the route can name a case or
// person: by its path, by a member of the request, or by what the answer shows.
func NamesRecord(r rest.Route) bool {
	if r.Flags.Has(rest.Public) || !strings.HasPrefix(r.Path, "/v1/") {
		return false
	}
	noun, _, found := strings.Cut(strings.TrimPrefix(r.Path, "/v1/"), "/")
	if found && strings.Contains(r.Path, "/:id") && !slices.Contains(apartNouns, noun) {
		return true
	}
	if access.ShowsPersons(r.Path, r.Handler.Result()) || r.Handler.Result() != nil &&
		slices.Contains(idNames(r.Handler.Result()), "stop_id") {
		return true
	}
	return slices.ContainsFunc(idsOf(r), func(m string) bool { return m != "id" && slices.Contains(recordMembers, m) })
}

// idsOf are the names of the members of a request that end in "id" or are
// "expand", at any depth.
func idsOf(r rest.Route) []string {
	if r.Handler.Request == nil {
		return nil
	}
	return idNames(r.Handler.Request)
}

// Strange are the members of a request that are not yet classified as naming a
// case or person or not. The test of the table expects none.
func Strange(r rest.Route) []string {
	return slices.DeleteFunc(idsOf(r), func(m string) bool {
		return slices.Contains(recordMembers, m) || slices.Contains(apartMembers, m)
	})
}

func idNames(t reflect.Type) []string {
	var out []string
	addIDs(t, map[reflect.Type]bool{}, &out)
	slices.Sort(out)
	return slices.Compact(out)
}

func addIDs(t reflect.Type, seen map[reflect.Type]bool, out *[]string) {
	for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map}, t.Kind()) {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return
	}
	seen[t] = true
	for i := range t.NumField() {
		f := t.Field(i)
		for _, tag := range []string{"json", "query"} {
			name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
			if strings.HasSuffix(name, "id") && (name == "id" || strings.HasSuffix(name, "_id")) || name == "expand" {
				*out = append(*out, name)
			}
		}
		addIDs(f.Type, seen, out)
	}
}
