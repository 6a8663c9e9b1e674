// Package audit is the trail of what was done: who, when, why, before and
// after. Rows are append-only, sealed under the tenant's key, and carry a MAC
// under a key outside the database.
//
//	Record        record.go         one event, with the COMMIT of its act
//	List          list.go
//	Seal          seal.go           covers the new rows by the next seal of their chain
//	Verify        verify.go         checks rows and seals; returns findings
//	OpenChange    open_change.go    for the copy of a person's data
//
// The access log, who saw whom:
//
//	Show          show.go           one row, before the answer leaves
//	Flush, Close  access.go
//	WhoSaw        who_saw.go        fault.ErrNotFound
//	Accesses      list_accesses.go
//
// trail.go holds the keys and MACs, access.go brings the rows of spool.go into the
// database, heads.go keeps the newest seals outside it.
package audit

import "strings"

// Event is one act. Action is "noun.verb" ("case.approve"); the subject is the
// record that it concerns.
type Event struct {
	Action      string
	SubjectKind string
	SubjectID   string // empty where the subject has no id
	Reason      string // as the user wrote it; no identity numbers
	Before      any    // nil at creation
	After       any    // nil where no record remains
}

// Name is the Action of an act on a record: case.retract_death for retract-death, the last part
// of its path. Acts in the trail have underscores.
func Name(kind, act string) string { return kind + "." + strings.ReplaceAll(act, "-", "_") }

// StateOf is a record's state, as Before or After of an event.
func StateOf(s string) map[string]string { return map[string]string{"state": s} }
