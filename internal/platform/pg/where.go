package pg

import (
	"strconv"
	"strings"
)

// Where collects the conditions of a list with their parameters. Only what is
// asked for goes into the statement, so that each filter gets a plan of its own:
// with all of them, tied to empty parameters, PostgreSQL plans every call.
// The order is that of the calls, so equal filters make equal texts.
type Where struct {
	Args  []any
	terms []string
}

// Arg adds a parameter and returns its name, such as "$3".
func (w *Where) Arg(v any) string {
	w.Args = append(w.Args, v)
	return "$" + strconv.Itoa(len(w.Args))
}

// And adds a condition.
func (w *Where) And(term string) { w.terms = append(w.terms, term) }

// Given adds a condition on a value, which stands where the term has a $; none
// where the value is empty.
func (w *Where) Given(term, value string) {
	if value != "" {
		w.And(strings.ReplaceAll(term, "$", w.Arg(value)))
	}
}

// SQL is the clause; "" without a condition.
func (w *Where) SQL() string {
	if len(w.terms) == 0 {
		return ""
	}
	return " where " + strings.Join(w.terms, " and ")
}
