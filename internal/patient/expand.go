package patient

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// ExpandIn adds the persons to the rows of a list, in one round trip, if e names them. of
// returns the id of a row's person and the place for the person.
func ExpandIn[Row any](tx pg.Tx, e call.Expand, rows []Row, of func(*Row) (string, **homecare.Patient)) error {
	if e == "" {
		return nil
	}
	if err := tx.Permitted(access.ExpandPermissions(e)...); err != nil {
		return err
	}
	var b pgx.Batch
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i], _ = of(&rows[i])
	}
	byID := make(map[string]*homecare.Patient, len(rows))
	if err := QueueMaskedIn(tx, &b, ids, func(p homecare.Patient) { byID[p.ID] = &p }); err != nil {
		return err
	}
	if err := tx.Send(&b); err != nil {
		return err
	}
	for i := range rows {
		id, into := of(&rows[i])
		*into = byID[id]
	}
	return nil
}
