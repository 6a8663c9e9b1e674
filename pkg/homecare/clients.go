package homecare

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// MachineClient (klien mesin) is a program that calls the API for a puskesmas
// or for Dinkes.
type MachineClient struct {
	// ID is its client_id and the account under which its acts and accesses are
	// recorded.
	ID string `json:"id" validate:"required" format:"uuid"`
	// What the owner calls the program (nama); the clients of an owner that are not revoked have
	// different names.
	Name string `json:"name" validate:"required" example:"SIMPUS Uren"`
	// Puskesmas is the slug of the owner; absent for Dinkes.
	Puskesmas string `json:"puskesmas,omitempty" example:"uren"`
	// How it proves its identity at POST /oauth/token: by a secret, or by an assertion signed
	// with its own key (RFC 7523).
	Auth string `json:"auth" validate:"required,list=client_auth" example:"secret"`
	// The groups of operations that it may call (cakupan); docs/roles.md lists the operations of
	// each.
	Scopes []string `json:"scopes" validate:"required" example:"patients.read,visits.read"`
	// IPs are the networks (CIDR) from which it may call; empty: any.
	IPs []string `json:"ips" validate:"required" example:"203.0.113.0/24"`
	// The last day on which it is valid, in Asia/Makassar.
	ExpiresOn string `json:"expires_on" validate:"required" format:"date" example:"2027-06-30"`
	// The credentials that are still valid, newest first: two during a rotation, none after it
	// was revoked.
	Credentials []ClientCredential `json:"credentials" validate:"required"`
	CreatedAt   time.Time          `json:"created_at" validate:"required" format:"date-time"`
	// When the owner revoked it (dicabut), permanently; absent while it is not revoked.
	RevokedAt *time.Time `json:"revoked_at,omitempty" format:"date-time"`
	// Why it was revoked (alasan); absent while it is not.
	RevokedReason string `json:"revoked_reason,omitempty"`
	Version       int64  `json:"version" validate:"required"`
}

// ClientCredential (kredensial) is a valid secret or set of keys; two during a
// rotation.
type ClientCredential struct {
	// The id of the credential. It opens nothing by itself.
	ID        string    `json:"id" validate:"required" format:"uuid"`
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
	// When it ends: with the last day of the client, or earlier with the overlap of a rotation.
	ExpiresAt time.Time `json:"expires_at" validate:"required" format:"date-time"`
}

// JWKSet is public keys (RFC 7517): EC P-256, Ed25519, or RSA of at least 2048
// bits. Private members are refused.
type JWKSet struct {
	// The public keys. An assertion may be signed with any of them.
	Keys []PublicJWK `json:"keys" validate:"required,min=1,max=4,dive"`
}

// PublicJWK is one public key.
type PublicJWK struct {
	// The type of the key: EC (P-256), OKP (Ed25519) or RSA.
	KTY string `json:"kty" validate:"required,oneof=EC OKP RSA" example:"OKP"`
	// The curve: P-256 with EC, Ed25519 with OKP; not used with RSA.
	CRV string `json:"crv,omitempty" validate:"omitempty,oneof=P-256 Ed25519" example:"Ed25519"`
	// The key itself with OKP, the first coordinate with EC, as base64url without padding; not
	// used with RSA.
	X string `json:"x,omitempty" validate:"max=100" example:"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"`
	// The second coordinate with EC, as base64url without padding; not used otherwise.
	Y string `json:"y,omitempty" validate:"max=100" example:""`
	// The modulus with RSA, as base64url without padding; not used otherwise.
	N string `json:"n,omitempty" validate:"max=1400" example:""`
	// The exponent with RSA, as base64url without padding; not used otherwise.
	E string `json:"e,omitempty" validate:"max=10" example:""`
	// The name of the key. An assertion that names a key is checked only with keys of that name
	// and with keys without a name.
	KID string `json:"kid,omitempty" validate:"max=100" example:"2026-11"`
	// The algorithm of the signature. The server does not use it: the header of the assertion
	// says the algorithm.
	Alg string `json:"alg,omitempty" validate:"omitempty,oneof=ES256 EdDSA RS256" example:"EdDSA"`
	// The use of the key: signatures. The server does not use it.
	Use string `json:"use,omitempty" validate:"omitempty,oneof=sig" example:"sig"`
}

