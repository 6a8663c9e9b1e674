package privacy

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type liftParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Lift ends the restriction of a person. Errors: fault.ErrNotFound, fault.ErrStale,
// fault.ErrState.
func (s *Service) Lift(ctx context.Context, in liftParams) (homecare.Patient, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		var none homecare.Patient
		if err := patient.UseIn(tx, in.ID); err != nil {
			return none, err
		}
		now, err := pg.Row[struct {
			Version    int64
			Restricted bool
		}](tx, `select version, restricted_at is not null as restricted from patient where id = $1 for update`, in.ID)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(now.Version); err != nil {
			return none, err
		}
		if !now.Restricted {
			return none, fault.State("unrestricted")
		}
		if _, err := tx.Exec(`update patient set restricted_at = null, updated_at = $2, version = version + 1
			where id = $1`, in.ID, tx.Now()); err != nil {
			return none, err
		}
		found, err := patient.MaskedIn(tx, []string{in.ID})
		if err != nil {
			return none, err
		}
		return found[in.ID], s.trail.Record(tx, audit.Event{Action: "patient.lift_restriction", SubjectKind: "patient",
			SubjectID: in.ID, Reason: in.Reason, After: found[in.ID]})
	})
}
