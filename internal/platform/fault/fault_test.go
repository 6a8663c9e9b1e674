package fault_test

import (
	"errors"
	"testing"

	"github.com/balangan/homecare/internal/platform/fault"
)

func TestError(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	e := fault.State("draft", "submit").Because(cause)
	if !errors.Is(e, fault.ErrState) || !errors.Is(e, cause) || fault.KindOf(e) != fault.Conflict ||
		fault.KindOf(cause) != fault.Internal {
		t.Errorf("%v", e)
	}
	if got := e.Detail.In("en",
		e.Args); got !=
		"This action is not possible in the present state of the record. Reload it and choose an action that is offered." {
		t.Error(got)
	}
	if fault.From(cause) != nil || fault.From(fault.ErrNotFound).Code != "record.not_found" {
		t.Error("From")
	}
	// With and Extend do not change their receiver.
	a := fault.ErrState.With("state", "a")
	_ = a.With("state", "b").Extend("x", 1)
	if a.Args["state"] != "a" || a.Extra != nil {
		t.Error("a fault was changed in place")
	}
	var c fault.Check
	if c.Err() != nil {
		t.Error("an empty check is an error")
	}
	c.That(true, "/a", "x", "", "")
	c.That(false, "/b", "x", "salah", "wrong")
	if f := fault.From(c.Err()); f == nil || len(f.Fields) != 1 || f.Fields[0].Pointer != "/b" {
		t.Error("check")
	}
	defer func() {
		if recover() == nil {
			t.Error("a code was defined twice")
		}
	}()
	fault.Define(fault.Conflict, "record.state", "", "")
}