// NewMachineClient is the body of POST /v1/clients: scopes, last day and networks.
type NewMachineClient struct {
	// The `client_id`: a UUID that the caller may choose; absent: the server makes one.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// What the owner calls the program (nama); the clients of an owner that are not revoked have
	// different names.
	Name string `json:"name" validate:"required,name,max=120" example:"SIMPUS Uren"`
	// The groups of operations that it may call (cakupan), each within the owner's own rights;
	// docs/roles.md lists the operations of each.
	Scopes []string `json:"scopes" validate:"required,min=1,max=20,unique,dive,max=40" example:"reports.read"`
	// The last day on which it is valid, in Asia/Makassar: today at the earliest, 366 days from
	// now at the latest.
	ExpiresOn string `json:"expires_on" validate:"required,date" format:"date" example:"2027-06-30"`
	// The networks from which it may call, as CIDR or single addresses; absent: any.
	IPs []string `json:"ips,omitempty" validate:"max=20,unique,dive,max=43" example:"203.0.113.0/24"`
	// How it will prove its identity: by a secret that the server makes, or by assertions signed
	// with its own key (RFC 7523), whose public part is sent here.
	Auth string `json:"auth" validate:"required,list=client_auth" example:"secret"`
	ClientKeys
}

// ClientKeys are the public keys of a client with private_key_jwt: one of the
// two members.
type ClientKeys struct {
	// One to four public keys as a set; instead of `public_key`. Not for a client with a secret.
	JWKS *JWKSet `json:"jwks,omitempty" example:"-"`
	// One public key in PEM (PUBLIC KEY); instead of `jwks`. Not for a client with a secret.
	PublicKey string `json:"public_key,omitempty" validate:"max=2000" example:"-"`
}

// MachineClientChange is the body of PATCH /v1/clients/{id}. Absent members
// stay unchanged. A change of scopes or networks ends the tokens issued before.
type MachineClientChange struct {
	// The new name (nama).
	Name string `json:"name,omitempty" validate:"omitempty,name,max=120" example:"SIMPUS Uren"`
	// The new scopes (cakupan), all of them: they replace the earlier ones.
	Scopes []string `json:"scopes,omitempty" validate:"omitempty,min=1,max=20,unique,dive,max=40" example:"reports.read"`
	// The new networks (CIDR, or single addresses), all of them: they replace the earlier ones.
	// An empty list: any.
	IPs *[]string `json:"ips,omitempty" validate:"omitempty,max=20,unique,dive,max=43" example:"203.0.113.0/24"`
	// The new last day, in Asia/Makassar: today at the earliest, 366 days from now at the latest.
	ExpiresOn string `json:"expires_on,omitempty" validate:"omitempty,date" format:"date" example:"2027-06-30"`
}

// ClientRotation is the body of POST /v1/clients/{id}/rotate: how long both
// credentials are valid.
type ClientRotation struct {
	// How many hours the previous credential stays valid; 0: it ends at once.
	OverlapHours int `json:"overlap_hours" validate:"min=0,max=168" example:"24"`
	ClientKeys
}

// IssuedClient is a client with its new secret.
type IssuedClient struct {
	// The client as stored, without its secret.
	Client MachineClient `json:"client" validate:"required" etag:"version"`
	// The secret (rahasia), shown only here; absent with private_key_jwt.
	ClientSecret string `json:"client_secret,omitempty"`
}

// ClientUsage (pemakaian) is the number of calls of a client by operation and
// day, the newest 2,000 lines. The counts of the last seconds may be missing.
type ClientUsage struct {
	// When the newest counted call ended; absent: none within the last 400 days, for which counts
	// are kept.
	LastUsedAt *time.Time `json:"last_used_at,omitempty" format:"date-time"`
	// The counts, newest day first.
	Days []ClientUsageDay `json:"days" validate:"required"`
}

