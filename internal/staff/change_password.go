package staff

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/pkg/homecare"
)

// ChangePassword changes the caller's own password and ends the other sessions.
// Errors: ErrPassword, ErrPasswordRefused, ErrTooMany, auth.ErrBusy.
func (s *Service) ChangePassword(ctx context.Context, in homecare.PasswordChange) error {
	p, _ := auth.From(ctx)
	type opened struct {
		holder  holder
		attempt string
	}
	o, err := pg.System(ctx, s.db, "own password", func(tx pg.Tx) (opened, error) {
		if err := signin.CheckSession(tx, p); err != nil {
			return opened{}, err
		}
		h, err := pg.Row[holder](tx, `select `+holderColumns+holderFrom+`where a.id = $2`, demanding(), p.UserID)
		if err != nil {
			return opened{}, err
		}
		attempt, err := s.attempts.Begin(tx,
			[]signin.Subject{s.attempts.Subject(s.attempts.Limits.Codes(), "own password", p.UserID)})
		return opened{h, attempt}, err
	})
	if err != nil {
		return s.attempts.Locked(ctx, s.db, s.trail, p, signin.OfAccount("password.locked", p), err)
	}
	ok, err := s.hasher.Check(ctx, o.holder.PasswordHash, in.OldPassword)
	if err == nil && !ok {
		_, terr := pg.SystemAs(context.WithoutCancel(ctx), s.db, "own password", p, func(tx pg.Tx) (struct{}, error) {
			return struct{}{}, s.trail.Record(tx, signin.OfAccount("password.change_refused", p))
		})
		return errors.Join(signin.ErrPassword, terr) // stays counted
	}
	var hash string
	if err == nil {
		hash, err = s.newHash(ctx, o.holder, in.NewPassword)
	}
	_, werr := pg.SystemAs(context.WithoutCancel(ctx), s.db, "own password", p, func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		if ferr := signin.ForgiveIn(tx, o.attempt); ferr != nil || err != nil {
			return none, ferr
		}
		if err := writePassword(tx, o.holder, hash, p.SessionID); errors.Is(err, ErrLink) {
			return none, signin.ErrPassword // changed concurrently
		} else if err != nil {
			return none, err
		}
		return none, s.trail.Record(tx, audit.Event{Action: "password.change", SubjectKind: "account",
			SubjectID: p.UserID})
	})
	if err != nil {
		return err
	}
	return werr
}
