package followup

import (
	"github.com/balangan/homecare/internal/platform/pg"
)

// columns are the columns of a task. The named parameter is the business day,
// for overdue.
func columns(today string) string {
	return `f.id, f.case_id, c.patient_id, p.name as patient_name, coalesce(f.visit_id::text, '') as visit_id, f.what,
	coalesce(f.owner_account_id::text, '') as owner_account_id, coalesce(f.unit, '') as unit,
	f.due_on::text as due_on, f.state,
	f.due_on < ` + today + `::text::date and f.state in ` + Pending +
		` as overdue, f.handed_over_at, coalesce(f.handed_over_note, '') as handed_over_note,
	f.answered_at, coalesce(f.answer, '') as answer, f.closed_at, coalesce(f.result, '') as result,
	` + history + ` as acts, f.changed_at as updated_at, f.version`
}

const from = ` from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
	join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id `

// OfVisit is the SQL of the tasks of visit v, as JSON. today is the business day,
// for overdue.
func OfVisit(today string) string {
	return `(select json_agg(json_build_object('id', f.id, 'case_id', f.case_id, 'patient_id', v.patient_id,
			'visit_id', f.visit_id, 'what', f.what,
		'owner_account_id', coalesce(f.owner_account_id::text, ''),
			'unit', coalesce(f.unit, ''), 'due_on', f.due_on, 'state', f.state, 'overdue',
			f.due_on < ` + today + `::text::date and f.state in ` + Pending + `,
			'handed_over_at', ` + pg.UTC("f.handed_over_at") + `, 'handed_over_note',
			coalesce(f.handed_over_note, ''), 'answered_at', ` + pg.UTC("f.answered_at") + `,
			'answer', coalesce(f.answer, ''), 'closed_at',
			` + pg.UTC("f.closed_at") + `, 'result', coalesce(f.result, ''),
			'updated_at', ` + pg.UTC("f.changed_at") + `, 'version', f.version) order by f.due_on, f.id)
		from follow_up f where f.puskesmas_id = v.puskesmas_id and f.visit_id = v.id)`
}
