package machine

import (
	"encoding/base64"
	"mime"
	"net/url"
	"strings"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/rest"
)

// tokenParams is the form of the token endpoint.
type tokenParams struct {
	// The errors are those of RFC 6749, so the use case checks the members, not
	// validate.

	Authorization string `header:"Authorization" json:"-"`
	// client_credentials only.
	GrantType string `json:"grant_type" binding:"required" enums:"client_credentials"`
	// A subset of the client's scopes, separated by blanks.
	Scope string `json:"scope" maxLength:"1000"`
	// The client, unless a Basic header names it.
	ClientID string `json:"client_id" maxLength:"100"`
	// Its secret, unless a Basic header holds it.
	ClientSecret string `json:"client_secret" maxLength:"200"`
	// Kind of assertion.
	AssertionType string `json:"client_assertion_type" enums:"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"`
	// The signed assertion.
	Assertion string `json:"client_assertion" maxLength:"8192"`
}

// MediaType is the media type of a form without a file.
func (*tokenParams) MediaType() string { return "application/x-www-form-urlencoded" }

// ReadBody reads the form (RFC 6749 section 4.4.2).
func (p *tokenParams) ReadBody(contentType string, body []byte) error {
	if kind, _, err := mime.ParseMediaType(contentType); err != nil || kind != p.MediaType() {
		return rest.ErrContentType.With("want", p.MediaType())
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return errOAuthRequest
	}
	for _, values := range form {
		if len(values) > 1 {
			return errOAuthRequest
		}
	}
	p.GrantType, p.Scope = form.Get("grant_type"), form.Get("scope")
	p.ClientID, p.ClientSecret = form.Get("client_id"), form.Get("client_secret")
	p.AssertionType, p.Assertion = form.Get("client_assertion_type"), form.Get("client_assertion")
	return nil
}

// proof is the client's id and its credential: a secret or an assertion.
type proof struct{ clientID, secret, assertion string }

func (p *tokenParams) proof() (proof, error) {
	out := proof{p.ClientID, p.ClientSecret, p.Assertion}
	ways := 0
	if scheme, basic, ok := strings.Cut(p.Authorization, " "); ok && strings.EqualFold(scheme, "Basic") {
		ways++
		b, err := base64.StdEncoding.DecodeString(basic)
		id, secret, found := strings.Cut(string(b), ":")
		if err != nil || !found {
			return out, errOAuthClient
		}
		// RFC 6749 section 2.3.1: both are form-encoded first.
		id, err1 := url.QueryUnescape(id)
		secret, err2 := url.QueryUnescape(secret)
		if err1 != nil || err2 != nil || out.clientID != "" && out.clientID != id {
			return out, errOAuthClient
		}
		out.clientID = id
		if out.secret != "" {
			ways++
		}
		out.secret = secret
	} else if p.Authorization != "" {
		return out, errOAuthClient
	} else if out.secret != "" {
		ways++
	}
	if out.assertion != "" {
		ways++
		if p.AssertionType != assertionType {
			return out, errOAuthRequest
		}
		if out.clientID == "" { // RFC 7521 section 4.2: the id may be in the assertion alone
			var c jwt.RegisteredClaims
			if _, _, err := jwt.NewParser().ParseUnverified(out.assertion, &c); err == nil {
				out.clientID = c.Subject
			}
		}
	}
	switch {
	case ways > 1:
		return out, errOAuthRequest
	case ways == 0:
		return out, errOAuthClient
	}
	if id, err := uuid.Parse(out.clientID); err != nil || len(out.clientID) != 36 {
		out.clientID = uuid.Nil.String() // checked and refused like an unknown client
	} else {
		out.clientID = id.String()
	}
	return out, nil
}
