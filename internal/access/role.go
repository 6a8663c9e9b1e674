package access

import "github.com/balangan/homecare/internal/platform/auth"

// The roles of the SOPs (docs/roles.md says what each may do); one membership has
// exactly one.
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

// OfDistrict says whether a role belongs to Dinkes rather than to one puskesmas.
func OfDistrict(r auth.Role) bool { return r == DinkesAdmin || r == DinkesAnalyst }

// Plausible says whether a token may name such a caller: roles of Dinkes belong to
// no puskesmas and all others to one, and only machines integrate.
func Plausible(p auth.Principal) bool {
	return OfDistrict(p.Role) == (p.PuskesmasID == 0) && !(p.Client == nil && p.Role == Integrator)
}
