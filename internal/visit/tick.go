package visit

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// checklistAct is a tick in the trail.
const checklistAct = "visit.checklist"

// Tick stores the packed items; an item left out is not packed. It happens before
// leaving, so the visit must be planned or in progress. The list has its own
// version, so a colleague who ticks items does not conflict with the recording of
// the visit.
func (s *Service) Tick(ctx context.Context, id string, in homecare.TickChecklist) (homecare.Checklist, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Checklist, error) {
		c := homecare.Checklist{VisitID: id}
		var now homecare.Checklist
		ask := &pgx.Batch{}
		queueChecklist(ask, id, &now)
		v, _, err := record.LockIn(tx, id)
		if err != nil {
			return c, err
		}
		if err := tx.Send(ask); err != nil {
			return c, err
		}
		if err := tx.Stale(now.Version); err != nil {
			return c, tickedLast(tx, id, err)
		}
		if v.State != string(Planned) && v.State != string(InProgress) {
			return c, fault.State(v.State)
		}
		var check fault.Check
		for i, item := range in.Ticked {
			check.That(slices.ContainsFunc(now.Items, func(x homecare.ChecklistItem) bool { return x.Item == item }),
				fmt.Sprintf("/ticked/%d", i), "unknown",
				"Barang ini tidak ada pada daftar.", "This is not on the list.")
		}
		if err := check.Err(); err != nil {
			return c, err
		}
		var b pgx.Batch
		b.Queue(`insert into visit_checklist_item (puskesmas_id, visit_id, item, ticked_at, ticked_by) select $1, $2, i,
			$4, $5 from unnest($3::text[]) i
			on conflict on constraint visit_checklist_item_pk do update set ticked_at = excluded.ticked_at,
			ticked_by = excluded.ticked_by where visit_checklist_item.ticked_at is null`,
			tx.Principal().PuskesmasID, id, in.Ticked, tx.Now(), tx.Principal().UserID)
		b.Queue(`update visit_checklist_item set ticked_at = null, ticked_by = null where visit_id = $1
			and ticked_at is not null and item <> all($2)`, id, in.Ticked)
		b.Queue(`update visit set checklist_version = checklist_version + 1 where id = $1`, id)
		queueChecklist(&b, id, &c)
		if err := tx.Send(&b); err != nil {
			return c, err
		}
		return c, s.trail.Record(tx, audit.Event{Action: checklistAct, SubjectKind: "visit", SubjectID: id,
			Before: now.Items, After: c.Items})
	})
}

// tickedLast adds to a conflict who ticked last: the list has its own version, and the newest
// change of the visit says nothing about it.
func tickedLast(tx pg.Tx, id string, stale error) error {
	last, err := audit.LastActIn(tx, checklistAct, id)
	if err != nil {
		return stale
	}
	return fault.From(stale).Extend("changed", &last)
}
