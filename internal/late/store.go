package late

import (
	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// base is the address of a parked act for access.Allowed.
const base = "/v1/parked/{id}"

func place(id string) string { return "parked/" + id }

// row is a parked act with the columns that its answer omits.
type row struct {
	homecare.ParkedAct
	ContradictsKind, ContradictsID string
	NamesID                        string
	BodySealed                     []byte
}

const columns = `a.id, a.permission, coalesce(a.record_id::text, '') as record_id, a.reason, a.contradicts_kind,
	a.contradicts_id,
	coalesce(a.case_id::text, '') as case_id, a.patient_id, p.name as patient_name, a.performed_by, a.recorded_by,
	a.act_at, a.parked_at,
	a.due_on::text as due_on, a.escalates_on::text as escalates_on, a.state, coalesce(a.note, '') as note, a.decided_at,
	coalesce(a.decided_by::text, '') as decided_by, coalesce(a.result_kind, '') as result_kind,
	coalesce(a.result_id::text, '') as result_id, coalesce(a.names_id::text, '') as names_id,
	a.changed_at as updated_at, a.version `

const from = `from parked_act a join patient p on p.puskesmas_id = a.puskesmas_id and p.id = a.patient_id `

// own is the condition that the caller may see a parked act.
const own = `may_see_parked(a.recorded_by, a.performed_by)`

func read(tx pg.Tx, id, lock string) (row, error) {
	return pg.Row[row](tx, `select `+columns+`, a.body_sealed `+from+`where a.id = $1 and `+own+lock, id)
}

func (r row) holds(tx pg.Tx) []string {
	if me := tx.Principal().UserID; r.RecordedBy == me || r.PerformedBy == me {
		return []string{byAuthor}
	}
	return nil
}

func (r row) wire(tx pg.Tx) homecare.ParkedAct {
	a := r.ParkedAct
	a.Contradicts = homecare.ContradictedBy{Kind: r.ContradictsKind, ID: r.ContradictsID}
	a.Allowed = access.Allowed(tx, base, Machine.Allowed(State(r.State), r.holds(tx)...)...)
	return a
}

// open unseals the original request.
func (r row) open(tx pg.Tx) ([]byte, error) {
	if len(r.BodySealed) == 0 { // destroyed with its record
		return []byte(`{}`), nil
	}
	keys, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	return keys.Open(place(r.ID), r.BodySealed)
}

// insert stores a request. The person it is about follows from the record that
// it contradicts.
func insert(tx pg.Tx, id, reason string, r call.Refused, c *fault.Contradiction) error {
	keys, err := tx.Keys()
	if err != nil {
		return err
	}
	now, me := tx.Now(), tx.Principal()
	_, err = tx.Exec(`insert into parked_act (puskesmas_id, id, permission, record_id, body_sealed, performed_by,
		recorded_by, act_at, reason,
			contradicts_kind, contradicts_id, case_id, patient_id, parked_at, due_on, escalates_on, names_id)
		select $1, $2, $3, nullif($4, '')::uuid, $5, $6, $7, $8, $9, $10, $11::uuid, c.id, coalesce(c.patient_id, p.id),
		$12, $13::text::date, $14::text::date,
			nullif($16, '')::uuid
		from (select 1) one
			left join patient p on $10 in ('patient', 'consent')
			and p.id = coalesce((select w.patient_id from consent w where w.id = $11), $11)
			left join care_case c on c.id = case when $15 <> '' then $15::uuid else case $10 when 'case' then $11::uuid
				when 'visit' then (select v.case_id from visit v where v.id = $11)
				when 'follow_up' then (select f.case_id from follow_up f where f.id = $11)
				when 'alert' then (select t.case_id from alert t where t.id = $11) end end`,
		me.PuskesmasID, id, r.Permission, r.RecordID, keys.Seal(place(id), r.Body), c.By, me.UserID, c.At, reason,
		c.Kind, c.ID, now, clock.Day(now.AddDate(0, 0, dueDays)), clock.Day(now.AddDate(0, 0, escalateDays)), c.On,
		namesID(r.Permission, r.Body))
	return err
}

func save(tx pg.Tx, r row) error {
	_, err := tx.Exec(`update parked_act set state = $2, note = $3, decided_at = $4, decided_by = $5,
		result_kind = nullif($6, ''),
		result_id = nullif($7, '')::uuid, version = version + 1 where id = $1`,
		r.ID, r.State, r.Note, r.DecidedAt, r.DecidedBy, r.ResultKind, r.ResultID)
	return err
}

// moveFiles moves the files that waited under the id chosen by the sender to the
// visit.
func moveFiles(tx pg.Tx, from, to string) error {
	_, err := tx.Exec(`update attachment a set subject_id = v.id, case_id = v.case_id from visit v
		where a.puskesmas_id = v.puskesmas_id and v.id = $2 and a.subject_kind = 'visit'
		and a.subject_id = $1`, from, to)
	return err
}
