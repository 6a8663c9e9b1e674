package machine

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/pkg/homecare"
)

// Token issues an access token to a client (RFC 6749 section 4.4). Errors:
// those above, ErrTooMany.
func (s *Service) Token(ctx context.Context, in tokenParams) (homecare.OAuthToken, error) {
	var none homecare.OAuthToken
	if in.GrantType == "" {
		return none, errOAuthRequest
	}
	if in.GrantType != "client_credentials" {
		return none, errOAuthGrant
	}
	who, err := in.proof()
	if err != nil {
		return none, err
	}
	type knock struct {
		client      asking
		credentials []credential
		attempt     string
	}
	k, err := pg.System(ctx, s.db, "token", func(tx pg.Tx) (knock, error) {
		attempt, err := s.attempts.Begin(tx, s.subjects(ctx, who.clientID))
		if err != nil {
			return knock{}, err
		}
		c, credentials, err := clientAsking(tx, who.clientID)
		return knock{c, credentials, attempt}, err
	})
	if err != nil {
		return none, s.clientLocked(ctx, who.clientID, err)
	}
	session, spend, ok := s.authenticate(who, k.client, k.credentials)
	networks := prefixes(k.client.Networks)
	if !ok || !auth.Within(networks, call.Of(ctx).Address) {
		return none, errOAuthClient
	}
	return pg.SystemFor(ctx, s.db, "token", k.client.PuskesmasID, func(tx pg.Tx) (homecare.OAuthToken, error) {
		if spend.jti != nil {
			fresh, err := spendAssertion(tx, k.client.ID, spend.jti, spend.until)
			if err != nil {
				return none, err
			}
			if !fresh {
				return none, errOAuthClient // the attempt counts
			}
		}
		scopes, err := narrow(k.client.Scopes, in.Scope)
		if err != nil {
			return none, err
		}
		if err := signin.ForgiveIn(tx, k.attempt); err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "client.token", SubjectKind: "client",
			SubjectID: k.client.ID}); err != nil {
			return none, err
		}
		access, err := s.tokens.Issue(auth.Principal{UserID: k.client.ID, SessionID: session, MembershipID: k.client.ID,
			Role:        k.client.role(),
			PuskesmasID: k.client.PuskesmasID, Puskesmas: k.client.Puskesmas, Client: &auth.Client{ID: k.client.ID,
				Scopes: scopes, Networks: networks}}, time.Now())
		return homecare.OAuthToken{AccessToken: access, TokenType: "Bearer",
			ExpiresIn: int(auth.AccessLifetime.Seconds()), Scope: strings.Join(scopes, " ")}, err
	})
}

// subjects are the subjects of rate limiting of a token request: the client
// from this address, so that an attacker elsewhere does not lock the client
// out, and the address.
func (s *Service) subjects(ctx context.Context, clientID string) []signin.Subject {
	ip, a := call.Of(ctx).Address, s.attempts
	return []signin.Subject{a.Subject(a.Limits.Account, "client", clientID, ip), a.Subject(a.Limits.Address, "address",
		ip)}
}

// narrow returns the requested scopes, or all if none is requested.
func narrow(has []string, asked string) ([]string, error) {
	want := strings.Fields(asked)
	if len(want) == 0 {
		return has, nil
	}
	slices.Sort(want)
	want = slices.Compact(want)
	for _, scope := range want {
		if !slices.Contains(has, scope) {
			return nil, errOAuthScope
		}
	}
	return want, nil
}

func prefixes(networks []string) []netip.Prefix {
	var out []netip.Prefix
	for _, n := range networks {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			p = netip.PrefixFrom(netip.IPv6Unspecified(), 128) // matches nobody: never wider than intended
		}
		out = append(out, p)
	}
	return out
}

// spending is the assertion that a token request uses up.
type spending struct {
	jti   []byte
	until time.Time
}

// authenticate finds the credential that matches the proof and returns its
// session.
func (s *Service) authenticate(who proof, c asking, all []credential) (session string, spend spending, ok bool) {
	if who.assertion == "" {
		sum := s.hashSecret(who.secret) // for an unknown client too, so the time is the same
		for _, k := range all {
			if c.Auth == "secret" && hmac.Equal(k.SecretHash, sum) {
				return k.SessionID, spend, true
			}
		}
		return "", spend, false
	}
	for _, k := range all {
		if c.Auth != "private_key_jwt" {
			break
		}
		if spend, ok := s.checkAssertion(who.assertion, c.ID, k.PublicKeys, time.Now()); ok {
			return k.SessionID, spend, true
		}
	}
	return "", spend, false
}

// checkAssertion checks an assertion by RFC 7523 section 3: signed by one of the
// client's keys, about the client itself, for this endpoint only, short-lived,
// with a jti.
func (s *Service) checkAssertion(raw, id string, keys []clientKey, now time.Time) (spending, bool) {
	if len(raw) > 8192 {
		return spending{}, false
	}
	var c jwt.RegisteredClaims
	_, err := jwt.ParseWithClaims(raw, &c, func(tok *jwt.Token) (any, error) {
		if tok.Header["crit"] != nil {
			return nil, errOAuthClient
		}
		kid, _ := tok.Header["kid"].(string)
		var set jwt.VerificationKeySet
		for _, k := range keys {
			if key, err := x509.ParsePKIXPublicKey(k.DER); err == nil && (k.KID == "" || kid == "" || k.KID == kid) {
				set.Keys = append(set.Keys, key)
			}
		}
		if len(set.Keys) == 0 {
			return nil, errOAuthClient
		}
		return set, nil
	}, jwt.WithValidMethods([]string{"ES256", "EdDSA", "RS256"}), jwt.WithIssuer(id), jwt.WithSubject(id),
		jwt.WithAudience(s.issuer+tokenPath),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(), jwt.WithLeeway(clockSkew),
		jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil || len(c.Audience) != 1 || c.ID == "" || len(c.ID) > 200 || c.ExpiresAt.Sub(now) > maxAssertion+
		clockSkew ||
		c.IssuedAt != nil && c.ExpiresAt.Sub(c.IssuedAt.Time) > maxAssertion {
		return spending{}, false
	}
	sum := sha256.Sum256([]byte(c.ID))
	return spending{sum[:], c.ExpiresAt.Add(2 * clockSkew)}, true
}
