package pg

import (
	"fmt"
	"strings"
)

// Where collects the conditions of a list with their parameters, so that each
// filter gets a plan of its own.
type Where struct {
	terms []string
	args  []any
}

// Arg adds a parameter and returns its placeholder.
func (w *Where) Arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

// And adds a condition.
func (w *Where) And(term string) { w.terms = append(w.terms, term) }

// SQL is the where clause, "" without a condition.
func (w *Where) SQL() string {
	if len(w.terms) == 0 {
		return ""
	}
	return " where " + strings.Join(w.terms, " and ")
}

// Args are the parameters in the order of their placeholders.
func (w *Where) Args() []any { return w.args }
