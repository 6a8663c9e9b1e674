package rest

import (
	"context"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
)

// scoped answers ErrScope to a machine whose token does not open the own route
// of a record that it asks to be expanded.
func (r Route) scoped(ctx context.Context, e call.Expand) error {
	p, _ := auth.From(ctx)
	if p.Client == nil || r.expandScope == nil {
		return nil
	}
	for name := range e.Names {
		if !p.Client.Has(r.expandScope(name)) {
			return ErrScope
		}
	}
	return nil
}

// anyOf is the rule anyof: each of the names separated by commas is one of
// param's, which blanks separate.
func anyOf(value, param string) bool {
	allowed := strings.Fields(param)
	for name := range strings.SplitSeq(value, ",") {
		if !slices.Contains(allowed, name) {
			return false
		}
	}
	return true
}
