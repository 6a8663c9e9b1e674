package rest

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/auth"
)

// Expand is the value of ?expand=: the names of the records that an answer
// names by id and shall carry whole, one level deep, separated by commas. A
// route takes it by a member `query:"expand" json:"-"
// validate:"omitempty,max=40,anyof=patient team"`, which lists what it allows.
type Expand string

// Has says whether the record of this name is asked for.
func (e Expand) Has(name string) bool {
	for asked := range strings.SplitSeq(string(e), ",") {
		if asked == name {
			return true
		}
	}
	return false
}

// Expandable is a record that others may carry: who may read it by its own
// route, and no one else, may have it expanded.
type Expandable struct {
	Permission string // Route.Permission of its own route
	Scope      string // what that route asks of a machine
}

var expandables = map[string]Expandable{
	"patient": {"GET /v1/patients/{id}", "patients.read"},
	"team":    {"GET /v1/teams/{id}", "cases.read"},
	"case":    {"GET /v1/cases/{id}", "cases.read"},
}

// Expandables returns them by name, so that a test holds them against the
// route table.
func Expandables() map[string]Expandable { return maps.Clone(expandables) }

// Permissions names the own routes of what is asked for, sorted; a read in
// their place must look whether they are withheld (pg.Tx.Permitted).
func (e Expand) Permissions() []string {
	var out []string
	for name, x := range expandables {
		if e.Has(name) {
			out = append(out, x.Permission)
		}
	}
	slices.Sort(out)
	return out
}

// scoped answers ErrScope to a machine whose token does not open the own route
// of what it asks for.
func (e Expand) scoped(ctx context.Context) error {
	p, _ := auth.From(ctx)
	if e == "" || p.Client == nil {
		return nil
	}
	for name, x := range expandables {
		if e.Has(name) && !p.Client.Has(x.Scope) {
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
