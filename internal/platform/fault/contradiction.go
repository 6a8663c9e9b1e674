package fault

import "time"

// Contradiction is what happened that is at odds with the record: an act that
// took place although the office had ended the case. It is a conflict to the client that
// can look again; a route that parks keeps the act whole instead.
type Contradiction struct {
	Fault *Error
	// Kind and ID name the record that the act contradicts.
	Kind, ID string
	// On is the record that the act hangs on, where that is another one; "" for none.
	On string
	// By is the account that did it, At when.
	By string
	At time.Time
}

// Contradicts returns d as a contradiction of that record by what an account
// did at that time.
func (d *Definition) Contradicts(kind, id, by string, at time.Time) *Contradiction {
	return &Contradiction{Fault: d.Extend("contradicts", map[string]string{"kind": kind, "id": id}), Kind: kind, ID: id, By: by, At: at}
}

// Error implements error.
func (c *Contradiction) Error() string { return c.Fault.Error() }

// Unwrap gives the fault that the contradiction is where nothing parks it.
func (c *Contradiction) Unwrap() error { return c.Fault }
