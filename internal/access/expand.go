package access

import (
	"slices"

	"github.com/balangan/homecare/internal/platform/call"
)

// Expandable is a record that others may carry (?expand=): only callers who may read
// it by its own route may have it expanded.
type Expandable struct {
	Permission string // of its own route
	Scope      string // that the route asks of a machine
}

// Expandables are those records by name.
var Expandables = map[string]Expandable{
	"patient": {"GET /v1/patients/{id}", "patients.read"},
	"team":    {"GET /v1/teams/{id}", "cases.read"},
	"case":    {"GET /v1/cases/{id}", "cases.read"},
}

// ExpandPermissions names the own routes of what is asked for, sorted; a read in
// their place must look whether they are withheld (pg.Tx.Permitted).
func ExpandPermissions(e call.Expand) []string {
	var out []string
	for name := range e.Names {
		out = append(out, Expandables[name].Permission)
	}
	slices.Sort(out)
	return out
}
