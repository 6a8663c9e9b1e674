package sqltest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/sqltest"
)

// empty are the fields that a statement leaves empty on purpose, by struct,
// with the reason. A field that every statement fills must not be listed.
var empty = map[string]struct{ fields, why string }{
	"audit.row":               {"sessionid digest keyid mac", "a list shows no proof; verify reads it"},
	"audit.seal":              {"sealedat keyid members previous", "the newest seal is asked for its place and MAC"},
	"dashboard.Difference":    {"puskesmas programme", "the caller asked for that one"},
	"dashboard.figure":        {"puskesmas", "of the own puskesmas only"},
	"homecare.DistrictMonth":  {"month figures computedat", "gathered from rows of their own"},
	"homecare.DiagnosisCode":  {"category sensitive core", "a sheet shows code and name"},
	"homecare.Document":       {"warnings", "told by the act that makes a letter, not stored"},
	"homecare.Fact":           {"label unit textlabel", "from the catalogue, in the caller's language"},
	"homecare.RecapLine":      {"label andlabel", "from the lists, in the caller's language"},
	"fact.personFact":         {"label unit textlabel", "from the catalogue, in the caller's language"},
	"homecare.User":           {"leftbehind", "told by the act that ends a membership, not stored"},
	"homecare.Membership":     {"leftbehind", "told by the act that ends a membership, not stored"},
	"homecare.ClientUsageDay": {"scope", "days are over all scopes"},
	"homecare.Household":      {"kk members", "sealed, and read by a statement of their own"},
	"homecare.BreakGlass": {"patientid accesses finding",
		"Dinkes has no right on whom it is about and what Kepala found"},
	"homecare.Team": {"formermembers", "a list shows who is in it"},
	"homecare.EducationSession": {"warnings",
		"told by the act that records a session, not stored"},
	"homecare.FollowUp":     {"warnings patient", "told by the act, not stored; on demand, by expand"},
	"homecare.Alert":        {"patient", "on demand, by expand"},
	"homecare.VisitSummary": {"patient", "on demand, by expand"},
	"visit.stopRow":         {"phone address", "sealed"},
	"episode.shown": {"allowed warnings patient team review end referraloutcome teamrecord sentmonths",
		"of the caller, told by the act, or read by expand"},
	"staff.holder":        {"linkid", "not by a link"},
	"signin.account":      {"passwordchangedat", "asked at sign-in only"},
	"intake.storedRow":    {"issues person newborn decision", "sealed"},
	"priority.rank":       {"reasons adjustment", "made from what is stored, in the caller's language"},
	"intake.storedImport": {"filename alreadyimported classes", "sealed, told by the upload, or counted"},
	"late.row": {"contradicts body allowed warnings bodysealed",
		"opened from what is sealed, or of the caller"},
	"patient.row": {
		"id name sex birthdate village householdid deceasedon birthweight weak destroyed birthestimated version keywrapped identitysealed",
		"one column is asked of who stays"},
	"keyring.Version": {"slug createdat retiredat", "the newest version is asked for its number"},
	"report.row": {
		"puskesmas programmecode month revision note figures figureshash coordinator head submittedat submittedby sentat decidedat decisionnote archivedat updatedat version templatecode templateversion titleid titleen sections dueday firstsentat underway replaces differs differsat",
		"Dinkes asks what a decision needs"},
	"report.read": {"legalbasis", "put in from the template"},
}

// TestEveryColumnHasAField: each selected column has a field, and every field
// of its struct is filled or listed above. A misspelt alias breaks both.
func TestEveryColumnHasAField(t *testing.T) {
	t.Parallel()
	found, err := product()
	if err != nil {
		t.Fatal(err)
	}
	roles := connections(t)
	seen, used := 0, map[string][]string{}
	for _, s := range found.statements {
		if s.Into == "" {
			continue
		}
		seen++
		columns, err := sqltest.Columns(t.Context(), roles[s.Roles[0]], s.SQL)
		if err != nil {
			t.Errorf("%s: %v", s.Place, err)
			continue
		}
		lost, unread := sqltest.Unmapped(s, columns)
		for _, c := range lost {
			t.Errorf("%s: %s has no field for the column %s", s.Place, s.Into, c)
		}
		for _, f := range unread {
			used[s.Into] = append(used[s.Into], f)
			if !slices.Contains(strings.Fields(empty[s.Into].fields), f) {
				t.Errorf("%s: no column fills the field %s of %s", s.Place, f, s.Into)
			}
		}
	}
	for into, e := range empty {
		for _, f := range strings.Fields(e.fields) {
			if !slices.Contains(used[into], f) {
				t.Errorf("every statement fills the field %s of %s: it must not be listed", f, into)
			}
		}
	}
	t.Logf("%d statements are read into a struct", seen)
	if seen < 200 {
		t.Errorf("only %d statements are read into a struct: the collection looks in the wrong place", seen)
	}
}

// TestUnmappedIsFound: a misspelt alias is a column without a field and a field
// without a column.
func TestUnmappedIsFound(t *testing.T) {
	t.Parallel()
	s := sqltest.Statement{Into: "x.y", Fields: []string{"birthdate", "name"}}
	if lost, unread := sqltest.Unmapped(s, []string{"birth_date", "NAME"}); len(lost)+len(unread) != 0 {
		t.Error(lost, unread)
	}
	if lost, unread := sqltest.Unmapped(s, []string{"birth_dat", "name"}); len(lost) != 1 || len(unread) != 1 {
		t.Error(lost, unread)
	}
}
