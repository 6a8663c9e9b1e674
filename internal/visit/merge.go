package visit

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// madeByMerge is what becomes of a task that a merge made and that is still open
// when it is undone.
var madeByMerge = map[string]any{"state": "cancelled", "result": patient.MergeUndone}

// toldBefore are the cases of $1 whose own record, of the two that are merged,
// had withdrawn the consent: their teams know.
const toldBefore = `with moved as (select n.relation, n.row_key ->> 'id' as id from person_merge_change n
		where n.merge_id = current_setting('app.merging')::uuid and n.before ? 'patient_id')
	select c.id from care_case c where c.patient_id = $1 and exists (select from consent w where w.patient_id = $1
		and w.kind = 'home_visit' and w.withdrawn_at is not null
		and (w.id::text in (select id from moved where relation = 'consent')) = (c.id::text in (select id from moved
			where relation = 'care_case')))`

// strangers are the cases to which a merge gave planned visits of another team:
// who should go there can see neither the case nor the visit.
const strangers = `where c.id in (select v.case_id from person_merge_change n
		join visit v on v.puskesmas_id = n.puskesmas_id and v.id = (n.row_key ->> 'id')::uuid
		join stop_member g on g.puskesmas_id = v.puskesmas_id and g.stop_id = v.stop_id and g.active
		where n.merge_id = current_setting('app.merging')::uuid and n.relation = 'visit'
			and n.before ? 'case_id' and v.state = 'planned'
			and not exists (select from team_member m
				join care_case o on o.puskesmas_id = m.puskesmas_id and o.team_id = m.team_id
				where o.id = v.case_id and m.account_id = g.account_id and m.left_at is null))
	order by c.id`

// closeMerged closes the tasks of a person of whom a merge tells the death, also those
// of cases that had ended.
func (s *Service) closeMerged(tx pg.Tx, patientID string) error {
	cases, err := pg.Rows[struct {
		ID    string
		Death bool
	}](tx, `select c.id, coalesce(c.ending = 'death', false) as death from care_case c
		join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
		where c.patient_id = $1 and p.deceased_on is not null order by 2 desc, c.terminated_at, c.id limit 1`, patientID)
	if err != nil || len(cases) == 0 {
		return err
	}
	cause := ""
	if cases[0].Death {
		cause = cases[0].ID
	}
	return s.closeOfDead(tx, cases[0].ID, cause, "")
}

// MergedIn stops the planned visits of a person who withdrew the consent to
// home visits in either record, as the withdrawal does, asks the team to look
// at visits that another one had planned, and has the figures of every month
// counted again in which the person was visited. For patient.Service.Merged.
func (s *Service) MergedIn(tx pg.Tx, _, toID string) error {
	if err := s.closeMerged(tx, toID); err != nil {
		return err
	}
	refused, err := pg.Scalar[bool](tx, `select home_visit_refused(puskesmas_id, id, $2) from patient
		where id = $1`, toID, tx.Now())
	if err != nil {
		return err
	}
	var tasks []string
	if refused {
		told, err := pg.Rows[struct{ ID string }](tx, toldBefore, toID)
		if err != nil {
			return err
		}
		var ids []string
		for _, c := range told {
			ids = append(ids, c.ID)
		}
		if tasks, err = s.stopVisitsIn(tx, toID, ids); err != nil {
			return err
		}
	}
	cases, err := pg.Rows[ledCase](tx, ledCases+strangers)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, c := range cases {
		id, err := s.queueLeadTask(tx, &b, c, "merge",
			"Penggabungan data: kunjungan terencana dari tim lain pindah ke kasus ini. Periksa siapa yang berangkat, lalu jadwalkan ulang bila perlu.")
		if err != nil {
			return err
		}
		tasks = append(tasks, id)
	}
	if err := tx.Send(&b); err != nil {
		return err
	}
	for _, id := range tasks {
		if err := patient.NoteMadeIn(tx, "follow_up", id, madeByMerge, map[string]any{"state": "open"}); err != nil {
			return err
		}
	}
	return nil
}

