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

// Codes is how many wrong codes are allowed: six digits can be guessed sooner
// than a password.
func (l Limits) Codes() int { return max(1, l.Account/2) }

// Attempts counts what is tried, under names that tell nothing: usernames,
// addresses and devices stand in the database as keyed hashes only.
type Attempts struct {
	Limits Limits
	key    []byte
}

// NewAttempts returns a counter under limits whose names are hashed with key.
func NewAttempts(key []byte, limits Limits) Attempts {
	return Attempts{Limits: limits.orDefault(), key: key}
}

// Subject is what an attempt counts against, and how often.
type Subject struct {
	hash  []byte
	limit int
}

// Subject returns what is allowed limit times: a kind of thing and its names.
func (a Attempts) Subject(limit int, kind string, parts ...string) Subject {
	return Subject{a.hash(kind, parts...), limit}
}

// hash names something in the database; each part with its length, so that no
// two things have the same name.
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

// passwords are the subjects of a sign-in: a device that completed one before
// has a count of its own, and what unknown clients do does not count on it.
func (a Attempts) passwords(ctx context.Context, username, deviceID string, known bool) []Subject {
	if known {
		return []Subject{a.Subject(a.Limits.Account, "password of device", username, deviceID)}
	}
	return []Subject{a.Subject(a.Limits.Account, "password", username), a.Subject(a.Limits.Address, "address", call.Of(ctx).Address)}
}

// proofs are the subjects of codes and repeated passwords of one session.
func (a Attempts) proofs(accountID, deviceID string, known bool) []Subject {
	if known {
		return []Subject{a.Subject(a.Limits.Codes(), "proof of device", accountID, deviceID)}
	}
	return []Subject{a.Subject(a.Limits.Codes(), "proof", accountID)}
}

// Begin counts an attempt before anything is checked and returns its id for
// forgive. Errors: ErrTooMany with retry_after.
func (a Attempts) Begin(tx pg.Tx, subjects []Subject) (string, error) {
	id := uuid.Must(uuid.NewV7()).String()
	hashes, limits := make([][]byte, len(subjects)), make([]int32, len(subjects))
	for i, s := range subjects {
		hashes[i], limits[i] = s.hash, int32(min(s.limit, 1<<30))
	}
	wait, err := pg.Scalar[int32](tx, `select begin_attempt($1, $2, $3, make_interval(secs => $4))`, id, hashes, limits, a.Limits.Window.Seconds())
	if err != nil {
		return "", err
	}
	if wait > 0 {
		return "", ErrTooMany.Extend("retry_after", int(wait))
	}
	return id, nil
}

// ForgiveIn takes back an attempt that was right, or was not looked at.
func ForgiveIn(tx pg.Tx, attempt string) error {
	_, err := tx.Exec(`delete from sign_in_attempt where attempt = $1`, attempt)
	return err
}

// forgive is forgiveIn in a transaction of its own, also when the caller has
// gone meanwhile.
func (s *Service) forgive(ctx context.Context, attempt string) error {
	_, err := pg.System(context.WithoutCancel(ctx), s.db, "sign-in", func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, ForgiveIn(tx, attempt)
	})
	return err
}

// Locked returns err; when it is ErrTooMany, the trail tells of the lock, once
// per window and subject, however often somebody goes on trying.
func (a Attempts) Locked(ctx context.Context, db *pg.DB, trail *audit.Trail, p auth.Principal, e audit.Event, err error) error {
	if !errors.Is(err, ErrTooMany) {
		return err
	}
	_, terr := pg.SystemAs(context.WithoutCancel(ctx), db, "lock", p, func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, a.lockedIn(tx, trail, e)
	})
	return errors.Join(err, terr)
}

// lockedIn is locked inside a transaction; a subject that nobody has leaves no
// event.
func (a Attempts) lockedIn(tx pg.Tx, trail *audit.Trail, e audit.Event) error {
	_, err := a.Begin(tx, []Subject{a.Subject(1, "told", e.Action, e.SubjectID)})
	if errors.Is(err, ErrTooMany) {
		return nil // told already
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

// signInLocked is locked for somebody who has not signed in: there is no
// session, so Dinkes's trail tells of it.
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
		return struct{}{}, s.attempts.lockedIn(tx, s.trail, audit.Event{Action: "session.sign_in_locked", SubjectKind: "account", SubjectID: id})
	})
	return errors.Join(err, terr)
}
