package signin

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

type keyRow struct {
	KID           string
	PublicKey     []byte
	PrivateSealed []byte
	CreatedAt     time.Time
	Signs         bool // signs now; a new key is published first
}

// LoadKeys loads the token keys from the database, and creates the first one.
// The newest key whose time has come signs. Retired keys verify until their
// last tokens expire (RotateSigningKey).
func LoadKeys(ctx context.Context, db *pg.DB, tokens *auth.Tokens, m *crypt.Master) error {
	sealing := m.Derive("signing-key")
	rows, err := pg.System(ctx, db, "signing keys", func(tx pg.Tx) ([]keyRow, error) {
		// One process creates the first key. Others wait here and read it.
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtext('homecare signing key'))`); err != nil {
			return nil, err
		}
		rows, err := pg.Rows[keyRow](tx, `select kid, public_key, private_sealed, created_at,
				signs_from <= now() and (retired_at is null or retired_at > now()) as signs from signing_key
			where retired_at is null or retired_at > now() - interval '20 minutes' order by signs_from desc`)
		if err != nil || len(rows) > 0 {
			return rows, err
		}
		r := newKey(sealing)
		_, err = tx.Exec(`insert into signing_key (kid, public_key, private_sealed) values ($1, $2, $3)`, r.KID,
			r.PublicKey, r.PrivateSealed)
		r.Signs = true
		return []keyRow{r}, err
	})
	if err != nil {
		return err
	}
	var signing auth.SigningKey
	var verify []auth.SigningKey
	for _, r := range rows {
		k := auth.SigningKey{KID: r.KID, Public: ed25519.PublicKey(r.PublicKey)}
		verify = append(verify, k)
		if signing.KID == "" && r.Signs {
			seed, err := crypt.Open(sealing, "signing-key/"+r.KID, r.PrivateSealed)
			if err != nil {
				return err
			}
			k.Private = ed25519.NewKeyFromSeed(seed)
			signing = k
		}
	}
	tokens.SetKeys(signing, verify)
	return nil
}

func newKey(sealing []byte) keyRow {
	seed := crypt.NewKey()
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	kid := hex.EncodeToString(public[:8])
	return keyRow{KID: kid, PublicKey: public, PrivateSealed: crypt.Seal(sealing, "signing-key/"+kid, seed)}
}
