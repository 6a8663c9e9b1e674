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
	Authorization string `header:"Authorization" json:"-"`
	form          url.Values
}

// ReadBody reads the form (RFC 6749 section 4.4.2).
func (p *tokenParams) ReadBody(contentType string, body []byte) error {
	const want = "application/x-www-form-urlencoded"
	if kind, _, err := mime.ParseMediaType(contentType); err != nil || kind != want {
		return rest.ErrContentType.With("want", want)
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
	p.form = form
	return nil
}

// proof is who a client says it is, and what it proves that with: a secret or
// an assertion.
type proof struct{ clientID, secret, assertion string }

func (p *tokenParams) proof() (proof, error) {
	out := proof{p.form.Get("client_id"), p.form.Get("client_secret"), p.form.Get("client_assertion")}
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
		if p.form.Get("client_assertion_type") != assertionType {
			return out, errOAuthRequest
		}
		if out.clientID == "" { // RFC 7521 section 4.2: it may stand in the assertion alone
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
		out.clientID = uuid.Nil.String() // is checked, and refused, like an unknown one
	} else {
		out.clientID = id.String()
	}
	return out, nil
}
