package rest

import (
	"context"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
)

// scoped returns ErrScope to a machine that wants to expand a record whose own
// route its token does not open.
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

// anyOf is the rule anyof: each name in a comma-separated list is one of
// param's, which are separated by blanks.
func anyOf(value, param string) bool {
	allowed := strings.Fields(param)
	for name := range strings.SplitSeq(value, ",") {
		if !slices.Contains(allowed, name) {
			return false
		}
	}
	return true
}
