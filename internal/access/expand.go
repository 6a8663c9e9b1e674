package access

import (
	"slices"

	"github.com/balangan/homecare/internal/platform/call"
)

// Expandable is a record that other records may include (?expand=). Only callers who
// may read it by its own route may expand it.
type Expandable struct {
	Permission string // of its own route
	Scope      string // that a machine needs for this route
}

// Expandables are the expandable records by name.
var Expandables = map[string]Expandable{
	"patient": {"GET /v1/patients/{id}", "patients.read"},
	"team":    {"GET /v1/teams/{id}", "cases.read"},
	"case":    {"GET /v1/cases/{id}", "cases.read"},
	"facts":   {"GET /v1/patients/{id}/facts", "patients.read"},
}

// ExpandPermissions returns the permissions of the expanded records' own routes,
// sorted. A read that expands them checks whether Kepala withholds them
// (pg.Tx.Permitted).
func ExpandPermissions(e call.Expand) []string {
	var out []string
	for name := range e.Names {
		out = append(out, Expandables[name].Permission)
	}
	slices.Sort(out)
	return out
}
