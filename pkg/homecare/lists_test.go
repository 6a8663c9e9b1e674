package homecare_test

import (
	"regexp"
	"testing"

	"github.com/balangan/homecare/pkg/homecare"
)

// TestCodeLists: every entry has a code of the wire, two labels, a source and a
// status; no list is in two places of the file, and no code twice in a list.
func TestCodeLists(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`^[a-z0-9][a-z0-9_/-]*$`)
	names, n := map[string]bool{}, 0
	for _, l := range homecare.CodeLists() {
		if names[l.Name] {
			t.Errorf("the rows of list %s are not together", l.Name)
		}
		names[l.Name] = true
		codes := map[string]bool{}
		for _, i := range l.Items {
			n++
			switch {
			case codes[i.Code]:
				t.Errorf("%s has %s twice", l.Name, i.Code)
			case !code.MatchString(i.Code):
				t.Errorf("%s: %q is not a code", l.Name, i.Code)
			case i.LabelID == "" || i.LabelEN == "" || i.Source == "":
				t.Errorf("%s %s lacks a label or a source: %+v", l.Name, i.Code, i)
			case i.Status != "confirmed" && i.Status != "unconfirmed" && i.Status != "ours":
				t.Errorf("%s %s has the status %q", l.Name, i.Code, i.Status)
			}
			codes[i.Code] = true
		}
	}
	if len(names) < 80 || n < 500 {
		t.Fatalf("only %d lists with %d codes", len(names), n)
	}
}

func TestLabelOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ list, code, language, want string }{
		{"visit_kind", "post_hospital", "id", "Pasca rawat inap"},
		{"visit_kind", "post_hospital", "en", "After hospital"},
		{"vital+lab_test", "hba1c", "", "HbA1c"},
		{"visit_kind", "no_such", "en", "no_such"},
		{"no_such", "initial", "en", "initial"},
	} {
		if got := homecare.LabelOf(c.list, c.code, c.language); got != c.want {
			t.Errorf("%s %s in %q: %s, want %s", c.list, c.code, c.language, got, c.want)
		}
	}
	if got := homecare.ListedCodes("alert_level+measure_level"); len(got) != 4 {
		t.Errorf("joined lists have %v", got)
	}
}
