package episode_test

import (
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/episode"
)

// TestEveryOpenStateHasAWayOut: death and entered in error are possible in each
// open state, and each act leads to a state in the table.
func TestEveryOpenStateHasAWayOut(t *testing.T) {
	t.Parallel()
	for _, s := range episode.Machine.States() {
		if slices.Contains([]string{episode.Terminated, episode.Rejected, episode.Withdrawn}, s) {
			continue
		}
		for _, kind := range []string{episode.Death, episode.EnteredInError} {
			if to, err := episode.Machine.After(s, "end", kind); err != nil || to != episode.Terminated {
				t.Errorf("%s does not end by %s: %s, %v", s, kind, to, err)
			}
		}
	}
	if to, err := episode.Machine.After(episode.Approved, "review", "has_team"); err != nil || to != episode.Active {
		t.Errorf("the last that a programme demands leads to %s, %v", to, err)
	}
	if got := episode.Machine.Final(); !slices.Equal(got, []string{episode.Rejected, episode.Withdrawn}) {
		t.Errorf("final states %v", got)
	}
}
