package followup

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// CaseMergedIn moves the tasks of a case that ended as merged to the other case.
// For episode.Service.CaseMerged.
func (s *Service) CaseMergedIn(tx pg.Tx, fromID, toID string) error {
	_, err := tx.Exec(`update follow_up set case_id = $2, version = version + 1,
		owner_account_id = owner_in_case($2, owner_account_id)
		where case_id = $1 and state in `+Pending, fromID, toID)
	return err
}

// MergedIn closes the tasks of a person whose death a merge reveals, including
// those of ended cases. For patient.Service.Merged.
func (s *Service) MergedIn(tx pg.Tx, _, patientID string) error {
	cases, err := pg.Rows[struct {
		ID    string
		Death bool
	}](tx, `select c.id, coalesce(c.ending = 'death', false) as death from care_case c
		join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
		where c.patient_id = $1 and p.deceased_on is not null order by 2 desc, c.terminated_at, c.id
		limit 1`, patientID)
	if err != nil || len(cases) == 0 {
		return err
	}
	cause := ""
	if cases[0].Death {
		cause = cases[0].ID
	}
	return s.closeOfDead(tx, cases[0].ID, cause, "")
}

// PartedIn settles the tasks of two persons whose merge was undone. A task
// cancelled by a death that came with the merge is restored and moves to the case
// of its visit. A task that the merge reopened is cancelled as before. For
// patient.Service.Parted; it names none.
func (s *Service) PartedIn(tx pg.Tx, p patient.Parting) ([]homecare.MergedRecord, error) {
	tasks, err := pg.Rows[cancelledTask](tx, `select f.id, a.id as act from person_merge_change n
		join follow_up f on f.puskesmas_id = n.puskesmas_id and f.id = (n.row_key ->> 'id')::uuid
		join follow_up_act a on a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id
		where n.merge_id = $1 and n.relation = 'follow_up' and n.after ->> 'state' = 'cancelled'
		and f.state <> 'cancelled'
			and a.act = 'cancelled' and not `+undone+` order by f.id`, p.MergeID)
	if err != nil {
		return nil, err
	}
	var b pgx.Batch
	for _, f := range tasks {
		Act{Day: tx.Today(), By: tx.Principal().UserID, undoes: f.Act}.queue(tx, &b, f.ID, acts[deathUndone],
			patient.MergeUndone)
	}
	if err := tx.Send(&b); err != nil {
		return nil, err
	}
	if err := s.partTasks(tx, p); err != nil {
		return nil, err
	}
	_, err = tx.Exec(`insert into follow_up_act (puskesmas_id, id, follow_up_id, act, happened_on, at, performed_by,
		recorded_by, note)
		select f.puskesmas_id, gen_random_uuid(), f.id, 'cancelled', $2::text::date, $3, $4::uuid, $4::uuid, f.result
		from person_merge_change n join follow_up f on f.puskesmas_id = n.puskesmas_id
		and f.id = (n.row_key ->> 'id')::uuid
		where n.merge_id = $1 and n.relation = 'follow_up' and n.before ->> 'state' = 'cancelled'
		and f.state = 'cancelled'
			and not exists (select from follow_up_act a where a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id
			and a.act = 'cancelled'
				and not `+undone+`)`,
		p.MergeID, tx.Today(), tx.Now(), tx.Principal().UserID)
	return nil, err
}

// partTasks moves each task of a visit to the case to which the visit returned,
// and restores tasks of the living person that a death had cancelled.
func (s *Service) partTasks(tx pg.Tx, p patient.Parting) error {
	if _, err := tx.Exec(`update follow_up f set case_id = v.case_id, version = f.version + 1,
			owner_account_id = case when f.state in
			`+Pending+` then owner_in_case(v.case_id, f.owner_account_id) else f.owner_account_id end
		from visit v join care_case c on c.puskesmas_id = v.puskesmas_id and c.patient_id in ($1, $2)
		where v.patient_id in ($1, $2) and v.id = f.visit_id and c.id = f.case_id
		and c.patient_id <> v.patient_id`, p.FromID, p.ToID); err != nil {
		return err
	}
	const living = ` join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id and p.deceased_on is null
		where p.id in ($1, $2) `
	tasks, err := pg.Rows[cancelledTask](tx, `select f.id, a.id as act from care_case c
		join follow_up f on f.puskesmas_id = c.puskesmas_id and f.case_id = c.id
		join follow_up_act a on a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id`+living+`
			and a.cause_case_id is not null and f.state = 'cancelled' and not `+undone+`
		order by f.id for update of f`, p.FromID, p.ToID)
	if err != nil {
		return err
	}
	return s.reopen(tx, tasks, patient.MergeUndone)
}
