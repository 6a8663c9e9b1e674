package visit

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// GetExpanded is Get with the records that e names: patient, case. Errors:
// fault.ErrNotFound, pg.ErrWithheld.
func (s *Service) GetExpanded(ctx context.Context, id string, e call.Expand) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		var v homecare.Visit
		if err := tx.Permitted(access.ExpandPermissions(e)...); err != nil {
			return v, err
		}
		var read, b pgx.Batch
		queueRead(tx, &read, id, &v)
		if err := tx.Send(&read); err != nil {
			return v, err
		}
		if e.Has("patient") {
			if err := patient.QueueMaskedIn(tx, &b, []string{v.PatientID}, func(p homecare.Patient) { v.Patient = &p }); err != nil {
				return v, err
			}
		}
		if e.Has("case") {
			episode.QueueIn(tx, &b, v.CaseID, func(c homecare.Case) { v.Case = &c })
		}
		return v, tx.Send(&b)
	})
}

// expandList puts the persons into the rows of a list, in one round trip.
func expandList(tx pg.Tx, e call.Expand, rows []homecare.VisitSummary) error {
	if err := tx.Permitted(access.ExpandPermissions(e)...); err != nil {
		return err
	}
	var b pgx.Batch
	ids := make([]string, len(rows))
	for i, v := range rows {
		ids[i] = v.PatientID
	}
	byID := make(map[string]*homecare.Patient, len(rows))
	if err := patient.QueueMaskedIn(tx, &b, ids, func(p homecare.Patient) { byID[p.ID] = &p }); err != nil {
		return err
	}
	if err := tx.Send(&b); err != nil {
		return err
	}
	for i := range rows {
		rows[i].Patient = byID[rows[i].PatientID]
	}
	return nil
}
