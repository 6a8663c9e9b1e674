package visit

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// madeByMerge is the outcome of a task that a merge created and that is open
// when the merge is undone.
var madeByMerge = map[string]any{"state": "cancelled", "result": patient.MergeUndone}

// toldBefore are the cases of $1 whose own record, of the two merged ones, had
// the withdrawn consent: their teams know.
const toldBefore = `with moved as (select n.relation, n.row_key ->> 'id' as id from person_merge_change n
		where n.merge_id = current_setting('app.merging')::uuid and n.before ? 'patient_id')
	select c.id from care_case c where c.patient_id = $1 and exists (select from consent w where w.patient_id = $1
		and w.kind = 'home_visit' and w.withdrawn_at is not null
		and (w.id::text in (select id from moved where relation = 'consent')) = (c.id::text in (select id from moved
			where relation = 'care_case')))`

// regiven are the cases to which a merge moved planned visits of another team.
// Members of that team can see neither the case nor the visit.
const regiven = `c.id in (select v.case_id from person_merge_change n
		join visit v on v.puskesmas_id = n.puskesmas_id and v.id = (n.row_key ->> 'id')::uuid
		join stop_member g on g.puskesmas_id = v.puskesmas_id and g.stop_id = v.stop_id and g.active
		where n.merge_id = current_setting('app.merging')::uuid and n.relation = 'visit'
			and n.before ? 'case_id' and v.state = 'planned'
			and not exists (select from team_member m
				join care_case o on o.puskesmas_id = m.puskesmas_id and o.team_id = m.team_id
				where o.id = v.case_id and m.account_id = g.account_id and m.left_at is null))`

// CaseMergedIn moves what is open on a case that ended as merged to the other:
// planned visits and visits in progress with their files, and the day of the next
// visit where the other has none. For episode.Service.CaseMerged.
func (s *Service) CaseMergedIn(tx pg.Tx, fromID, toID string) error {
	var b pgx.Batch
	b.Queue(`update attachment set case_id = $2, version = version + 1 where case_id = $1 and subject_kind = 'visit'
		and subject_id in (select id from visit where case_id = $1
		and state in ('planned', 'in_progress'))`, fromID, toID)
	b.Queue(`update visit set case_id = $2, version = version + 1 where case_id = $1
		and state in ('planned', 'in_progress')`, fromID, toID)
	b.Queue(`update visit_due d set case_id = $2 where d.case_id = $1 and not exists (select from visit_due o
		where o.case_id = $2)`, fromID, toID)
	return tx.Send(&b)
}

// MergedIn stops the planned visits of a person who withdrew the consent to
// home visits in either record, as the withdrawal does. It asks the team to
// review visits that another team had planned, and recounts the figures of
// every month in which the person was visited. For patient.Service.Merged.
func (s *Service) MergedIn(tx pg.Tx, _, toID string) error {
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
	cases, err := followup.LedIn(tx, regiven)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, c := range cases {
		id, err := s.tasks.QueueForLead(tx, &b, c, "merge",
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

// PartedIn settles the visits that an undone merge returned. A visit whose hour has
// passed is missed, one whose hour is taken stays cancelled, and visits of the
// living person that a death had cancelled are planned again. It names the visits
// that the merge had moved. For patient.Service.Parted.
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
	living, err := pg.Rows[struct{ ID string }](tx, `select c.id from care_case c
		join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id and p.deceased_on is null
		where p.id in ($1, $2) and c.state in `+access.CaseInCare+` order by c.id`, p.FromID, p.ToID)
	if err != nil {
		return nil, err
	}
	for _, c := range living {
		if err := s.planAgain(tx, c.ID, episode.Death, patient.MergeUndone, "merge_undone"); err != nil {
			return nil, err
		}
	}
	var out []homecare.MergedRecord
	for _, id := range settled {
		out = append(out, homecare.MergedRecord{Kind: "visit", ID: id})
	}
	return out, nil
}
