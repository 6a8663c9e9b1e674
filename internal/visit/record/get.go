package record

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Get returns a visit with its whole record, in one round trip.
func (s *Service) Get(ctx context.Context, id string) (homecare.Visit, error) {
	v, err := pg.Read(ctx, s.db, seen, []any{id, clock.Today(ctx)}, collectVisit)
	return warned(ctx, v), err
}

// GetExpanded is Get with the records named by e: patient, case. Errors:
// fault.ErrNotFound, pg.ErrWithheld.
func (s *Service) GetExpanded(ctx context.Context, id string, e call.Expand) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		var v homecare.Visit
		if err := tx.Permitted(access.ExpandPermissions(e)...); err != nil {
			return v, err
		}
		var read, b pgx.Batch
		QueueRead(tx, &read, id, &v)
		if err := tx.Send(&read); err != nil {
			return v, err
		}
		if e.Has("patient") {
			if err := patient.QueueMaskedIn(tx, &b, []string{v.PatientID}, func(p homecare.Patient) {
				v.Patient = &p
			}); err != nil {
				return v, err
			}
		}
		if e.Has("case") {
			episode.QueueIn(tx, &b, v.CaseID, func(c homecare.Case) { v.Case = &c })
		}
		return v, tx.Send(&b)
	})
}
