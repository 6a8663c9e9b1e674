package attachment

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type voidParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Void voids a file, with a reason; its row stays. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState, ErrIsCopy, ErrIsSheet.
func (s *Service) Void(ctx context.Context, in voidParams) (homecare.Attachment, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Attachment, error) {
		var none homecare.Attachment
		a, err := lock(tx, in.ID)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(a.Version); err != nil {
			return none, err
		}
		if a.VoidedAt != nil {
			return none, fault.State("void")
		}
		if err := proves(tx, a.ID); err != nil {
			return none, err
		}
		if err := pg.Update[attachment](tx, a.ID, map[string]any{"voided_at": tx.Now(),
			"voided_by": tx.Principal().UserID, "voided_reason": in.Reason}); err != nil {
			return none, err
		}
		after, err := In(tx, a.ID)
		if err != nil {
			return none, err
		}
		return after, s.trail.Record(tx, audit.Event{Action: "attachment.void", SubjectKind: "attachment",
			SubjectID: a.ID, Reason: in.Reason, Before: a, After: after})
	})
}

// proves returns the fault of voiding a file that proves something. The caller holds the
// lock of its row.
func proves(tx pg.Tx, id string) error {
	what, err := pg.Scalar[*string](tx, `select attachment_proves($1, $2)`, tx.Principal().PuskesmasID, id)
	switch {
	case err != nil || what == nil:
		return err
	case *what == "consent_sheet":
		return ErrIsSheet
	}
	return ErrIsCopy
}
