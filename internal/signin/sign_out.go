package signin

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
)

// SignOut ends the caller's session. An ended session stays ended. Error:
// pg.ErrSessionEnded where the token's session is not the caller's.
func (s *Service) SignOut(ctx context.Context) error {
	p, _ := auth.From(ctx)
	_, err := pg.SystemAs(ctx, s.db, "sign-out", p, func(tx pg.Tx) (struct{}, error) {
		if err := ownSession(tx, p); err != nil {
			return struct{}{}, err
		}
		ended, err := endSession(tx, p.SessionID, "signed out")
		if err != nil || !ended {
			return struct{}{}, err
		}
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "session.sign_out", SubjectKind: "account",
			SubjectID: p.UserID})
	})
	return err
}

// SignOutEverywhere ends all sessions of the caller. The token of an ended
// session is refused.
func (s *Service) SignOutEverywhere(ctx context.Context) error {
	p, _ := auth.From(ctx)
	_, err := pg.SystemAs(ctx, s.db, "sign-out", p, func(tx pg.Tx) (struct{}, error) {
		if err := CheckSession(tx, p); err != nil {
			return struct{}{}, err
		}
		if err := EndSessions(tx, p.UserID, "signed out everywhere"); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "session.sign_out_everywhere", SubjectKind: "account",
			SubjectID: p.UserID})
	})
	return err
}
