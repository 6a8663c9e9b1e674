package intake

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Discard discards a preview. Its rows stay readable. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) Discard(ctx context.Context, in idParams) (homecare.Import, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Import, error) {
		before, err := lock(tx, in.ID)
		if err != nil {
			return homecare.Import{}, err
		}
		after, err := closeImport(tx, in.ID, "discarded", before.Counts)
		if err != nil {
			return homecare.Import{}, err
		}
		return after, s.trail.Record(tx, audit.Event{Action: "import.discard", SubjectKind: "import", SubjectID: in.ID,
			Before: map[string]any{"state": before.State}, After: map[string]any{"state": after.State}})
	})
}
