package visit

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// expandList adds the persons to the rows of a list, in one round trip.
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
