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
	ID   string `json:"id" validate:"required" format:"uuid"`
	Name string `json:"name" validate:"required" example:"SIMPUS Uren"`
	// Puskesmas is the slug of the owner; absent for Dinkes.
	Puskesmas string   `json:"puskesmas,omitempty" example:"uren"`
	Auth      string   `json:"auth" validate:"required" enums:"secret,private_key_jwt" example:"secret"`
	Scopes    []string `json:"scopes" validate:"required" example:"patients.read,visits.read"`
	// IPs are the networks (CIDR) from which it may call; empty: any.
	IPs []string `json:"ips" validate:"required" example:"203.0.113.0/24"`
	// ExpiresOn is the last day on which it is valid.
	ExpiresOn     string             `json:"expires_on" validate:"required" format:"date" example:"2027-06-30"`
	Credentials   []ClientCredential `json:"credentials" validate:"required"`
	CreatedAt     time.Time          `json:"created_at" validate:"required" format:"date-time"`
	RevokedAt     *time.Time         `json:"revoked_at,omitempty" format:"date-time"`
	RevokedReason string             `json:"revoked_reason,omitempty"`
	Version       int64              `json:"version" validate:"required"`
}

// ClientCredential (kredensial) is a valid secret or set of keys; two during a
// rotation.
type ClientCredential struct {
	ID        string    `json:"id" validate:"required" format:"uuid"`
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
	ExpiresAt time.Time `json:"expires_at" validate:"required" format:"date-time"`
}

// JWKSet is public keys (RFC 7517): EC P-256, Ed25519, or RSA of at least 2048
// bits. Private members are refused.
type JWKSet struct {
	Keys []PublicJWK `json:"keys" validate:"required,min=1,max=4,dive"`
}

// PublicJWK is one public key.
type PublicJWK struct {
	KTY string `json:"kty" validate:"required,oneof=EC OKP RSA" enums:"EC,OKP,RSA" example:"OKP"`
	CRV string `json:"crv,omitempty" validate:"omitempty,oneof=P-256 Ed25519" enums:"P-256,Ed25519" example:"Ed25519"`
	X   string `json:"x,omitempty" validate:"max=100" example:"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"`
	Y   string `json:"y,omitempty" validate:"max=100" example:""`
	N   string `json:"n,omitempty" validate:"max=1400" example:""`
	E   string `json:"e,omitempty" validate:"max=10" example:""`
	KID string `json:"kid,omitempty" validate:"max=100" example:"2026-11"`
	Alg string `json:"alg,omitempty" validate:"omitempty,oneof=ES256 EdDSA RS256" enums:"ES256,EdDSA,RS256" example:"EdDSA"`
	Use string `json:"use,omitempty" validate:"omitempty,oneof=sig" enums:"sig" example:"sig"`
}

// NewMachineClient is the body of POST /v1/clients: scopes, last day and networks.
type NewMachineClient struct {
	ID   string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Name string `json:"name" validate:"required,name,max=120" example:"SIMPUS Uren"`
	// Scopes: each within the owner's own rights; docs/roles.md lists the
	// operations of each.
	Scopes    []string `json:"scopes" validate:"required,min=1,max=20,unique,dive,max=40" example:"patients.read,visits.read"`
	ExpiresOn string   `json:"expires_on" validate:"required,date" format:"date" example:"2027-06-30"`
	// IPs are networks (CIDR, or single addresses); absent: any.
	IPs  []string `json:"ips,omitempty" validate:"max=20,unique,dive,max=43" example:"203.0.113.0/24"`
	Auth string   `json:"auth" validate:"required,oneof=secret private_key_jwt" enums:"secret,private_key_jwt" example:"secret"`
	ClientKeys
}

// ClientKeys are the public keys of a client with private_key_jwt: one of the
// two members.
type ClientKeys struct {
	JWKS *JWKSet `json:"jwks,omitempty"`
	// PublicKey is one key in PEM (PUBLIC KEY).
	PublicKey string `json:"public_key,omitempty" validate:"max=2000" example:""`
}

