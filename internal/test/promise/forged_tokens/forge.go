//go:build sabotage

package forged_tokens

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/signin"
)

var b64 = base64.RawURLEncoding

func (w *world) reload(ctx context.Context) error {
	return signin.LoadKeys(ctx, w.App.DB, w.App.Tokens, w.App.Master)
}

// change is what a forgery sets. A nil value removes the member.
type change map[string]any

func decode(t *testing.T, token string) (header, claim map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	for i, to := range []*map[string]any{&header, &claim} {
		b, err := b64.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(b, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return header, claim
}

func part(of map[string]any, c change) string {
	m := maps.Clone(of)
	for k, v := range c {
		if v == nil {
			delete(m, k)
		} else {
			m[k] = v
		}
	}
	b, _ := json.Marshal(m)
	return b64.EncodeToString(b)
}

// unsigned is header and claims of the good token with changes, for signing.
func (w *world) unsigned(header, claim change) string {
	return part(w.header, header) + "." + part(w.claim, claim)
}

func eddsa(key ed25519.PrivateKey, unsigned string) string {
	return unsigned + "." + b64.EncodeToString(ed25519.Sign(key, []byte(unsigned)))
}

// sign signs with the server's own key.
func (w *world) sign(header, claim change) string { return eddsa(w.own, w.unsigned(header, claim)) }

func hs256(secret []byte, unsigned string) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(unsigned))
	return unsigned + "." + b64.EncodeToString(h.Sum(nil))
}

// signatures are forgeries without the server's private key.
func (w *world) signatures() []forgery {
	public := w.own.Public().(ed25519.PublicKey)
	der, _ := x509.MarshalPKIXPublicKey(public)
	inPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	parts := strings.Split(w.good, ".")
	sig, _ := b64.DecodeString(parts[2])
	sig[10] ^= 1
	last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
		parts[2][len(parts[2])-1])
	loose := parts[2][:len(parts[2])-1] +
		string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last^1])
	raised := change{"role": "kepala_puskesmas"}
	hs := change{"alg": "HS256"}
	return []forgery{
		{"alg none", w.unsigned(change{"alg": "none"}, nil) + "."},
		{"alg nOnE", w.unsigned(change{"alg": "nOnE"}, nil) + "."},
		{"no alg", eddsa(w.own, w.unsigned(change{"alg": nil}, nil))},
		{"HS256 with the public key", hs256(public, w.unsigned(hs, nil))},
		{"HS256 with the public key in base64", hs256([]byte(b64.EncodeToString(public)), w.unsigned(hs, nil))},
		{"HS256 with the public key in PEM", hs256(inPEM, w.unsigned(hs, nil))},
		{"HS256 with an empty key and kid /dev/null",
			hs256(nil, w.unsigned(change{"alg": "HS256", "kid": "../../../../dev/null"}, nil))},
		{"alg of another family over our signature", eddsa(w.own, w.unsigned(change{"alg": "RS256"}, nil))},
		{"a stranger's key under our kid", eddsa(w.alien, w.unsigned(nil, nil))},
		{"role raised, signed by a stranger", eddsa(w.alien, w.unsigned(nil, raised))},
		{"a tampered payload under the old signature", parts[0] + "." + part(w.claim, raised) + "." + parts[2]},
		{"a tampered header under the old signature", part(w.header, change{"zip": "DEF"}) + "." + parts[1] + "." +
			parts[2]},
		{"signature stripped", parts[0] + "." + parts[1] + "."},
		{"signature left out", parts[0] + "." + parts[1]},
		{"signature of zeros", parts[0] + "." + parts[1] + "." + b64.EncodeToString(make([]byte, 64))},
		{"signature with one bit turned", parts[0] + "." + parts[1] + "." + b64.EncodeToString(sig)},
		{"signature cut", parts[0] + "." + parts[1] + "." + parts[2][:40]},
		{"signature in another spelling", parts[0] + "." + parts[1] + "." + loose},
		{"signature of another token", strings.Join([]string{parts[0], part(w.claim, change{"jti": uuid.NewString()}),
			parts[2]}, ".")},
		{"five parts", w.good + "." + parts[1] + "." + parts[2]},
		{"a refresh token as access token", w.refresh},
		{"empty", ""},
	}
}

