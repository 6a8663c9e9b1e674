package identity

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
)

// locked returns err; when it is ErrTooMany, the trail tells of the lock, once
// per window and subject, however often somebody goes on trying.
func (a attempts) locked(ctx context.Context, db *pg.DB, trail *audit.Trail, p auth.Principal, e audit.Event, err error) error {
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
func (a attempts) lockedIn(tx pg.Tx, trail *audit.Trail, e audit.Event) error {
	_, err := a.begin(tx, []subject{{a.hash("told", e.Action, e.SubjectID), 1}})
	if errors.Is(err, ErrTooMany) {
		return nil // told already
	}
	if err != nil || e.SubjectID == "" {
		return err
	}
	return trail.Record(tx, e)
}

// ofAccount is an event about the account p.
func ofAccount(action string, p auth.Principal) audit.Event {
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

// clientLocked is locked for a machine client, in its puskesmas's trail.
func (s *Clients) clientLocked(ctx context.Context, id string, err error) error {
	if !errors.Is(err, ErrTooMany) {
		return err
	}
	c, terr := pg.System(context.WithoutCancel(ctx), s.db, "lock", func(tx pg.Tx) (asking, error) {
		c, _, err := clientAsking(tx, id)
		return c, err
	})
	if terr != nil {
		return errors.Join(err, terr)
	}
	e := audit.Event{Action: "client.locked", SubjectKind: "client", SubjectID: c.ID}
	return s.attempts.locked(ctx, s.db, s.trail, auth.Principal{PuskesmasID: c.PuskesmasID}, e, err)
}