// MachineClientChange is the body of PATCH /v1/clients/{id}. Absent members
// stay unchanged. A change of scopes or networks ends the tokens issued before.
type MachineClientChange struct {
	Name      string    `json:"name,omitempty" validate:"omitempty,name,max=120" example:"SIMPUS Uren"`
	Scopes    []string  `json:"scopes,omitempty" validate:"omitempty,min=1,max=20,unique,dive,max=40" example:"visits.read"`
	IPs       *[]string `json:"ips,omitempty" validate:"omitempty,max=20,unique,dive,max=43" example:"203.0.113.0/24"`
	ExpiresOn string    `json:"expires_on,omitempty" validate:"omitempty,date" format:"date" example:"2027-06-30"`
}

// ClientRotation is the body of POST /v1/clients/{id}/rotate: how long both
// credentials are valid.
type ClientRotation struct {
	// OverlapHours is how long the previous credential stays valid; 0: it ends
	// at once.
	OverlapHours int `json:"overlap_hours" validate:"min=0,max=168" example:"24"`
	ClientKeys
}

// IssuedClient is a client with its new secret.
type IssuedClient struct {
	Client MachineClient `json:"client" validate:"required" etag:"version"`
	// ClientSecret is shown only here; absent with private_key_jwt.
	ClientSecret string `json:"client_secret,omitempty"`
}

// ClientUsage (pemakaian) is the number of calls of a client by operation and
// day, the newest 2,000 lines. The counts of the last seconds may be missing.
type ClientUsage struct {
	LastUsedAt *time.Time       `json:"last_used_at,omitempty" format:"date-time"`
	Days       []ClientUsageDay `json:"days" validate:"required"`
}

// ClientUsageDay is one operation on one day.
type ClientUsageDay struct {
	Day        string `json:"day" validate:"required" format:"date"`
	Scope      string `json:"scope,omitempty" example:"visits.read"` // absent for operations that no scope opens
	Permission string `json:"permission" validate:"required" example:"GET /v1/visits"`
	Requests   int64  `json:"requests" validate:"required"`
	Errors     int64  `json:"errors"` // of these, answered with a problem
}

// OAuthToken is the answer of POST /oauth/token (RFC 6749 section 5.1).
type OAuthToken struct {
	AccessToken string `json:"access_token" validate:"required"`
	TokenType   string `json:"token_type" validate:"required" example:"Bearer"`
	ExpiresIn   int    `json:"expires_in" validate:"required" example:"600"`
	Scope       string `json:"scope" validate:"required" example:"patients.read visits.read"`
}

// OAuthMetadata is the answer of /.well-known/oauth-authorization-server (RFC
// 8414).
type OAuthMetadata struct {
	Issuer           string   `json:"issuer" validate:"required" format:"uri" example:"https://homecare.example.test"`
	TokenEndpoint    string   `json:"token_endpoint" validate:"required" format:"uri" example:"https://homecare.example.test/oauth/token"`
	JWKSURI          string   `json:"jwks_uri" validate:"required" format:"uri" example:"https://homecare.example.test/.well-known/jwks.json"`
	Scopes           []string `json:"scopes_supported" validate:"required"`
	ResponseTypes    []string `json:"response_types_supported" validate:"required"`
	GrantTypes       []string `json:"grant_types_supported" validate:"required" example:"client_credentials"`
	AuthMethods      []string `json:"token_endpoint_auth_methods_supported" validate:"required" example:"client_secret_basic"`
	AuthSigningAlgs  []string `json:"token_endpoint_auth_signing_alg_values_supported" validate:"required" example:"ES256"`
	ServiceDocuments string   `json:"service_documentation" validate:"required" format:"uri" example:"https://homecare.example.test/docs"`
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