// PartedIn settles what an undone merge gave back: a visit whose hour has passed
// was missed, one whose hour somebody else has taken meanwhile stays cancelled, and
// a task that a death told by the merge had cancelled never was. It names the
// visits. For patient.Service.Parted.
func (s *Service) PartedIn(tx pg.Tx, p patient.Parting) ([]homecare.MergedRecord, error) {
	rows, err := pg.Rows[back](tx, `select v.id, v.stop_id, v.planned_for, exists (select from stop_member m
		where m.puskesmas_id = v.puskesmas_id and m.stop_id = v.stop_id and m.active) as free
		from person_merge_change n join visit v on v.puskesmas_id = n.puskesmas_id and v.id = (n.row_key ->> 'id')::uuid
		where n.merge_id = $1 and n.relation = 'visit' and n.before ->> 'state' = 'planned'
			and v.state = 'planned'`, p.MergeID)
	if err != nil {
		return nil, err
	}
	settled, err := s.settle(tx, rows, Planned, audit.Event{Action: "visit.unmerge", Reason: p.Reason}, "merge_undone")
	if err != nil {
		return nil, err
	}
	tasks, err := pg.Rows[cancelledTask](tx, `select f.id, a.id as act from person_merge_change n
		join follow_up f on f.puskesmas_id = n.puskesmas_id and f.id = (n.row_key ->> 'id')::uuid
		join follow_up_act a on a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id
		where n.merge_id = $1 and n.relation = 'follow_up' and n.after ->> 'state' = 'cancelled' and f.state <> 'cancelled'
			and a.act = 'cancelled' and not `+undone+` order by f.id`, p.MergeID)
	if err != nil {
		return nil, err
	}
	var b pgx.Batch
	for _, f := range tasks {
		actOn{day: tx.Today(), by: tx.Principal().UserID, undoes: f.Act}.queue(tx, &b, f.ID, followUpActs[deathUndone], patient.MergeUndone)
	}
	if err := tx.Send(&b); err != nil {
		return nil, err
	}
	if err := s.partTasks(tx, p); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(`insert into follow_up_act (puskesmas_id, id, follow_up_id, act, happened_on, at, performed_by, recorded_by, note)
		select f.puskesmas_id, gen_random_uuid(), f.id, 'cancelled', $2::text::date, $3, $4::uuid, $4::uuid, f.result
		from person_merge_change n join follow_up f on f.puskesmas_id = n.puskesmas_id and f.id = (n.row_key ->> 'id')::uuid
		where n.merge_id = $1 and n.relation = 'follow_up' and n.before ->> 'state' = 'cancelled' and f.state = 'cancelled'
			and not exists (select from follow_up_act a where a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id and a.act = 'cancelled'
				and not `+undone+`)`,
		p.MergeID, tx.Today(), tx.Now(), tx.Principal().UserID); err != nil {
		return nil, err
	}
	var out []homecare.MergedRecord
	for _, id := range settled {
		out = append(out, homecare.MergedRecord{Kind: "visit", ID: id})
	}
	return out, nil
}

// partTasks gives each task that a visit made to the case to which the visit went
// back, and lets what a death had cancelled stand again for the one who lives.
func (s *Service) partTasks(tx pg.Tx, p patient.Parting) error {
	if _, err := tx.Exec(`update follow_up f set case_id = v.case_id, version = f.version + 1,
			owner_account_id = case when f.state in ('open', 'handed_over', 'answered') then owner_in_case(v.case_id, f.owner_account_id) else f.owner_account_id end
		from visit v join care_case c on c.puskesmas_id = v.puskesmas_id and c.patient_id in ($1, $2)
		where v.patient_id in ($1, $2) and v.id = f.visit_id and c.id = f.case_id and c.patient_id <> v.patient_id`, p.FromID, p.ToID); err != nil {
		return err
	}
	const living = ` join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id and p.deceased_on is null
		where p.id in ($1, $2) `
	open, err := pg.Rows[struct{ ID string }](tx, `select c.id from care_case c`+living+`and c.state in ('approved', 'active', 'terminating')
		order by c.id`, p.FromID, p.ToID)
	if err != nil {
		return err
	}
	for _, c := range open {
		if err := s.planAgain(tx, c.ID, episode.Death, patient.MergeUndone, "merge_undone"); err != nil {
			return err
		}
	}
	tasks, err := pg.Rows[cancelledTask](tx, `select f.id, a.id as act from care_case c join follow_up f on f.puskesmas_id = c.puskesmas_id and f.case_id = c.id
		join follow_up_act a on a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id`+living+`
			and a.cause_case_id is not null and f.state = 'cancelled' and not `+undone+`
		order by f.id for update of f`, p.FromID, p.ToID)
	if err != nil {
		return err
	}
	return s.reopen(tx, tasks, patient.MergeUndone)
}