// ClientUsageDay is one operation on one day.
type ClientUsageDay struct {
	// The day (hari), in Asia/Makassar.
	Day string `json:"day" validate:"required" format:"date"`
	// The scope (cakupan) that opens the operation; absent for operations that no scope opens.
	Scope string `json:"scope,omitempty" example:"visits.read"`
	// The operation, by method and path as in the OpenAPI document (hak akses).
	Permission string `json:"permission" validate:"required" example:"GET /v1/visits"`
	// The number of calls, those that failed included.
	Requests int64 `json:"requests" validate:"required"`
	// How many of these calls were answered with a problem.
	Errors int64 `json:"errors"`
}

// OAuthToken is the answer of POST /oauth/token (RFC 6749 section 5.1).
type OAuthToken struct {
	// The token that the client sends as `Authorization: Bearer`.
	AccessToken string `json:"access_token" validate:"required"`
	// The kind of token: always Bearer.
	TokenType string `json:"token_type" validate:"required" example:"Bearer"`
	// How long the token is valid, in seconds.
	ExpiresIn int `json:"expires_in" validate:"required" example:"600"`
	// The scopes of the token, separated by blanks: those that were asked for, else all of the
	// client.
	Scope string `json:"scope" validate:"required" example:"patients.read visits.read"`
}

// OAuthMetadata is the answer of /.well-known/oauth-authorization-server (RFC
// 8414).
type OAuthMetadata struct {
	// The public address of the service.
	Issuer string `json:"issuer" validate:"required" format:"uri" example:"https://homecare.example.test"`
	// Where a client gets its token; also the audience (aud) of its assertions.
	TokenEndpoint string `json:"token_endpoint" validate:"required" format:"uri" example:"https://homecare.example.test/oauth/token"`
	// Where the public keys are that verify access tokens.
	JWKSURI string `json:"jwks_uri" validate:"required" format:"uri" example:"https://homecare.example.test/.well-known/jwks.json"`
	// All scopes (cakupan); a client has those that its owner granted.
	Scopes []string `json:"scopes_supported" validate:"required"`
	// Always empty: there is no authorization endpoint.
	ResponseTypes []string `json:"response_types_supported" validate:"required"`
	// The only grant: client credentials (RFC 6749 section 4.4).
	GrantTypes []string `json:"grant_types_supported" validate:"required" example:"client_credentials"`
	// How a client may prove its identity at the token endpoint.
	AuthMethods []string `json:"token_endpoint_auth_methods_supported" validate:"required" example:"client_secret_basic"`
	// The algorithms with which an assertion may be signed.
	AuthSigningAlgs []string `json:"token_endpoint_auth_signing_alg_values_supported" validate:"required" example:"ES256"`
	// Where the documentation for people is.
	ServiceDocuments string `json:"service_documentation" validate:"required" format:"uri" example:"https://homecare.example.test/docs"`
}

// Credentials are the credentials of a machine.
type Credentials struct {
	ID     string   // client_id
	Secret string   // for clients with a secret
	Scopes []string // empty: all scopes of the client
	// Assert returns a new signed assertion (RFC 7523) for private_key_jwt.
	Assert func() (string, error)
}

// ClientCredentials gets an access token for a machine and stores it. The
// client then renews it automatically.
func (c *Client) ClientCredentials(ctx context.Context, in Credentials) (OAuthToken, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {in.ID}}
	if len(in.Scopes) > 0 {
		form.Set("scope", strings.Join(in.Scopes, " "))
	}
	if in.Assert != nil {
		assertion, err := in.Assert()
		if err != nil {
			return OAuthToken{}, err
		}
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		form.Set("client_assertion", assertion)
	} else {
		form.Set("client_secret", in.Secret)
	}
	var t OAuthToken
	err := c.Do(ctx, Call{Method: http.MethodPost, Path: "/oauth/token", Raw: strings.NewReader(form.Encode()),
		ContentType: "application/x-www-form-urlencoded", Out: &t, NoKey: true, NoToken: true})
	if err == nil {
		c.SetTokens(Tokens{AccessToken: t.AccessToken, ExpiresIn: t.ExpiresIn, TokenType: t.TokenType})
		c.mu.Lock()
		c.credentials = &in
		c.mu.Unlock()
	}
	return t, err
}
