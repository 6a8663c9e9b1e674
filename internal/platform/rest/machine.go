package rest

import (
	"context"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// The faults of a machine's request.
var (
	ErrScope = fault.Define(fault.Forbidden, "auth.scope",
		"Cakupan token ini tidak membuka operasi tersebut. Minta cakupan itu kepada pemilik klien.",
		"The scopes of this token do not open the operation. Ask the owner of the client for the scope.").
		Hint("docs/roles.md names the scope of each operation")
	ErrNetwork = fault.Define(fault.Forbidden, "auth.network",
		"Klien ini tidak boleh memanggil dari alamat ini. Minta pemilik klien memeriksa alamat yang diizinkan.",
		"This client may not call from this address. Ask the owner of the client to look at the addresses allowed.").
		Hint("ips of the client lists the addresses")
)

// machineMay checks scopes and networks of a machine on every request.
func machineMay(ctx context.Context, r Route, c *auth.Client) error {
	switch {
	case c == nil:
		return nil
	case !c.Within(call.Of(ctx).Address):
		return ErrNetwork
	case !c.Has(r.Scope):
		return ErrScope
	}
	return nil
}

// oauthMembers adds the members that RFC 6749 section 5.2 requires of an error
// of the token endpoint.
func oauthMembers(p *homecare.Problem, f *fault.Error) {
	p.OAuthDescription = f.Detail.In("en", f.Args) // ASCII, as the RFC requires
	if code, ok := f.Extra["oauth_error"].(string); ok {
		p.OAuthError = code
		return
	}
	switch f.Kind {
	case fault.Internal:
		p.OAuthError = "server_error"
	case fault.TooMany, fault.Unavailable:
		p.OAuthError = "temporarily_unavailable"
	default:
		p.OAuthError = "invalid_request"
	}
}
