package followup

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// QueueIn creates a task of a visit's plan, opened on the visit's day; without
// a visit, opened today.
func QueueIn(tx pg.Tx, b *pgx.Batch, id, caseID string, visitID *string, f homecare.PlannedFollowUp) {
	queueTask(tx, b, id, caseID, visitID, f)
	b.Queue(`insert into follow_up_act (puskesmas_id, id, follow_up_id, act, happened_on, at, performed_by, recorded_by)
		select $1, $2, $3, 'opened', coalesce(v.counts_on, $4::text::date), $5, coalesce(v.performed_by, $6::uuid),
		$6::uuid
		from (select) one left join visit v on v.puskesmas_id = $1 and v.id = $7`,
		tx.Principal().PuskesmasID, pg.NewID(""), id, tx.Today(), tx.Now(), tx.Recorder(), visitID)
}

// queueTask creates the task. A task of a merged case goes to the case that
// continues.
func queueTask(tx pg.Tx, b *pgx.Batch, id, caseID string, visitID *string, f homecare.PlannedFollowUp) {
	b.Queue(`insert into follow_up (puskesmas_id, id, case_id, visit_id, what, owner_account_id, unit, due_on, state,
		created_at, created_by)
		select $1, $2, g.id, $4, $5, case when g.id = $3::uuid then $6::uuid else owner_in_case(g.id, $6::uuid) end, $7,
		$8::text::date, 'open', $9, $10
		from (select case_going_on($3::uuid) as id) g`,
		tx.Principal().PuskesmasID, id, caseID, visitID, f.What, pg.Null(f.OwnerAccountID), pg.Null(f.Unit), f.DueOn,
		tx.Now(), tx.Principal().UserID)
}

// Check returns what is wrong with a task of a visit on that day; "" for none.
func Check(f homecare.PlannedFollowUp, owner func(string) bool, visited, base string, check *fault.Check) {
	if f.DueOn < visited {
		check.Put(fault.Field{Pointer: base + "/due_on", Code: "before_visit", Args: map[string]any{"first": visited},
			Text: fault.Text{
				ID: "Tenggat tidak boleh sebelum hari kunjungannya, {first}. Isi hari itu atau sesudahnya.",
				EN: "A follow-up is not due before the day of its visit, {first}. Give that day or a later one."}})
	}
	check.That(f.OwnerAccountID != "" || f.Unit != "", base+"/owner_account_id", "required",
		"Isi petugas penanggung jawab atau unit di luar tim.", "Give an owner or a unit outside the team.")
	check.That(f.OwnerAccountID == "" || owner(f.OwnerAccountID), base+"/owner_account_id", "unknown",
		access.NotOwner.ID, access.NotOwner.EN)
}
