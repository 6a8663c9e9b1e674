package record

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

// seen is readVisit for callers who may see the case.
var seen = readVisit + ` and ` + access.Case("c")

// readVisit reads a visit with its complete record in one statement: $1 is the
// visit, $2 the business day (for overdue). It checks no rights: a caller gets
// the result of their own act even after leaving the team.
var readVisit = `select v.id, v.stop_id, v.case_id, v.patient_id, p.name as patient_name, v.programme_code as programme,
	s.village_code as village, vi.name as village_name, v.kind, v.state, v.unplanned, v.planned_for,
	s.ends_at as planned_until,
	v.counts_on::text as counts_on, v.arrived_at, v.arrived_recorded_at, v.departed_at, v.completed_at,
	coalesce(v.completed_by::text, '') as completed_by, coalesce(v.performed_by::text, '') as performed_by, v.late,
	case when v.latitude is not null then json_build_object('latitude', v.latitude, 'longitude', v.longitude,
	'accuracy_m', coalesce(v.accuracy_m, 0)) end as position,
	coalesce(v.reason_code, '') as reason_code, coalesce(v.reason, '') as reason,
	coalesce(v.rescheduled_from_id::text, '') as rescheduled_from_id,
	coalesce((select r.id::text from visit r where r.puskesmas_id = v.puskesmas_id and r.rescheduled_from_id = v.id
	limit 1), '') as rescheduled_to_id,
	(select json_agg(json_build_object('account_id', m.account_id, 'name',
	coalesce(t.name, (select o.name from staff_of_puskesmas() o where o.account_id = m.account_id limit 1), ''),
	'profession', coalesce(nullif(m.profession, ''), t.profession, ''), 'lead', coalesce(t.lead, false))
	order by t.lead desc nulls last, t.name)
		from stop_member m left join lateral (select t.name, t.profession, t.lead from team_member t
			where t.puskesmas_id = m.puskesmas_id and t.account_id = m.account_id order by t.team_id is not distinct
				from c.team_id desc, t.joined_at desc limit 1) t on true
		where m.puskesmas_id = v.puskesmas_id and m.stop_id = v.stop_id) as members,
	v.anamnesis, v.pregnant,
	(select json_agg(json_build_object('code', x.code, 'value', x.value, 'unit', x.unit, 'level', x.level, 'taken_at',
	` + pg.UTC("x.taken_at") + `) order by x.n)
		from visit_vital x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id) as vitals,
	coalesce(v.vitals_absent_reason, '') as vitals_absent_reason, v.examination,
	(select json_agg(json_build_object('code', x.code, 'role', x.role, 'note', x.note) order by x.n)
		from visit_diagnosis x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id) as diagnoses,
	(select json_agg(json_build_object('type', x.type, 'schema_version', x.schema_version, 'provided_by',
	coalesce(x.provided_by::text, ''), 'data', x.data) order by x.type)
		from visit_service x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id) as services,
	(select json_agg(json_build_object('instrument', x.instrument, 'version', x.instrument_version, 'answers',
	x.answers, 'score', x.score,
			'band', x.band, 'band_label', x.band_label, 'status', x.status, 'flags', x.flags) order by x.n)
		from visit_assessment x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id) as assessments,
	(select json_agg(json_build_object('code', x.code, 'value', x.value, 'finding', x.finding, 'unit', x.unit, 'level',
	x.level, 'taken_at', ` + pg.UTC("x.taken_at") + `) order by x.n)
		from visit_lab x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id) as labs,
	v.education,
	(select json_agg(json_build_object('kind', x.kind, 'incident', x.incident, 'severity', x.severity, 'note', x.note)
	order by x.n)
		from visit_hazard x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id) as hazards,
	v.consumables, v.plan,
	` + followup.OfVisit("$2") + ` as follow_ups,
	coalesce(v.next_visit_id::text, '') as next_visit_id,
	` + alert.OfVisit + ` as alerts,
	v.revision, v.version,
	v.state = 'completed' and exists (select from visit o
		join stop_member om on om.puskesmas_id = o.puskesmas_id and om.stop_id = o.stop_id
		join stop_member m on m.puskesmas_id = om.puskesmas_id and m.account_id = om.account_id
		and m.stop_id = v.stop_id
		where o.puskesmas_id = v.puskesmas_id and o.counts_on = v.counts_on and o.stop_id <> v.stop_id
			and o.state in ('in_progress', 'completed') and o.arrived_at < v.departed_at
			and o.departed_at > v.arrived_at) as overlaps,
	v.state = 'completed' and exists (select from visit r where r.puskesmas_id = v.puskesmas_id
		and r.rescheduled_from_id = v.id and r.state in ('in_progress', 'completed')) as twice,
	array(select m from (select unnest(` + sentmonth.Months + `) union
		select sent_month(v.programme_code, v.counts_on, coalesce(v.completed_at, v.arrived_recorded_at))) x(m)
		where m is not null order by m) as sent_months
	from visit v
	join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
	join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
	join stop s on s.puskesmas_id = v.puskesmas_id and s.id = v.stop_id
	join village vi on vi.code = s.village_code
	where v.id = $1`

// visitRead is a row of readVisit: the visit, and the input of its warnings.
type visitRead struct {
	homecare.Visit
	Overlaps bool // another visit of one of its members was at the same time
	// SentMonths are the month of its day, where its report existed before, and
	// months with a report that the transaction changed.
	SentMonths []string
	Twice      bool // the visit planned in its place took place too
}

// collectVisit reads the one row of readVisit.
func collectVisit(rows pgx.Rows) (visitRead, error) {
	v, err := pg.CollectOne[visitRead](rows)
	if err != nil {
		return v, err
	}
	v.Members, v.Vitals, v.Diagnoses = present(v.Members), present(v.Vitals), present(v.Diagnoses)
	v.Services, v.Assessments, v.Labs = present(v.Services), present(v.Assessments), present(v.Labs)
	v.Hazards, v.Consumables = present(v.Hazards), present(v.Consumables)
	v.FollowUps, v.Alerts = present(v.FollowUps), present(v.Alerts)
	return v, err
}

// present replaces a missing list of a visit by an empty one.
func present[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// QueueRead queues the read of a visit as it is after the batch, if the caller
// may see it.
func QueueRead(tx pg.Tx, b *pgx.Batch, id string, into *homecare.Visit) {
	queueBy(tx, b, seen, id, into)
}

// QueueReadAny is QueueRead without the check of visibility.
func QueueReadAny(tx pg.Tx, b *pgx.Batch, id string, into *homecare.Visit) {
	queueBy(tx, b, readVisit, id, into)
}

func queueBy(tx pg.Tx, b *pgx.Batch, query, id string, into *homecare.Visit) {
	b.Queue(query, id, tx.Today()).Query(func(rows pgx.Rows) error {
		v, err := collectVisit(rows)
		*into = warned(tx.Context(), v)
		return err
	})
}
