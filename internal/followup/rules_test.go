package followup

import (
	"slices"
	"strings"
	"testing"
)

func TestFollowUpStates(t *testing.T) {
	t.Parallel()
	for state, want := range map[State]string{
		Open:       "hand-over>handed_over done>done cancel>cancelled death>cancelled",
		HandedOver: "answer>answered take-back>open done>done cancel>cancelled",
		Answered:   "take-back>open done>done cancel>cancelled death>cancelled", Done: "", Dropped: "",
	} {
		for _, a := range []Action{DoHandOver, DoAnswer, DoTakeBack, DoFinish, DoDrop, personDied} {
			to, err := Machine.After(state, a)
			if step := string(a) + ">" + string(to); (err == nil) != slices.Contains(strings.Fields(want), step) ||
				(err != nil) == strings.Contains(want, string(a)+">") {
				t.Errorf("%s %s: %q, %v", state, a, to, err)
			}
		}
	}
}

// TestPendingIsNotOver: the pending states in the SQL are those that a person's act
// leaves without a condition.
func TestPendingIsNotOver(t *testing.T) {
	t.Parallel()
	var want []string
	for _, s := range Machine.States() {
		if len(Machine.Allowed(State(s))) > 0 {
			want = append(want, "'"+s+"'")
		}
	}
	if list := "(" + strings.Join(want, ", ") + ")"; Pending != list {
		t.Errorf("%s, want %s", Pending, list)
	}
}
