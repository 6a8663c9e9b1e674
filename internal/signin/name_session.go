package signin

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// NameSession gives the device of one of the caller's sessions a name. Errors:
// fault.ErrNotFound, fault.ErrStale.
func (s *Service) NameSession(ctx context.Context, id string, in homecare.SessionChange) (homecare.Session, error) {
	p, _ := auth.From(ctx)
	return pg.SystemOnce(ctx, s.db, "sessions", p, checksOf(p), func(tx pg.Tx) (homecare.Session, error) {
		var none homecare.Session
		ses, err := pg.Row[homecare.Session](tx, sessionColumns+`and id = $3 for update`, p.UserID, p.SessionID, id)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(ses.Version); err != nil {
			return none, err
		}
		if _, err := tx.Exec(`update session set device_name = $2, version = version + 1 where id = $1`, id,
			in.DeviceName); err != nil {
			return none, err
		}
		ses.DeviceName = in.DeviceName
		ses.Version++
		return ses, s.trail.Record(tx, audit.Event{Action: "session.name", SubjectKind: "session", SubjectID: id})
	})
}
