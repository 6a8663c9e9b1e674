package access

import "github.com/balangan/homecare/internal/platform/auth"

// The roles of the SOPs (docs/roles.md lists their permissions). One membership
// has exactly one role.
const (
	DinkesAdmin   auth.Role = "dinkes_admin"
	DinkesAnalyst auth.Role = "dinkes_analyst"
	Kepala        auth.Role = "kepala_puskesmas"
	Koordinator   auth.Role = "koordinator"
	Petugas       auth.Role = "petugas"
	Integrator    auth.Role = "integrator"
)

// Roles lists every role in the order of the documentation.
var Roles = []auth.Role{DinkesAdmin, DinkesAnalyst, Kepala, Koordinator, Petugas, Integrator}

// OfDistrict says whether a role belongs to Dinkes instead of a puskesmas.
func OfDistrict(r auth.Role) bool { return r == DinkesAdmin || r == DinkesAnalyst }

// Plausible says whether a token may name such a caller: roles of Dinkes have no
// puskesmas, all other roles have one, and only machines have the role integrator.
func Plausible(p auth.Principal) bool {
	return OfDistrict(p.Role) == (p.PuskesmasID == 0) && !(p.Client == nil && p.Role == Integrator)
}
