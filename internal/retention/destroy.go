package retention

import (
	"context"

	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Destroy destroys a record permanently. The database checks all conditions by
// its own clock. Errors: fault.ErrNotFound, fault.ErrStale, ErrNotProposed,
// ErrSamePerson, ErrHeld, ErrOpenCase, ErrNotDue, ErrDestroyed.
func (s *Service) Destroy(ctx context.Context, in whyParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		before, err := lock(tx, in.ID)
		if err != nil {
			return before, err
		}
		if _, err := tx.Exec(`select destroy_record($1)`, in.ID); err != nil {
			return before, err
		}
		if err := outbox.Emit(tx, outbox.Event{Kind: DestroyedEvent, SubjectID: in.ID}); err != nil {
			return before, err
		}
		return s.done(tx, before, "retention.destroy", in.Reason)
	})
}

// DestroyedEvent is the outbox event that deletes the record's files and the
// answers stored for replay.
const DestroyedEvent = "record.destroyed"
