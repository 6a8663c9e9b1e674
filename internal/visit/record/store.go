package record

import (
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// document is v as JSON, nil where v is a nil pointer, so that jsonb is NULL.
func document[T any](v *T) (*string, error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(v)
	s := string(b)
	return &s, err
}

// QueueParts replaces every part in p, one statement per table, except the parts in
// the visit's own row (Documents). The caller raises the version.
func (w Writer) QueueParts(b *pgx.Batch, p Parts) error {
	tx, t := w.Tx, w.Visit
	me := tx.Principal()
	replace := func(table, insert string, rows any) error {
		doc, err := json.Marshal(rows)
		if err != nil {
			return err
		}
		if !t.Fresh {
			b.Queue(`delete from `+table+` where visit_id = $1`, t.ID)
		}
		if string(doc) != "[]" && string(doc) != "null" {
			b.Queue(insert, me.PuskesmasID, t.ID, string(doc))
		}
		return nil
	}
	const from = ` from jsonb_array_elements($3::text::jsonb) with ordinality e(x, n)`
	if p.Vitals != nil {
		if err := replace("visit_vital", `insert into visit_vital (puskesmas_id, visit_id, n, code, value, unit, level,
			taken_at)
			select $1, $2, n, x->>'code', (x->>'value')::float8, coalesce(x->>'unit', ''), x->>'level',
			(x->>'taken_at')::timestamptz`+from, p.Vitals.Vitals); err != nil {
			return err
		}
		alert.QueueRaise(tx, b, t, "vital", dangersOf(p.Vitals.Vitals))
	}
	if p.Labs != nil {
		if err := replace("visit_lab", `insert into visit_lab (puskesmas_id, visit_id, n, code, value, finding, unit,
			level, taken_at)
			select $1, $2, n, x->>'code', (x->>'value')::float8, coalesce(x->>'finding', ''), coalesce(x->>'unit', ''),
			x->>'level', (x->>'taken_at')::timestamptz`+from, p.Labs.Labs); err != nil {
			return err
		}
		alert.QueueRaise(tx, b, t, "lab", dangersOfLabs(p.Labs.Labs))
	}
	if p.Diagnoses != nil {
		if err := replace("visit_diagnosis", `insert into visit_diagnosis (puskesmas_id, visit_id, n, code, role, note)
			select $1, $2, n, x->>'code', x->>'role',
			coalesce(x->>'note', '')`+from, p.Diagnoses.Diagnoses); err != nil {
			return err
		}
	}
	if p.Services != nil {
		if err := replace("visit_service", `insert into visit_service (puskesmas_id, visit_id, type, schema_version,
			provided_by, data)
			select $1, $2, x->>'type', (x->>'schema_version')::smallint, (x->>'provided_by')::uuid, x->'data'`+from,
			p.Services.Services); err != nil {
			return err
		}
	}
	if p.Assessments != nil {
		if err := replace("visit_assessment", `insert into visit_assessment (puskesmas_id, visit_id, n, instrument,
			instrument_version, answers, score, band, band_label, status, flags)
			select $1, $2, n, x->>'instrument', x->>'version', x->'answers', (x->>'score')::float8,
			coalesce(x->>'band', ''), coalesce(x->>'band_label', ''), x->>'status', coalesce(x->'flags', '[]')`+from,
			p.Assessments.Assessments); err != nil {
			return err
		}
	}
	if p.Hazards != nil {
		if err := queueHazards(tx, b, t, p.Hazards.Hazards); err != nil {
			return err
		}
	}
	return nil
}

// Documents are the parts in the visit's own row, as JSON: anamnesis,
// examination, education, plan, consumables; nil for a part that p does not
// have.
func Documents(p Parts) ([5]*string, error) {
	var docs [5]*string
	var err error
	set := func(i int, doc *string, e error) {
		docs[i] = doc
		if err == nil {
			err = e
		}
	}
	d, e := document(p.Anamnesis)
	set(0, d, e)
	d, e = document(p.Examination)
	set(1, d, e)
	d, e = document(p.Education)
	set(2, d, e)
	d, e = document(p.Plan)
	set(3, d, e)
	if p.Consumables != nil {
		d, e = document(&p.Consumables.Consumables)
		set(4, d, e)
	}
	return docs, err
}

// queueDocuments writes the parts in the visit's own row.
func queueDocuments(b *pgx.Batch, t alert.Visit, p Parts) error {
	if p.Anamnesis == nil && p.Examination == nil && p.Education == nil && p.Consumables == nil && p.Plan == nil &&
		p.Vitals == nil {
		return nil
	}
	docs, err := Documents(p)
	if err != nil {
		return err
	}
	vitals := p.Vitals
	if vitals == nil {
		vitals = &homecare.VitalsPart{}
	}
	b.Queue(`update visit set anamnesis = coalesce($2::text::jsonb, anamnesis),
		examination = coalesce($3::text::jsonb, examination),
		education = coalesce($4::text::jsonb, education), plan = coalesce($5::text::jsonb, plan),
		consumables = coalesce($6::text::jsonb, consumables),
		pregnant = case when $7 then $8 else pregnant end, vitals_absent_reason = case when $7 then $9 else
		vitals_absent_reason end
		where id = $1`, t.ID, docs[0], docs[1], docs[2], docs[3], docs[4], p.Vitals != nil, vitals.Pregnant,
		pg.Null(vitals.AbsentReason))
	return nil
}

func queueHazards(tx pg.Tx, b *pgx.Batch, t alert.Visit, hs []homecare.Hazard) error {
	doc, err := json.Marshal(hs)
	if err != nil {
		return err
	}
	if !t.Fresh {
		b.Queue(`delete from visit_hazard where visit_id = $1`, t.ID)
	}
	if len(hs) > 0 {
		b.Queue(`insert into visit_hazard (puskesmas_id, visit_id, n, kind, incident, severity, note, reported_at,
			reported_by)
			select $1, $2, n, x->>'kind', (x->>'incident')::boolean, x->>'severity', coalesce(x->>'note', ''), $4, $5
			from jsonb_array_elements($3::text::jsonb) with ordinality
			e(x, n)`, tx.Principal().PuskesmasID, t.ID, string(doc), tx.Now(), tx.Principal().UserID)
	}
	return nil
}