// headers are tokens of the server's own key with a header it never writes.
func (w *world) headers() []forgery {
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": b64.EncodeToString(w.alien.Public().(ed25519.PublicKey))}
	return []forgery{
		{"kid with SQL", w.sign(change{"kid": "x' or '1'='1"}, nil)},
		{"kid with a path", w.sign(change{"kid": "../keys/" + w.header["kid"].(string)}, nil)},
		{"kid empty", w.sign(change{"kid": ""}, nil)},
		{"kid missing", w.sign(change{"kid": nil}, nil)},
		{"kid unknown", w.sign(change{"kid": "0000000000000000"}, nil)},
		{"kid no string", w.sign(change{"kid": 7}, nil)},
		{"kid of another key", w.sign(change{"kid": w.retiredKID}, nil)},
		{"a key retired long ago", eddsa(w.retired, w.unsigned(change{"kid": w.retiredKID}, nil))},
		{"unknown crit", w.sign(change{"crit": []string{"b64"}, "b64": false}, nil)},
		{"jku", w.sign(change{"jku": "https://attacker.example/jwks.json"}, nil)},
		{"jku of a stranger", eddsa(w.alien, w.unsigned(change{"jku": "https://attacker.example/jwks.json"}, nil))},
		{"jwk", w.sign(change{"jwk": jwk}, nil)},
		{"jwk of a stranger", eddsa(w.alien, w.unsigned(change{"jwk": jwk, "kid": nil}, nil))},
		{"x5u", w.sign(change{"x5u": "https://attacker.example/chain.pem"}, nil)},
		{"x5c", w.sign(change{"x5c": []string{"AAAA"}}, nil)},
		{"typ JWT", w.sign(change{"typ": "JWT"}, nil)},
		{"typ missing", w.sign(change{"typ": nil}, nil)},
		{"typ of a refresh token", w.sign(change{"typ": "rt+jwt"}, nil)},
	}
}

// claims are tokens of the server's own key with claims it never writes.
func (w *world) claims() []forgery {
	return []forgery{
		{"other audience", w.sign(nil, change{"aud": "another-api"})},
		{"no audience", w.sign(nil, change{"aud": nil})},
		{"other issuer", w.sign(nil, change{"iss": "http://attacker.example"})},
		{"no issuer", w.sign(nil, change{"iss": nil})},
		{"ten years", w.sign(nil, change{"exp": in(10 * 365 * 24 * time.Hour)})},
		{"sixteen minutes", w.sign(nil, change{"iat": in(-time.Minute), "nbf": in(-time.Minute),
			"exp": in(15*time.Minute + 5*time.Second)})},
		{"expired", w.sign(nil, change{"iat": in(-11 * time.Minute), "nbf": in(-11 * time.Minute),
			"exp": in(-time.Minute)})},
		{"nbf in the future", w.sign(nil, change{"nbf": in(5 * time.Minute)})},
		{"iat in the future", w.sign(nil, change{"iat": in(5 * time.Minute)})},
		{"no exp", w.sign(nil, change{"exp": nil})},
		{"no iat", w.sign(nil, change{"iat": nil})},
		{"no sub", w.sign(nil, change{"sub": nil})},
		{"no sid", w.sign(nil, change{"sid": nil})},
		{"no mid", w.sign(nil, change{"mid": nil})},
		{"no role", w.sign(nil, change{"role": nil})},
		{"sub no uuid", w.sign(nil, change{"sub": "koordinator.uren"})},
		{"sid with SQL", w.sign(nil, change{"sid": "' or true --"})},
		{"exp no number", w.sign(nil, change{"exp": "never"})},
	}
}

// staleRights are tokens of the server's own key whose claims do not match the
// database, or no longer.
func (w *world) staleRights() []forgery {
	return []forgery{
		{"revoked session", w.revoked},
		{"stale role", w.demoted},
		{"role raised", w.sign(nil, change{"role": "kepala_puskesmas"})},
		{"role of Dinkes", w.sign(nil, change{"role": "dinkes_admin", "pid": nil, "puskesmas": nil})},
		{"role of Dinkes in a puskesmas", w.sign(nil, change{"role": "dinkes_admin"})},
		{"unknown role", w.sign(nil, change{"role": "superuser"})},
		{"no tenant", w.sign(nil, change{"pid": nil})},
		{"other tenant", w.sign(nil, change{"pid": w.abroad["pid"], "puskesmas": w.abroad["puskesmas"]})},
		{"tenant out of range", w.sign(nil, change{"pid": 70000})},
		{"tenant just out of range", w.sign(nil, change{"pid": 32768})},
		{"tenant below zero", w.sign(nil, change{"pid": -1})},
		{"tenant zero", w.sign(nil, change{"pid": 0})},
		{"tenant that never was", w.sign(nil, change{"pid": 9999})},
		{"tenant as text", w.sign(nil, change{"pid": "12"})},
		{"tenant with a fraction", w.sign(nil, change{"pid": 12.5})},
		{"another account's session", w.sign(nil, change{"sid": w.colleague["sid"]})},
		{"another account", w.sign(nil, change{"sub": w.colleague["sub"]})},
		{"another account's membership", w.sign(nil, change{"mid": w.colleague["mid"], "role": w.colleague["role"]})},
		{"another account and membership under our session",
			w.sign(nil, change{"sub": w.colleague["sub"], "mid": w.colleague["mid"], "role": w.colleague["role"]})},
		{"a membership elsewhere",
			w.sign(nil, change{"mid": w.abroad["mid"], "pid": w.abroad["pid"], "puskesmas": w.abroad["puskesmas"]})},
		{"a session that never was", w.sign(nil, change{"sid": uuid.NewString()})},
	}
}
