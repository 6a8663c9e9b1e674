// Package alert keeps the dangerous values measured at visits until somebody has
// recorded what was done and how it ended (SOP HS 5d).
//
//	QueueRaise   raise.go       what a record's values raise and correct
//	List         list.go        page.ErrCursor
//	Acknowledge  acknowledge.go fault.ErrNotFound, fault.ErrState, fault.ErrStale
//	Close        close.go       as Acknowledge
//
// Called by others: two cases are merged (merge.go).
package alert

import (
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/state"
)

const (
	columns = `a.id, a.visit_id, a.case_id, a.patient_id, p.name as patient_name, a.part, a.code, a.value, a.unit,
	a.level, a.state, a.raised_at, a.acknowledged_at,
	coalesce(a.acknowledged_on::text, '') as acknowledged_on, coalesce(a.closed_on::text, '') as closed_on,
	coalesce(a.acknowledged_by::text, '') as acknowledged_by, coalesce(a.note, '') as note, a.closed_at,
	coalesce(a.closed_by::text, '') as closed_by,
	coalesce(a.close_note, '') as close_note, a.changed_at as updated_at, a.version`
	from = ` from alert a join care_case c on c.puskesmas_id = a.puskesmas_id and c.id = a.case_id
	join patient p on p.puskesmas_id = a.puskesmas_id and p.id = a.patient_id `
)

// OfVisit is the SQL of the alerts of visit v, as JSON.
var OfVisit = `(select json_agg(json_build_object('id', a.id, 'visit_id', a.visit_id, 'case_id', a.case_id,
	'patient_id', a.patient_id, 'part', a.part, 'code', a.code, 'value', a.value,
			'unit', a.unit, 'level', a.level, 'state', a.state, 'raised_at',
			` + pg.UTC("a.raised_at") + `, 'acknowledged_at', ` + pg.UTC("a.acknowledged_at") + `,
			'acknowledged_on', coalesce(a.acknowledged_on::text, ''), 'closed_on', coalesce(a.closed_on::text, ''),
			'acknowledged_by', coalesce(a.acknowledged_by::text, ''), 'note', coalesce(a.note, ''),
			'closed_at', ` + pg.UTC("a.closed_at") + `, 'closed_by', coalesce(a.closed_by::text, ''), 'close_note',
				coalesce(a.close_note, ''), 'updated_at', ` + pg.UTC("a.changed_at") + `,
			'version', a.version) order by a.raised_at, a.id)
		from alert a where a.puskesmas_id = v.puskesmas_id and a.visit_id = v.id)`

// State is the state of an alert.
type State string

// Action is an act on an alert.
type Action string

// Machine is the state machine of an alert: somebody records what was done and
// later that the matter is closed. A corrected value needs no act.
var Machine = state.Machine[State, Action]{Name: "alert", Start: []State{"open"}, Steps: []state.Step[State, Action]{
	{From: "open", Do: "acknowledge", To: "acknowledged"},
	{From: "open", Do: "correct", To: "corrected", By: state.System},
	{From: "acknowledged", Do: "close", To: "closed"},
}}
