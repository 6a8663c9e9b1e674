package recount

import "testing"

// TestUndone: neither a reversed cancellation nor its reversal is an act; a task
// taken back from a unit is one.
func TestUndone(t *testing.T) {
	t.Parallel()
	b := New()
	b.Persons["p"] = &Person{}
	b.Cases["c"] = &Case{Person: "p", Programme: "x"}
	for id, acts := range map[string][]string{
		"returned":  {"opened", "cancelled", "taken_back"},
		"again":     {"opened", "cancelled", "taken_back", "cancelled"},
		"done":      {"opened", "cancelled", "done"},
		"handed":    {"opened", "cancelled", "handed_over"},
		"cancelled": {"opened", "cancelled", "cancelled"},
		"from unit": {"opened", "handed_over", "taken_back"},
	} {
		f := &FollowUp{Case: "c"}
		for _, a := range acts {
			f.Acts = append(f.Acts, Act{Kind: a, On: "2026-03-01"})
		}
		b.FollowUps[id] = f
	}
	_, r := b.Count("x", "2026-03")
	for cell, n := range map[string]int64{"opened": 6, "cancelled": 2, "taken_back": 1, "done": 1, "handed_over": 2} {
		if got := r["follow_ups/"+cell+"/0"]; got != n {
			t.Errorf("%s: %d, want %d", cell, got, n)
		}
	}
}
