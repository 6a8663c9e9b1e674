package signin

import (
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Refresh rotates a session's refresh token. The previous one works again for
// RefreshWindow from the same device and gets the same answer. Later reuse, or
// reuse from another device, ends the session. Errors: ErrRefresh, ErrReused.
func (s *Service) Refresh(ctx context.Context, in homecare.Refresh) (homecare.Tokens, error) {
	id, counter, ok := s.refresh.Parse(in.RefreshToken)
	if !ok {
		return homecare.Tokens{}, ErrRefresh
	}
	type result struct {
		tokens homecare.Tokens
		reused *auth.Principal // the principal whose session ends
	}
	r, err := pg.System(ctx, s.db, "refresh", func(tx pg.Tx) (result, error) {
		ses, err := lockSession(tx, id)
		if errors.Is(err, fault.ErrNotFound) {
			return result{}, ErrRefresh
		}
		if err != nil {
			return result{}, err
		}
		now := time.Now()
		if ses.EndedAt != nil || now.After(ses.ExpiresAt) {
			return result{}, ErrRefresh
		}
		m, err := membershipByID(tx, ses.MembershipID)
		if err != nil {
			return result{}, ErrRefresh
		}
		// A role granted since may require what the sign-in did not.
		ses.Pending = ses.Pending || !ses.SecondFactor && DemandsSecondFactor(m.Role)
		sameDevice := ses.DeviceID == in.DeviceID
		switch {
		case counter == ses.Counter && sameDevice:
			ses.Counter++
			if err := rotateSession(tx, ses, now); err != nil {
				return result{}, err
			}
		case counter == ses.Counter-1 && sameDevice && now.Sub(ses.RotatedAt) <= RefreshWindow:
			// The answer was lost: the same next token again.
		default:
			p := principal(ses, m)
			return result{reused: &p}, nil
		}
		t, err := s.issue(ses, m, now)
		return result{tokens: t}, err
	})
	if err == nil && r.reused != nil {
		err = errors.Join(ErrReused, s.endReused(ctx, *r.reused))
	}
	return r.tokens, err
}

// endReused ends a session whose refresh token was reused, and writes it once
// to the puskesmas's audit trail. The event has no actor: it may be a thief.
func (s *Service) endReused(ctx context.Context, p auth.Principal) error {
	unknown := auth.Principal{PuskesmasID: p.PuskesmasID, SessionID: p.SessionID}
	_, err := pg.SystemAs(context.WithoutCancel(ctx), s.db, "refresh", unknown, func(tx pg.Tx) (struct{}, error) {
		ended, err := endSession(tx, p.SessionID, "refresh token reused")
		if err != nil || !ended {
			return struct{}{}, err
		}
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "session.token_reused", SubjectKind: "account",
			SubjectID: p.UserID})
	})
	return err
}
