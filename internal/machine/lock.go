package machine

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
)

// clientLocked writes the lock of a machine client to its puskesmas's audit
// trail.
func (s *Service) clientLocked(ctx context.Context, id string, err error) error {
	if !errors.Is(err, signin.ErrTooMany) {
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
	return s.attempts.Locked(ctx, s.db, s.trail, auth.Principal{PuskesmasID: c.PuskesmasID}, e, err)
}
