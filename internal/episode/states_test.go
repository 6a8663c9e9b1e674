package episode_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/episode"
)

// TestOpenCaseIsNotOver: the states that the SQL counts as open, and as in care, are
// the non-final ones of the state machine.
func TestOpenCaseIsNotOver(t *testing.T) {
	t.Parallel()
	over := []string{episode.Terminated, episode.Rejected, episode.Withdrawn}
	open := slices.DeleteFunc(episode.Machine.States(), func(s string) bool { return slices.Contains(over, s) })
	slices.SortFunc(open, func(a, b string) int {
		return strings.Index(access.OpenCase, a) - strings.Index(access.OpenCase, b)
	})
	if list := "('" + strings.Join(open, "', '") + "')"; access.OpenCase != list {
		t.Errorf("open: %s, want %s", access.OpenCase, list)
	}
	care := slices.DeleteFunc(open, func(s string) bool { return s == episode.Proposed })
	if list := "('" + strings.Join(care, "', '") + "')"; access.CaseInCare != list {
		t.Errorf("in care: %s, want %s", access.CaseInCare, list)
	}
}
