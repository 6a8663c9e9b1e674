package intake

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
)

// TestTurns: one file of a puskesmas at a time, two in the process. A request
// that waits too long is told that the service is busy, and a released turn is
// free.
func TestTurns(t *testing.T) {
	t.Parallel()
	turns := newTurns()
	first, err := turns.begin(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := turns.begin(soon, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the same puskesmas twice: %v", err)
	}
	second, err := turns.begin(t.Context(), 2)
	if err != nil {
		t.Fatalf("another puskesmas: %v", err)
	}
	if _, err := turns.begin(t.Context(), 3); !errors.Is(err, pg.ErrBusy) {
		t.Errorf("a third: %v", err)
	}
	first()
	third, err := turns.begin(t.Context(), 3)
	if err != nil {
		t.Errorf("after one was done: %v", err)
	}
	second()
	third()
	if len(turns.all) != 0 || len(turns.own[3]) != 0 {
		t.Error("a turn was lost")
	}
}
