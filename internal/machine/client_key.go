package machine

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// clientKey is one public key of a credential in the database.
type clientKey struct {
	KID string `json:"kid,omitempty"`
	DER []byte `json:"der"` // PKIX
}

// readKeys reads the public keys of a client with private_key_jwt.
func readKeys(check *fault.Check, in homecare.ClientKeys) []clientKey {
	if (in.JWKS == nil) == (in.PublicKey == "") {
		check.That(false, "/jwks", "one_of", "Berikan kunci publik klien dalam satu bentuk saja.",
			"Give the public key of the client in exactly one form.").Hint("jwks or public_key")
		return nil
	}
	if in.PublicKey != "" {
		var k clientKey
		block, rest := pem.Decode([]byte(in.PublicKey))
		ok := block != nil && block.Type == "PUBLIC KEY" && len(rest) == 0
		if ok {
			key, err := x509.ParsePKIXPublicKey(block.Bytes)
			ok = err == nil && acceptable(key)
			k.DER = block.Bytes
		}
		check.That(ok, "/public_key", "key", "Harus kunci publik PEM: EC P-256, Ed25519, atau RSA minimal 2048 bit.",
			"This must be a public key in PEM: EC P-256, Ed25519, or RSA of at least 2048 bits.")
		return []clientKey{k}
	}
	var out []clientKey
	for _, j := range in.JWKS.Keys {
		key, ok := fromJWK(j)
		var der []byte
		if ok {
			var err error
			der, err = x509.MarshalPKIXPublicKey(key)
			ok = err == nil
		}
		check.That(ok, "/jwks", "key", "Harus kunci publik: EC P-256, Ed25519, atau RSA minimal 2048 bit.",
			"These must be public keys: EC P-256, Ed25519, or RSA of at least 2048 bits.")
		out = append(out, clientKey{j.KID, der})
	}
	return out
}

// acceptable says whether we verify with keys of this kind and size.
func acceptable(key crypto.PublicKey) bool {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return len(k) == ed25519.PublicKeySize
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 && k.N.BitLen() <= 8192 && k.E >= 3
	}
	return false
}

func fromJWK(j homecare.PublicJWK) (crypto.PublicKey, bool) {
	b := func(s string) []byte { v, _ := base64.RawURLEncoding.Strict().DecodeString(s); return v }
	var key crypto.PublicKey
	switch {
	case j.KTY == "OKP" && j.CRV == "Ed25519":
		key = ed25519.PublicKey(b(j.X))
	case j.KTY == "EC" && j.CRV == "P-256":
		x, y := b(j.X), b(j.Y)
		if len(x) != 32 || len(y) != 32 {
			return nil, false
		}
		k, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
		if err != nil { // not on the curve
			return nil, false
		}
		key = k
	case j.KTY == "RSA":
		e := new(big.Int).SetBytes(b(j.E))
		if !e.IsInt64() || e.Int64() > 1<<31-1 {
			return nil, false
		}
		key = &rsa.PublicKey{N: new(big.Int).SetBytes(b(j.N)), E: int(e.Int64())}
	}
	return key, acceptable(key)
}
