package machine

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Create creates a client with its first credential. Errors: fault.ErrInvalid,
// ErrClientName, ErrClientTaken.
func (s *Service) Create(ctx context.Context, in homecare.NewMachineClient) (homecare.IssuedClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.IssuedClient, error) {
		var none homecare.IssuedClient
		p := tx.Principal()
		var check fault.Check
		s.checkScopes(&check, p.Role, in.Scopes)
		end := checkExpiry(&check, in.ExpiresOn)
		from := networks(&check, in.IPs)
		made := s.credential(&check, in.Auth, in.ClientKeys)
		if err := check.Err(); err != nil {
			return none, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		if err := insertClient(tx, in, from); err != nil {
			return none, err
		}
		if err := insertCredential(tx, in.ID, made, end); err != nil {
			return none, err
		}
		c, err := s.recorded(tx, in.ID, audit.Event{Action: "client.create"})
		return homecare.IssuedClient{Client: c, ClientSecret: made.secret}, err
	})
}

// newCredential is the content of a new credential. secret is empty for keys.
type newCredential struct {
	secret string
	hash   []byte
	keys   []clientKey
}

// credential makes a secret of 256 random bits, or reads the keys.
func (s *Service) credential(check *fault.Check, kind string, in homecare.ClientKeys) newCredential {
	if kind == "secret" {
		pointer := "/jwks"
		if in.PublicKey != "" {
			pointer = "/public_key"
		}
		check.That(in.JWKS == nil && in.PublicKey == "", pointer, "unexpected",
			"Klien dengan rahasia tidak memakai kunci publik.", "A client with a secret has no public keys.")
		var b [32]byte
		_, _ = rand.Read(b[:])
		secret := base64.RawURLEncoding.EncodeToString(b[:])
		return newCredential{secret: secret, hash: s.hashSecret(secret)}
	}
	return newCredential{keys: readKeys(check, in)}
}

// hashSecret is the stored form of a secret. The secret is random, so a fast
// keyed hash is enough (unlike for a password).
func (s *Service) hashSecret(secret string) []byte { return crypt.MAC(s.secretKey, []byte(secret)) }
