package identity

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/sabotage"
)

// ErrTooMany is answered after too many wrong passwords or codes, for known
// and unknown usernames alike.
var ErrTooMany = fault.Define(fault.TooMany, "auth.too_many",
	"Terlalu banyak percobaan yang salah. Tunggu selama yang disebut Retry-After (detik), lalu coba lagi.",
	"Too many wrong attempts. Wait for the seconds named in Retry-After and try again.")

// Limits say how often somebody may be wrong within Window (NIST SP 800-63B-4
// section 3.2.2 allows at most 100 in a row; these are stricter). A field that
// is not positive takes its default.
type Limits struct {
	// Account counts wrong passwords for one username from devices that never
	// completed a sign-in to it, and, apart from them, those of each device
	// that did. Default 10. Codes and repeated proofs have half of it.
	Account int
	// Address counts wrong passwords from one address. Default 100: a whole
	// puskesmas may share one.
	Address int
	Window  time.Duration // default 15 minutes, at most a day
}

// maxWindow is shorter than attempts are kept (Housekeep).
const maxWindow = 24 * time.Hour

func (l Limits) orDefault() Limits {
	if l.Account <= 0 {
		l.Account = 10
	}
	if l.Address <= 0 {
		l.Address = 100
	}
	if l.Window <= 0 {
		l.Window = 15 * time.Minute
	}
	l.Window = min(l.Window, maxWindow)
	return l
}

// codes is how many wrong codes are allowed: six digits can be guessed sooner
// than a password.
func (l Limits) codes() int { return max(1, l.Account/2) }

// attempts counts what is tried, under names that tell nothing: usernames,
// addresses and devices stand in the database as keyed hashes only.
type attempts struct {
	key    []byte
	limits Limits
}

// subject is what an attempt counts against, and how often.
type subject struct {
	hash  []byte
	limit int
}

// hash names something in the database; each part with its length, so that no
// two things have the same name.
func (a attempts) hash(kind string, parts ...string) []byte {
	b := []byte(kind)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return crypt.MAC(a.key, b)
}

// device is the name of a device in table known_device.
func (a attempts) device(accountID, deviceID string) []byte {
	return a.hash("device", accountID, deviceID)
}

// passwords are the subjects of a sign-in: a device that completed one before
// has a count of its own, and what strangers do does not touch it.
func (a attempts) passwords(ctx context.Context, username, deviceID string, known bool) []subject {
	if known {
		return []subject{{a.hash("password of device", username, deviceID), a.limits.Account}}
	}
	return []subject{{a.hash("password", username), a.limits.Account}, {a.hash("address", call.Of(ctx).Address), a.limits.Address}}
}

// proofs are the subjects of codes and repeated passwords of one session.
func (a attempts) proofs(accountID, deviceID string, known bool) []subject {
	if known {
		return []subject{{a.hash("proof of device", accountID, deviceID), a.limits.codes()}}
	}
	return []subject{{a.hash("proof", accountID), a.limits.codes()}}
}

// begin counts an attempt before anything is checked and returns its id for
// forgive. Errors: ErrTooMany with retry_after.
func (a attempts) begin(tx pg.Tx, subjects []subject) (string, error) {
	id := uuid.Must(uuid.NewV7()).String()
	hashes, limits := make([][]byte, len(subjects)), make([]int32, len(subjects))
	for i, s := range subjects {
		hashes[i], limits[i] = s.hash, int32(min(s.limit, 1<<30))
		if sabotage.On("no_sign_in_limits") {
			limits[i] = 1 << 30
		}
	}
	wait, err := pg.Scalar[int32](tx, `select begin_attempt($1, $2, $3, make_interval(secs => $4))`, id, hashes, limits, a.limits.Window.Seconds())
	if err != nil {
		return "", err
	}
	if wait > 0 {
		return "", ErrTooMany.Extend("retry_after", int(wait))
	}
	return id, nil
}

// forgiveIn takes back an attempt that was right, or was not looked at.
func forgiveIn(tx pg.Tx, attempt string) error {
	_, err := tx.Exec(`delete from sign_in_attempt where attempt = $1`, attempt)
	return err
}

// forgive is forgiveIn in a transaction of its own, also when the caller has
// gone meanwhile.
func (s *Service) forgive(ctx context.Context, attempt string) error {
	_, err := pg.System(context.WithoutCancel(ctx), s.db, "sign-in", func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, forgiveIn(tx, attempt)
	})
	return err
}

// deviceKnown says whether the device completed a sign-in to the account before.
func deviceKnown(tx pg.Tx, accountID string, device []byte) (bool, error) {
	return pg.Scalar[bool](tx, `select exists (select from known_device where account_id = $1 and device = $2)`, accountID, device)
}

func rememberDevice(tx pg.Tx, accountID string, device []byte) error {
	_, err := tx.Exec(`insert into known_device (account_id, device) values ($1, $2)
		on conflict (account_id, device) do update set seen_at = now()`, accountID, device)
	return err
}

// keepDevices is how long a device stays known without a sign-in, days;
// keepAttempts how long a wrong attempt is kept: longer than any window.
const keepDevices, keepAttempts = 180, 2

// Housekeep removes attempts that no longer count, spent assertions and old
// counts of machine clients, and devices not seen for
// half a year.
func Housekeep(tx pg.Tx) error {
	if _, err := tx.Exec(`delete from sign_in_attempt where at < now() - make_interval(days => $1)`, keepAttempts); err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from client_assertion where expires_at < now()`); err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from client_usage where day < current_date - $1::int`, keepUsage); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from known_device where seen_at < now() - make_interval(days => $1)`, keepDevices)
	return err
}
