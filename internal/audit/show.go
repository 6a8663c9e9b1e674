package audit

import (
	"context"
	"errors"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
)

// Show keeps one row for an answer that is about to leave; after an error the answer must
// not leave. The caller is the one in ctx; the persons are of the caller's puskesmas
// unless they name another (break-glass). Show makes no round trip to the database.
func (l *AccessLog) Show(ctx context.Context, s call.Shown) error {
	p, ok := auth.From(ctx)
	if !ok {
		return errors.New("access log: nobody is signed in")
	}
	who, known := s.Subjects.(access.Persons)
	if !known {
		return errors.New("access log: an answer that does not say whom it shows")
	}
	a := seenRow{ID: uuid.Must(uuid.NewV7()).String(), Puskesmas: p.PuskesmasID,
		At:      time.Now().UTC().Truncate(time.Microsecond),
		Account: p.UserID, Role: string(p.Role), Session: p.SessionID, Client: call.Of(ctx).Address,
		Trace:      call.Of(ctx).Trace,
		Permission: s.Permission, Revealed: s.Revealed, Replayed: s.Replayed, Persons: who}
	if who.Puskesmas != 0 {
		a.Puskesmas = who.Puskesmas
	}
	a.Persons.Puskesmas = 0
	if err := a.check(); err != nil {
		return err
	}
	line, err := json.Marshal(a)
	if err != nil {
		return err
	}
	sp, err := l.open()
	if err != nil {
		return err
	}
	if err := sp.append(line); err != nil {
		return err
	}
	select {
	case l.wake <- struct{}{}:
	default: // the writer is already woken
	}
	return nil
}
