package auth

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// ErrToken is returned for every access token that we did not issue or that is
// no longer valid. It never gives the reason.
var ErrToken = fault.Define(fault.Unauthenticated, "auth.token",
	"Token akses tidak berlaku atau sudah kedaluwarsa. Perbarui token itu, atau masuk lagi.",
	"The access token is not valid or has expired. Renew it, or sign in again.").
	Hint("POST /v1/auth/refresh; POST /oauth/token for a machine client")

// AccessLifetime is the lifetime of an access token. A machine's may not exceed
// 15 minutes.
const AccessLifetime = 10 * time.Minute

// tokenType is the header typ of an access token (RFC 9068). Our other tokens
// have other types.
const tokenType = "at+jwt"

// SigningKey is one Ed25519 key with its id.
type SigningKey struct {
	KID     string
	Private ed25519.PrivateKey // nil for a key that only verifies
	Public  ed25519.PublicKey
}

// Tokens makes and verifies access tokens.
type Tokens struct {
	issuer, audience string
	plausible        func(Principal) bool
	mu               sync.RWMutex
	signing          SigningKey
	keys             map[string]ed25519.PublicKey
	seen             map[[32]byte]verified
}

type verified struct {
	p   Principal
	exp time.Time
}

// NewTokens returns a maker of tokens for one issuer and audience. SetKeys sets
// the keys. A token for an implausible caller (a role at the wrong kind of
// place) is refused, even with a valid signature.
func NewTokens(issuer, audience string, plausible func(Principal) bool) *Tokens {
	return &Tokens{issuer: issuer, audience: audience, plausible: plausible, keys: map[string]ed25519.PublicKey{},
		seen: map[[32]byte]verified{}}
}

// SetKeys sets the signing key and all verifying keys. After a change of keys,
// tokens verified before are verified again.
func (t *Tokens) SetKeys(signing SigningKey, verify []SigningKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.signing = signing
	keys := map[string]ed25519.PublicKey{}
	for _, k := range verify {
		keys[k.KID] = k.Public
	}
	if maps.EqualFunc(keys, t.keys, func(a, b ed25519.PublicKey) bool { return a.Equal(b) }) {
		return
	}
	t.keys = keys
	t.seen = map[[32]byte]verified{}
}

type claims struct {
	jwt.RegisteredClaims
	SessionID    string `json:"sid"`
	MembershipID string `json:"mid"`
	Role         Role   `json:"role"`
	PuskesmasID  int16  `json:"pid,omitempty"`
	Puskesmas    string `json:"puskesmas,omitempty"`
	// Only for a machine (RFC 9068 section 2.2.3).
	ClientID string         `json:"client_id,omitempty"`
	Scope    string         `json:"scope,omitempty"` // separated by blanks
	Networks []netip.Prefix `json:"net,omitempty"`
}

// principal is the subject of the claims.
func (c claims) principal() Principal {
	p := Principal{UserID: c.Subject, SessionID: c.SessionID, MembershipID: c.MembershipID, Role: c.Role,
		PuskesmasID: c.PuskesmasID, Puskesmas: c.Puskesmas}
	if c.ClientID != "" {
		p.Client = &Client{ID: c.ClientID, Scopes: strings.Fields(c.Scope), Networks: c.Networks}
	}
	return p
}

// Issue signs an access token for p, valid from now for AccessLifetime.
func (t *Tokens) Issue(p Principal, now time.Time) (string, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: t.issuer, Subject: p.UserID, Audience: jwt.ClaimStrings{t.audience},
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(AccessLifetime)), ID: uuid.NewString(),
		},
		SessionID: p.SessionID, MembershipID: p.MembershipID, Role: p.Role, PuskesmasID: p.PuskesmasID,
		Puskesmas: p.Puskesmas,
	}
	if p.Client != nil {
		c.ClientID, c.Scope, c.Networks = p.Client.ID, strings.Join(p.Client.Scopes, " "), p.Client.Networks
	}
	tok := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	tok.Header["typ"], tok.Header["kid"] = tokenType, t.signing.KID
	return tok.SignedString(t.signing.Private)
}

const seenLimit = 10_000

// Verify returns the principal of an access token, or ErrToken. A verified
// token is cached until it expires: checking the signature takes 38 µs. The
// database still checks session and rights on every request.
func (t *Tokens) Verify(_ context.Context, token string) (Principal, error) {
	if len(token) > 4096 {
		return Principal{}, ErrToken
	}
	sum, now := sha256.Sum256([]byte(token)), time.Now()
	t.mu.RLock()
	v, ok := t.seen[sum]
	t.mu.RUnlock()
	if ok && now.Before(v.exp) {
		return v.p, nil
	}
	p, exp, err := t.parse(token, now)
	if err != nil {
		return Principal{}, ErrToken
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.seen) >= seenLimit {
		t.seen = map[[32]byte]verified{}
	}
	t.seen[sum] = verified{p, exp}
	return p, nil
}

func (t *Tokens) parse(token string, now time.Time) (Principal, time.Time, error) {
	var c claims
	tok, err := jwt.ParseWithClaims(token, &c, func(tok *jwt.Token) (any, error) {
		if tok.Header["typ"] != tokenType || tok.Header["crit"] != nil {
			return nil, ErrToken
		}
		for name := range tok.Header { // jku, x5u, jwk and similar headers refer to keys that are not ours
			if name != "typ" && name != "alg" && name != "kid" {
				return nil, ErrToken
			}
		}
		kid, _ := tok.Header["kid"].(string)
		t.mu.RLock()
		defer t.mu.RUnlock()
		if key, ok := t.keys[kid]; ok {
			return key, nil
		}
		return nil, ErrToken
	}, jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(t.issuer),
		jwt.WithAudience(t.audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil || !tok.Valid || c.IssuedAt == nil {
		return Principal{}, time.Time{}, ErrToken
	}
	if c.ExpiresAt.Sub(c.IssuedAt.Time) > 15*time.Minute {
		return Principal{}, time.Time{}, ErrToken // we never issue one that long
	}
	for _, id := range []string{c.Subject, c.SessionID, c.MembershipID} {
		if uuid.Validate(id) != nil {
			return Principal{}, time.Time{}, ErrToken
		}
	}
	// A machine's account has the client's id, and only machines have scopes.
	if c.ClientID != "" && c.ClientID != c.Subject || c.ClientID == "" && c.Scope != "" {
		return Principal{}, time.Time{}, ErrToken
	}
	if c.PuskesmasID < 0 || !t.plausible(c.principal()) {
		return Principal{}, time.Time{}, ErrToken
	}
	return c.principal(), c.ExpiresAt.Time, nil
}

// JWKS lists the verifying keys.
func (t *Tokens) JWKS() []homecare.JWK {
	t.mu.RLock()
	defer t.mu.RUnlock()
	keys := []homecare.JWK{}
	for kid, k := range t.keys {
		keys = append(keys, homecare.JWK{KTY: "OKP", CRV: "Ed25519", KID: kid,
			X: base64.RawURLEncoding.EncodeToString(k), Use: "sig", Alg: "EdDSA"})
	}
	return keys
}
