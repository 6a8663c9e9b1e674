package signin

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// A signing key is replaced without a gap: the new key is published first (JWKS
// and every process) and signs after the time given to RotateSigningKey. The
// old key verifies until the last token it signed expires.
const (
	// PublishKey is how long a new key is published before it signs: many
	// polls.
	PublishKey = time.Minute
	// PollKeys is how often a process looks for new keys.
	PollKeys = 10 * time.Second
)

// ErrKeyWaits is returned while the latest key does not sign yet.
var ErrKeyWaits = errors.New("a new signing key is published already and does not sign yet; wait until it does")

// RotateSigningKey makes a new signing key that signs after publish; the others
// retire then. Error: ErrKeyWaits.
func RotateSigningKey(ctx context.Context, db *pg.DB, m *crypt.Master, trail *audit.Trail,
	publish time.Duration) (kid string, signsFrom time.Time, err error) {
	sealing := m.Derive("signing-key")
	signsFrom, err = pg.System(ctx, db, "signing keys", func(tx pg.Tx) (time.Time, error) {
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtext('homecare signing key'))`); err != nil {
			return time.Time{}, err
		}
		waits, err := pg.Scalar[bool](tx, `select exists (select from signing_key where signs_from > now()
			and retired_at is null)`)
		if err == nil && waits {
			err = ErrKeyWaits
		}
		if err != nil {
			return time.Time{}, err
		}
		r := newKey(sealing)
		kid = r.KID
		if _, err := tx.Exec(`insert into signing_key (kid, public_key, private_sealed, signs_from)
			values ($1, $2, $3, now() + make_interval(secs => $4))`,
			r.KID, r.PublicKey, r.PrivateSealed, publish.Seconds()); err != nil {
			return time.Time{}, err
		}
		if _, err := tx.Exec(`update signing_key set retired_at = now() + make_interval(secs => $2)
			where retired_at is null and kid <> $1`, r.KID, publish.Seconds()); err != nil {
			return time.Time{}, err
		}
		if err := trail.Record(tx, audit.Event{Action: "signing_key.rotate", SubjectKind: "signing_key",
			Reason: "kid " + r.KID}); err != nil {
			return time.Time{}, err
		}
		return pg.Scalar[time.Time](tx, `select signs_from from signing_key where kid = $1`, r.KID)
	})
	return kid, signsFrom, err
}

// WatchKeys keeps the keys of a running process up to date until ctx ends. A
// process that cannot read them keeps its keys: without the database it cannot
// serve requests either.
func WatchKeys(ctx context.Context, db *pg.DB, tokens *auth.Tokens, m *crypt.Master, every time.Duration,
	log *slog.Logger) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if err := LoadKeys(ctx, db, tokens, m); err != nil && ctx.Err() == nil {
			log.Warn("signing keys could not be read", "err", err.Error())
		}
	}
}
