//go:build sabotage

package forged_tokens

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// machineRoute is a route that the scopes of these machines open.
const machineRoute = "/v1/villages"

// machines are two clients of Uren with their keys and tokens.
type machines struct {
	id, other       string
	key, otherKey   ed25519.PrivateKey
	secretID        string
	secret          string
	revoked         string // token of a client that was revoked
	elsewhere       string // token of a client that may no longer call from here
	narrow          string // token with fewer scopes than the client has
	narrowClaim     map[string]any
	spent           string // assertion that was used
	good, goodOther string
}

func (w *world) newMachines(t *testing.T) *machines {
	t.Helper()
	ctx := t.Context()
	kepala := w.As(t, "kepala.uren")
	in := homecare.NewMachineClient{Scopes: []string{"reference.read", "patients.read"},
		ExpiresOn: clock.Day(time.Now().AddDate(0, 0, 7))}
	make := func(name, auth string, public ed25519.PublicKey) homecare.IssuedClient {
		c := in
		c.Name, c.Auth = name, auth
		if public != nil {
			c.JWKS = &homecare.JWKSet{Keys: []homecare.PublicJWK{{KTY: "OKP", CRV: "Ed25519",
				X: b64.EncodeToString(public)}}}
		}
		made, err := kepala.CreateClient(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	m := &machines{}
	var public, otherPublic ed25519.PublicKey
	public, m.key, _ = ed25519.GenerateKey(nil)
	otherPublic, m.otherKey, _ = ed25519.GenerateKey(nil)
	m.id, m.other = make("Kunci", "private_key_jwt", public).Client.ID, make("Kunci lain", "private_key_jwt",
		otherPublic).Client.ID
	s := make("Rahasia", "secret", nil)
	m.secretID, m.secret = s.Client.ID, s.ClientSecret
	token := func(id, secret string, scopes ...string) string {
		c := homecare.New(w.URL)
		got, err := c.ClientCredentials(ctx, homecare.Credentials{ID: id, Secret: secret, Scopes: scopes})
		if err != nil {
			t.Fatal(err)
		}
		return got.AccessToken
	}
	m.good = token(m.secretID, m.secret)
	m.narrow = token(m.secretID, m.secret, "reference.read")
	_, m.narrowClaim = decode(t, m.narrow)

	gone := make("Dicabut", "secret", nil)
	m.revoked = token(gone.Client.ID, gone.ClientSecret)
	far := make("Di tempat lain", "secret", nil)
	m.elsewhere = token(far.Client.ID, far.ClientSecret)
	for what, tok := range map[string]string{"revoked later": m.revoked, "bound later": m.elsewhere, "narrow": m.narrow,
		"good": m.good} {
		if st := w.status(t, tok, machineRoute); st != http.StatusOK {
			t.Fatalf("the token of the machine %s is answered %d", what, st)
		}
	}
	if _, err := kepala.RevokeClient(ctx, gone.Client.ID, gone.Client.Version,
		homecare.Why{Reason: "Kontrak berakhir"}); err != nil {
		t.Fatal(err)
	}
	ips := []string{"203.0.113.0/24"}
	if _, err := kepala.ChangeClient(ctx, far.Client.ID, far.Client.Version,
		homecare.MachineClientChange{IPs: &ips}); err != nil {
		t.Fatal(err)
	}
	m.spent = m.assertion(m.key, nil, nil)
	if st := w.assert(t, m.id, m.spent, nil); st != http.StatusOK {
		t.Fatalf("a good assertion is answered %d", st)
	}
	return m
}

// assertion is a good one of the first machine with changes, signed by key.
func (m *machines) assertion(key ed25519.PrivateKey, header, claim change) string {
	return eddsa(key, m.unsigned(header, claim))
}

func (m *machines) unsigned(header, claim change) string {
	h := map[string]any{"alg": "EdDSA", "typ": "JWT"}
	c := map[string]any{"iss": m.id, "sub": m.id, "aud": "http://homecare.test/oauth/token", "jti": uuid.NewString(),
		"iat": in(0), "exp": in(2 * time.Minute)}
	return part(h, header) + "." + part(c, claim)
}

// assert asks for a token with an assertion, or with what form says.
func (w *world) assert(t *testing.T, id, assertion string, more url.Values) int {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}}
	if assertion != "" {
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		form.Set("client_assertion", assertion)
	}
	maps.Copy(form, more)
	// AUT-3 measures the limit of guesses; here every forgery must be checked.
	w.Database.Exec(t, `delete from sign_in_attempt`)
	res, err := http.Post(w.URL+"/oauth/token", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var got struct {
		AccessToken string `json:"access_token"`
	}
	_ = json.NewDecoder(res.Body).Decode(&got)
	if got.AccessToken != "" {
		return http.StatusOK
	}
	return res.StatusCode
}

// machineForgeries returns the kinds of forgery tried against the token
// endpoint and the routes of machines, and the accepted ones.
func (w *world) machineForgeries(t *testing.T) (kinds int, accepted []string) {
	t.Helper()
	m := w.newMachines(t)
	public := m.key.Public().(ed25519.PublicKey)
	der, _ := x509.MarshalPKIXPublicKey(public)
	inPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	stranger, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	jwk := map[string]any{"kty": "EC", "crv": "P-256", "x": b64.EncodeToString(stranger.X.FillBytes(make([]byte, 32))),
		"y": b64.EncodeToString(stranger.Y.FillBytes(make([]byte, 32)))}
	hs := change{"alg": "HS256"}
	for _, f := range []forgery{
		{"assertion: alg none", m.unsigned(change{"alg": "none"}, nil) + "."},
		{"assertion: alg NONE", m.unsigned(change{"alg": "NONE"}, nil) + "."},
		{"assertion: HS256 with the public key", hs256(public, m.unsigned(hs, nil))},
		{"assertion: HS256 with the public key in PEM", hs256(inPEM, m.unsigned(hs, nil))},
		{"assertion: HS256 with an empty key", hs256(nil, m.unsigned(hs, nil))},
		{"assertion: another client's key", m.assertion(m.otherKey, nil, nil)},
		{"assertion: the server's own key", m.assertion(w.own, nil, nil)},
		{"assertion: a stranger's key in jwk", m.assertion(w.alien, change{"jwk": jwk}, nil)},
		{"assertion: jku of a stranger", m.assertion(w.alien, change{"jku": "https://attacker.example/jwks.json"},
			nil)},
		{"assertion: unknown crit", m.assertion(m.key, change{"crit": []string{"b64"}, "b64": false}, nil)},
		{"assertion: used before", m.spent},
		{"assertion: other audience", m.assertion(m.key, nil, change{"aud": "http://attacker.example/oauth/token"})},
		{"assertion: two audiences", m.assertion(m.key, nil,
			change{"aud": []string{"http://homecare.test/oauth/token", "http://attacker.example"}})},
		{"assertion: no audience", m.assertion(m.key, nil, change{"aud": nil})},
		{"assertion: audience of access tokens", m.assertion(m.key, nil, change{"aud": "homecare"})},
		{"assertion: expired", m.assertion(m.key, nil, change{"iat": in(-4 * time.Minute), "exp": in(-time.Minute)})},
		{"assertion: an hour", m.assertion(m.key, nil, change{"exp": in(time.Hour)})},
		{"assertion: iat in the future", m.assertion(m.key, nil, change{"iat": in(2 * time.Minute)})},
		{"assertion: no exp", m.assertion(m.key, nil, change{"exp": nil})},
		{"assertion: no jti", m.assertion(m.key, nil, change{"jti": nil})},
		{"assertion: another client's name", m.assertion(m.key, nil, change{"iss": m.other, "sub": m.other})},
		{"assertion: another subject", m.assertion(m.key, nil, change{"sub": m.other})},
		{"assertion: another issuer", m.assertion(m.key, nil, change{"iss": m.other})},
		{"assertion: an access token", w.good},
		{"assertion: the machine's access token", m.good},
		{"assertion: empty", ""},
	} {
		kinds++
		for _, id := range []string{m.id, m.other, ""} {
			if w.assert(t, id, f.token, nil) == http.StatusOK {
				accepted = append(accepted, f.kind)
			}
		}
	}
	for kind, form := range map[string]url.Values{
		"secret: of another client":      {"client_id": {m.other}, "client_secret": {m.secret}},
		"secret: empty":                  {"client_id": {m.secretID}, "client_secret": {""}},
		"secret: for a client with keys": {"client_id": {m.id}, "client_secret": {m.secret}},
		"scope widened by the request": {"client_id": {m.secretID}, "client_secret": {m.secret},
			"scope": {"reference.read visits.write"}},
	} {
		kinds++
		if w.assert(t, "", "", form) == http.StatusOK {
			accepted = append(accepted, kind)
		}
	}
	for _, f := range []forgery{
		{"a revoked client's token", m.revoked},
		{"a token from outside the list of networks", m.elsewhere},
		{"scope widened in the token, old signature", widened(m.narrow, m.narrowClaim)},
		{"a machine's token as a person's",
			eddsa(w.own, part(w.header, nil)+"."+part(m.narrowClaim, change{"client_id": nil, "scope": nil}))},
		{"a person's token as a machine's",
			w.sign(nil, change{"client_id": w.claim["sub"].(string) + "0", "scope": "reference.read"})},
		{"a machine's token with another client's id",
			eddsa(w.own, part(w.header, nil)+"."+part(m.narrowClaim, change{"client_id": m.other}))},
		{"a machine's token signed by its own key", eddsa(m.key, part(w.header, nil)+"."+part(m.narrowClaim, nil))},
		{"bound to other networks",
			eddsa(w.own, part(w.header, nil)+"."+part(m.narrowClaim, change{"net": []string{"203.0.113.0/24"}}))},
	} {
		kinds++
		if s := w.status(t, f.token, machineRoute); s != http.StatusUnauthorized && s != http.StatusForbidden {
			accepted = append(accepted, f.kind)
		}
	}
	// A narrow token opens less than its client may, and a machine opens no
	// route of a person's account.
	kinds += 2
	if s := w.status(t, m.narrow, "/v1/patients"); s != http.StatusForbidden {
		accepted = append(accepted, "a scope that was not asked for")
	}
	if s := w.status(t, m.good, "/v1/me"); s != http.StatusForbidden {
		accepted = append(accepted, "a route without a scope")
	}
	if s := w.status(t, m.good, machineRoute); s != http.StatusOK {
		t.Fatalf("the machine's good token is answered %d", s)
	}
	return kinds, accepted
}

func widened(token string, claim map[string]any) string {
	p := strings.Split(token, ".")
	return p[0] + "." + part(claim, change{"scope": "reference.read patients.read visits.write"}) + "." + p[2]
}
