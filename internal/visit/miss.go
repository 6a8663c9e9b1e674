package visit

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Miss records that a planned visit did not happen, with the reason. Errors:
// those of CheckIn.
func (s *Service) Miss(ctx context.Context, id string, in homecare.MissVisit) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		at := tx.Now()
		if in.At != nil {
			at = *in.At
		}
		return s.visitStep(tx, id, DoMiss, did(tx, in.PerformedBy, at), "/at", func(r *recording) (audit.Event, error) {
			return audit.Event{Action: "visit.miss", Reason: in.Reason}, r.leave(Missed, in.ReasonCode, in.Reason)
		})
	})
}

// leave ends a visit without a record.
func (r *recording) leave(to State, code, reason string) error {
	r.v.State = string(to)
	r.before.Queue(`update visit set state = $2, reason_code = $3, reason = $4, performed_by = case when $2 = 'missed'
		then $5::uuid else performed_by end,
		version = version + 1 where id = $1`, r.v.ID, string(to), pg.Null(code), reason, r.act.by)
	queueRelease(&r.before, r.v.StopID)
	return nil
}
