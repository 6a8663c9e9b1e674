package patient

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type mergeParams struct {
	// The person to merge into another.
	ID string `param:"id" json:"-"`
	homecare.MergePatient
}

// Merge merges a person into another. Errors: fault.ErrNotFound,
// fault.ErrStale, ErrGone, ErrSelf, ErrTwoNIKs, ErrMergeDeath.
func (s *Service) Merge(ctx context.Context, in mergeParams) (homecare.Patient, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		if err := LockCommits(tx); err != nil {
			return homecare.Patient{}, err
		}
		before, err := s.lock(tx, in.ID)
		if err != nil {
			return homecare.Patient{}, err
		}
		stood, err := oneIn(tx, in.IntoID)
		if err != nil {
			return homecare.Patient{}, fault.NotFoundAt(err, "/into_id")
		}
		if _, err := s.MergeIn(tx, in.ID, in.IntoID, in.Reason); err != nil {
			return homecare.Patient{}, err
		}
		if _, err := s.answer(tx, in.ID, audit.Event{Action: "patient.merge", Reason: in.Reason,
			Before: before.Masked()}); err != nil {
			return homecare.Patient{}, err
		}
		return s.answer(tx, in.IntoID, audit.Event{Action: "patient.merge", Reason: in.Reason, Before: stood})
	})
}
