// Package auth identifies the caller: tokens, passwords, and the principal that
// every statement needs.
package auth

import "context"

// Role is the role of a caller. The platform compares roles and knows no names;
// package access defines them.
type Role string

// Principal is the verified caller of one request, with exactly one membership.
type Principal struct {
	UserID       string // account
	SessionID    string
	MembershipID string
	Role         Role
	PuskesmasID  int16  // the tenant; 0 for the district
	Puskesmas    string // its slug; empty for the district
	// Client is the calling machine; nil for a person.
	Client *Client
}

// District says whether p is signed in for the district and not for a tenant.
func (p Principal) District() bool { return p.UserID != "" && p.PuskesmasID == 0 }

type principalKey struct{}

// With returns ctx with p.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From returns the caller in ctx. ok is false without a signed-in caller.
func From(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}
