package episode

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

// expand adds the records that e names to the cases, in one round trip for any
// number of cases. A team is expanded on a single case only.
func expand(tx pg.Tx, e call.Expand, cases []homecare.Case) error {
	if err := tx.Permitted(access.ExpandPermissions(e)...); err != nil {
		return err
	}
	var b pgx.Batch
	patients := map[string]*homecare.Patient{}
	if e.Has("patient") && len(cases) > 0 {
		ids := make([]string, len(cases))
		for i, c := range cases {
			ids[i] = c.PatientID
		}
		if err := patient.QueueMaskedIn(tx, &b, ids, func(p homecare.Patient) { patients[p.ID] = &p }); err != nil {
			return err
		}
	}
	if e.Has("team") && len(cases) == 1 && cases[0].TeamID != "" {
		team.QueueIn(&b, cases[0].TeamID, func(t homecare.Team) { cases[0].TeamRecord = &t })
	}
	if err := tx.SendBatch(&b).Close(); err != nil {
		return err
	}
	for i := range cases {
		cases[i].Patient = patients[cases[i].PatientID]
	}
	return nil
}

// QueueIn queues the read of a case as its own route answers it. put receives
// it once the batch was sent, unless the caller may not see it.
func QueueIn(tx pg.Tx, b *pgx.Batch, id string, put func(homecare.Case)) {
	var found []shown
	b.Queue(`select `+columns+details+from+`where c.id = $1
		and `+access.Case("c"), id).Query(func(rows pgx.Rows) (err error) {
		found, err = pg.Collect[shown](rows)
		return err
	})
	b.Queue(selectEnding, id).Query(func(rows pgx.Rows) error {
		endings, err := pg.Collect[sealedEnding](rows)
		if err != nil || len(found) == 0 {
			return err
		}
		c := found[0]
		c.permit(tx)
		if c.Ending != "" && len(endings) > 0 {
			if err := endings[0].open(tx, &c.Case); err != nil {
				return err
			}
		}
		put(c.Case)
		return nil
	})
}
