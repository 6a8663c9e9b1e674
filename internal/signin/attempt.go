package signin

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// ErrTooMany is returned after too many wrong passwords or codes, for known and
// unknown usernames alike.
var ErrTooMany = fault.Define(fault.TooMany, "auth.too_many",
	"Terlalu banyak percobaan yang salah. Tunggu beberapa menit, lalu coba lagi.",
	"Too many wrong attempts. Wait a few minutes and try again.").Hint("Retry-After says for how many seconds")

// Limits are the numbers of wrong attempts within Window (NIST SP 800-63B-4
// section 3.2.2 allows at most 100 in a row; these are stricter). A field that
// is not positive takes its default.
type Limits struct {
	// Account limits wrong passwords for one username from devices that never
	// completed a sign-in to it and, counted separately, from each device that
	// did. Default 10. Codes and repeated proofs have half of it.
	Account int
	// Address limits wrong passwords from one address. Default 100: a whole
	// puskesmas may share one.
	Address int
	Window  time.Duration // default 15 minutes, at most a day
}

// maxWindow is shorter than the time for which attempts are kept (Housekeep).
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

// Codes is the number of wrong codes allowed: six digits are easier to guess
// than a password.
func (l Limits) Codes() int { return max(1, l.Account/2) }

// Attempts counts attempts. The database holds usernames, addresses and devices
// as keyed hashes only.
type Attempts struct {
	Limits Limits
	key    []byte
}

// NewAttempts returns a counter under limits whose names are hashed with key.
func NewAttempts(key []byte, limits Limits) Attempts {
	return Attempts{Limits: limits.orDefault(), key: key}
}

// Subject is what attempts are counted against, with its limit.
type Subject struct {
	hash  []byte
	limit int
}

// Subject returns a subject with this limit: a kind and its names.
func (a Attempts) Subject(limit int, kind string, parts ...string) Subject {
	return Subject{a.hash(kind, parts...), limit}
}

// hash returns the keyed hash of a name. Each part is hashed with its length,
// so two names never give the same input.
func (a Attempts) hash(kind string, parts ...string) []byte {
	b := []byte(kind)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return crypt.MAC(a.key, b)
}

// device is the name of a device in table known_device.
func (a Attempts) device(accountID, deviceID string) []byte {
	return a.hash("device", accountID, deviceID)
}

// passwords are the subjects of a sign-in. A device that completed one before
// has its own count, which attempts of unknown clients do not change.
func (a Attempts) passwords(ctx context.Context, username, deviceID string, known bool) []Subject {
	if known {
		return []Subject{a.Subject(a.Limits.Account, "password of device", username, deviceID)}
	}
	return []Subject{a.Subject(a.Limits.Account, "password", username), a.Subject(a.Limits.Address, "address",
		call.Of(ctx).Address)}
}

// proofs are the subjects of codes and repeated passwords of one session.
func (a Attempts) proofs(accountID, deviceID string, known bool) []Subject {
	if known {
		return []Subject{a.Subject(a.Limits.Codes(), "proof of device", accountID, deviceID)}
	}
	return []Subject{a.Subject(a.Limits.Codes(), "proof", accountID)}
}

// Begin counts an attempt before the check and returns its id for forgive.
// Errors: ErrTooMany with retry_after.
func (a Attempts) Begin(tx pg.Tx, subjects []Subject) (string, error) {
	id := uuid.Must(uuid.NewV7()).String()
	hashes, limits := make([][]byte, len(subjects)), make([]int32, len(subjects))
	for i, s := range subjects {
		hashes[i], limits[i] = s.hash, int32(min(s.limit, 1<<30))
	}
	wait, err := pg.Scalar[int32](tx, `select begin_attempt($1, $2, $3, make_interval(secs => $4))`, id, hashes, limits,
		a.Limits.Window.Seconds())
	if err != nil {
		return "", err
	}
	if wait > 0 {
		return "", ErrTooMany.Extend("retry_after", int(wait))
	}
	return id, nil
}

// ForgiveIn removes an attempt that succeeded or was not checked.
func ForgiveIn(tx pg.Tx, attempt string) error {
	_, err := tx.Exec(`delete from sign_in_attempt where attempt = $1`, attempt)
	return err
}

// forgive is ForgiveIn in a separate transaction, also after the caller's
// connection ended.
func (s *Service) forgive(ctx context.Context, attempt string) error {
	_, err := pg.System(context.WithoutCancel(ctx), s.db, "sign-in", func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, ForgiveIn(tx, attempt)
	})
	return err
}

// Locked returns err. If it is ErrTooMany, it writes the lock to the audit
// trail, once per window and subject, however many attempts follow.
func (a Attempts) Locked(ctx context.Context, db *pg.DB, trail *audit.Trail, p auth.Principal, e audit.Event,
	err error) error {
	if !errors.Is(err, ErrTooMany) {
		return err
	}
	_, terr := pg.SystemAs(context.WithoutCancel(ctx), db, "lock", p, func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, a.lockedIn(tx, trail, e)
	})
	return errors.Join(err, terr)
}

// lockedIn is Locked inside a transaction. A subject without an account writes
// no event.
func (a Attempts) lockedIn(tx pg.Tx, trail *audit.Trail, e audit.Event) error {
	_, err := a.Begin(tx, []Subject{a.Subject(1, "told", e.Action, e.SubjectID)})
	if errors.Is(err, ErrTooMany) {
		return nil // already written
	}
	if err != nil || e.SubjectID == "" {
		return err
	}
	return trail.Record(tx, e)
}

// OfAccount is an event about the account p.
func OfAccount(action string, p auth.Principal) audit.Event {
	return audit.Event{Action: action, SubjectKind: "account", SubjectID: p.UserID}
}

// signInLocked writes the lock of an account without a session to Dinkes's
// audit trail.
func (s *Service) signInLocked(ctx context.Context, username string, err error) error {
	if !errors.Is(err, ErrTooMany) {
		return err
	}
	_, terr := pg.System(context.WithoutCancel(ctx), s.db, "lock", func(tx pg.Tx) (struct{}, error) {
		id, err := pg.Scalar[string](tx, `select coalesce((select id::text from account
			where username = $1), '')`, username)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.attempts.lockedIn(tx, s.trail, audit.Event{Action: "session.sign_in_locked",
			SubjectKind: "account", SubjectID: id})
	})
	return errors.Join(err, terr)
}
