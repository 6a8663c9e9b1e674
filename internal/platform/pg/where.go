package pg

import (
	"strconv"
	"strings"
)

// Where collects the conditions of a list with their parameters. The statement
// contains only the requested filters, so that each combination gets its own
// plan. With all filters and empty parameters, PostgreSQL would plan every call.
// The order is that of the calls, so equal filters give equal texts.
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

// Given adds a condition on a value, which replaces the $ in the term, or on any of
// several. It adds none where the value is empty. One value is not compared as a list
// of one: an index then gives the rows of the value in its own order.
func (w *Where) Given(term string, values ...string) {
	switch {
	case len(values) > 1:
		w.And(strings.ReplaceAll(term, "$", "any("+w.Arg(values)+")"))
	case len(values) == 1 && values[0] != "":
		w.And(strings.ReplaceAll(term, "$", w.Arg(values[0])))
	}
}

// SQL is the clause; "" without a condition.
func (w *Where) SQL() string {
	if len(w.terms) == 0 {
		return ""
	}
	return " where " + strings.Join(w.terms, " and ")
}
