// Package auth knows who is calling: tokens, passwords, and the principal
// that every statement needs.
package auth

import "context"

// Role is what a caller is; docs/roles.md says what each may do.
type Role string

// The roles of design SOP step table; one membership has exactly one.
const (
	DinkesAdmin   Role = "dinkes_admin"
	DinkesAnalyst Role = "dinkes_analyst"
	Kepala        Role = "kepala_puskesmas"
	Koordinator   Role = "koordinator"
	Petugas       Role = "petugas"
	Integrator    Role = "integrator"
)

// Roles lists every role in the order of the documentation.
var Roles = []Role{DinkesAdmin, DinkesAnalyst, Kepala, Koordinator, Petugas, Integrator}

// District says whether r belongs to Dinkes rather than to one puskesmas.
func (r Role) District() bool { return r == DinkesAdmin || r == DinkesAnalyst }

// Principal is the verified caller of one request, exactly one membership.
type Principal struct {
	UserID       string // account
	SessionID    string
	MembershipID string
	Role         Role
	PuskesmasID  int16  // 0 for Dinkes
	Puskesmas    string // slug; empty for Dinkes
	// Client is the machine that calls; nil for a person.
	Client *Client
}

type principalKey struct{}

// With returns ctx carrying p.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From returns the caller in ctx; ok is false when nobody is signed in.
func From(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}
