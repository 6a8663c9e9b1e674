package fault

import "time"

// Contradiction is an act that took place and contradicts the record, such as an act
// after the office closed the record. The client gets a conflict; a route that parks
// keeps the act whole instead.
type Contradiction struct {
	Fault *Error
	// Kind and ID name the record that the act contradicts.
	Kind, ID string
	// On is the record to which the act belongs, where that is another one; ""
	// for none.
	On string
	// By is the account that performed it, At when.
	By string
	At time.Time
}

// Contradicts returns d as a contradiction of that record by an act of an
// account at that time.
func (d *Definition) Contradicts(kind, id, by string, at time.Time) *Contradiction {
	return &Contradiction{Fault: d.Extend("contradicts", map[string]string{"kind": kind, "id": id}), Kind: kind, ID: id,
		By: by, At: at}
}

// Error implements error.
func (c *Contradiction) Error() string { return c.Fault.Error() }

// Unwrap returns the fault for a route that does not park.
func (c *Contradiction) Unwrap() error { return c.Fault }
