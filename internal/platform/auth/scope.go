package auth

import (
	"net/netip"
	"slices"
)

// Client is what a machine's token contains besides its account: its scopes and
// the networks it may call from.
type Client struct {
	ID       string
	Scopes   []string
	Networks []netip.Prefix // empty: from anywhere
}

// Has says whether the token has a scope. No token has the empty scope.
func (c *Client) Has(scope string) bool { return scope != "" && slices.Contains(c.Scopes, scope) }

// Within says whether the client may call from an address.
func (c *Client) Within(address string) bool { return Within(c.Networks, address) }

// Within says whether an address lies in one of the networks. No networks mean
// any address.
func Within(networks []netip.Prefix, address string) bool {
	if len(networks) == 0 {
		return true
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(a) })
}
