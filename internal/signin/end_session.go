package signin

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
)

// EndSession ends one of the caller's sessions.
func (s *Service) EndSession(ctx context.Context, id string) error {
	p, _ := auth.From(ctx)
	_, err := pg.SystemOnce(ctx, s.db, "sessions", p, checksOf(p), func(tx pg.Tx) (call.None, error) {
		if err := endOwnSession(tx, p.UserID, id); err != nil {
			return call.None{}, err
		}
		return call.None{}, s.trail.Record(tx, audit.Event{Action: "session.end", SubjectKind: "session",
			SubjectID: id})
	})
	return err
}
