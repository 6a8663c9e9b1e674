package machine

import (
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// The faults of the token endpoint. Each has its code of RFC 6749 section 5.2.
// A refused client does not learn the reason.
var (
	errOAuthRequest = oauthFault(fault.Malformed, "oauth.request", "invalid_request",
		"Permintaan token tidak lengkap, memuat satu parameter dua kali, atau membuktikan klien dengan dua cara.",
		"The token request lacks something, holds a parameter twice, or proves the client in two ways.")
	errOAuthGrant = oauthFault(fault.Malformed, "oauth.grant_type", "unsupported_grant_type",
		"Hanya grant_type=client_credentials yang dilayani.", "Only grant_type=client_credentials is served.")
	errOAuthScope = oauthFault(fault.Malformed, "oauth.scope", "invalid_scope",
		"Klien ini tidak memiliki cakupan (scope) yang diminta.",
		"The client does not have a scope that was asked for.")
	errOAuthClient = oauthFault(fault.Unauthenticated, "oauth.client", "invalid_client",
		"Klien tidak dikenal, kredensialnya salah atau sudah berakhir, atau alamatnya tidak diizinkan.",
		"The client is not known, its credential is wrong or has ended, or it may not ask from this address.")
)

func oauthFault(kind fault.Kind, code, oauth, id, en string) *fault.Error {
	return fault.Define(kind, code, id, en).Extend("oauth_error", oauth)
}

// Limits of an assertion (RFC 7523 section 3): its lifetime, and the tolerated
// difference of the client's clock.
const (
	maxAssertion  = 5 * time.Minute
	clockSkew     = 30 * time.Second
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	tokenPath     = "/oauth/token"
)

// Metadata is what OAuth libraries read first (RFC 8414).
func (s *Service) Metadata() homecare.OAuthMetadata {
	m := homecare.OAuthMetadata{Issuer: s.issuer, TokenEndpoint: s.issuer + tokenPath, JWKSURI: s.issuer +
		"/.well-known/jwks.json",
		Scopes: []string{}, ResponseTypes: []string{}, GrantTypes: []string{"client_credentials"},
		AuthMethods:     []string{"client_secret_basic", "client_secret_post", "private_key_jwt"},
		AuthSigningAlgs: []string{"ES256", "EdDSA", "RS256"}, ServiceDocuments: s.issuer + "/docs"}
	for _, scope := range access.Scopes {
		m.Scopes = append(m.Scopes, scope.Name)
	}
	return m
}
