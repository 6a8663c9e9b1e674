package alert

import (
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/pg"
)

// Danger is a measurement that somebody must look at.
type Danger struct {
	ID    string  `json:"id"`
	Code  string  `json:"code"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Level string  `json:"level"`
}

// QueueRaise raises an alert for each new danger. An open alert whose value is
// no longer in the record becomes corrected. The same value keeps its alert:
// writing the part again does not require a second acknowledgement.
func QueueRaise(tx pg.Tx, b *pgx.Batch, v Visit, part string, ds []Danger) {
	doc, _ := json.Marshal(ds) // strings and numbers: cannot fail
	if !v.Fresh {
		b.Queue(`update alert a set state = 'corrected', version = version + 1 where a.visit_id = $1 and a.part = $2
			and a.state = 'open'
			and not exists (select from jsonb_to_recordset($3::text::jsonb) as x(code text, value float8, level text)
				where x.code = a.code and x.value = a.value and x.level = a.level)`, v.ID, part, string(doc))
	}
	if len(ds) == 0 {
		return
	}
	b.Queue(`insert into alert (puskesmas_id, id, visit_id, case_id, patient_id, part, code, value, unit, level,
		raised_at, raised_by)
		select $1, x.id, $2, $3, $4, $5, x.code, x.value, x.unit, x.level, $7, $8
		from (select distinct on (code, value, level) * from jsonb_to_recordset($6::text::jsonb) as
		r(id uuid, code text, value float8, unit text, level text) order by code, value, level, id) x
		where not exists (select from alert a where a.visit_id = $2 and a.part = $5 and a.code = x.code
		and a.value = x.value and a.level = x.level and a.state <> 'corrected')`,
		tx.Principal().PuskesmasID, v.ID, v.CaseID, v.PatientID, part, string(doc), tx.Now(), tx.Principal().UserID)
}
