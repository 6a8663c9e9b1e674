package app

import "testing"

// TestEveryRecordSaysWhoChanged: a conflict tells the newest change of every record that is changed
// by its version, except a session, which is its owner's alone.
func TestEveryRecordSaysWhoChanged(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range new(App).Routes() {
		records, param := r.Record()
		if param == "" || !r.NeedsIfMatch() || records == "sessions" {
			continue
		}
		if _, told := changing[records]; !told && !seen[records] {
			t.Errorf("%s %s: a conflict does not tell the newest change of one of %s", r.Method, r.Path, records)
		}
		seen[records] = true
	}
	for records := range changing {
		if !seen[records] {
			t.Errorf("no route changes one of %s by its version", records)
		}
	}
}
