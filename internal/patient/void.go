package patient

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Void takes a person registered by mistake out of use. Nothing is deleted, and
// the NIK is free for another person. Errors: fault.ErrNotFound,
// fault.ErrStale, ErrGone, ErrOpenCase, ErrHoldsMerged.
func (s *Service) Void(ctx context.Context, in whyParams) (homecare.Patient, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		before, err := s.lock(tx, in.ID)
		if err != nil {
			return homecare.Patient{}, err
		}
		if err := noOpenCase(tx, in.ID); err != nil {
			return homecare.Patient{}, err
		}
		if err := holdsNobody(tx, in.ID); err != nil {
			return homecare.Patient{}, err
		}
		if _, err := tx.Exec(`update patient set voided_reason = $2, nik_index = null, updated_at = $3,
			version = version + 1 where id = $1`, in.ID, in.Reason, tx.Now()); err != nil {
			return homecare.Patient{}, err
		}
		for _, f := range s.Voided {
			if err := f(tx, in.ID); err != nil {
				return homecare.Patient{}, err
			}
		}
		return s.answer(tx, in.ID, audit.Event{Action: "patient.void", Reason: in.Reason, Before: before.Masked()})
	})
}
