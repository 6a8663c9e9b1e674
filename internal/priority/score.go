package priority

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

// ErrNoRules: no version of the rules is in force.
var ErrNoRules = fault.Define(fault.Conflict, "priority.no_rules",
	"Belum ada aturan prioritas yang berlaku. Hubungi Dinkes.", "No priority rules are in force yet. Ask Dinkes.")

// rulesIn returns the rules in force on the business day: the version with the
// latest effective date, whenever it was added.
func rulesIn(tx pg.Tx) (homecare.PriorityRuleSet, error) {
	rs, err := pg.Rows[homecare.PriorityRuleSet](tx, `select `+ruleColumns+` from priority_rule_set
		where effective_from <= $1::text::date
		order by effective_from desc, version desc limit 1`, clock.Day(tx.Now()))
	if err == nil && len(rs) == 0 {
		err = ErrNoRules
	}
	if err != nil {
		return homecare.PriorityRuleSet{}, err
	}
	return rs[0], nil
}

// scores are new places on the list, one array per column.
type scores struct {
	ids, levels, reasons, risks, sensitive []string
	points                                 []int32
}

// saveChunk is the number of scores per statement.
const saveChunk = 10_000

// compute scores persons (nil: all ranked ones) in one pass over their facts.
// It returns how many it read and how many changed.
func compute(tx pg.Tx, rules homecare.PriorityRuleSet, ids []string) (seen, changed int, err error) {
	list, err := targets(tx, ids)
	if err != nil {
		return 0, 0, err
	}
	adjusted, err := adjustments(tx, ids)
	if err != nil {
		return 0, 0, err
	}
	for part := range slices.Chunk(list, saveChunk) {
		var s scores
		for _, t := range part {
			if err := s.add(rules.Rules, t, adjusted[t.id], tx.Now()); err != nil {
				return 0, 0, err
			}
		}
		n, err := s.save(tx, rules.Version)
		if err != nil {
			return 0, 0, err
		}
		changed += int(n)
	}
	return len(list), changed, nil
}

func (s *scores) add(rules homecare.PriorityRules, t target, adjustment int, now time.Time) error {
	r := Rank(rules, t.Target, now)
	risks, protected := []string{}, []string{}
	for _, k := range r.Risks {
		risks = append(risks, k.Code)
		if sensitiveRisks[k.Code] {
			protected = append(protected, k.Code)
		}
	}
	for to, v := range map[*[]string]any{&s.reasons: r.Reasons, &s.risks: risks, &s.sensitive: protected} {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		*to = append(*to, string(b))
	}
	s.ids, s.points, s.levels = append(s.ids, t.id), append(s.points, int32(r.Points)),
		append(s.levels, LevelOf(rules, r.Points+adjustment))
	return nil
}

// save writes the scores that differ from the stored ones.
func (s *scores) save(tx pg.Tx, version int) (int64, error) {
	tag, err := tx.Exec(`insert into patient_score (puskesmas_id, patient_id, total, points, level, reasons, risks,
		sensitive_risks, rule_version, computed_at)
		select $7, id, points, points, level, reasons::jsonb, array(select jsonb_array_elements_text(risks::jsonb)),
		array(select jsonb_array_elements_text(sensitive::jsonb)), $8, $9
		from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[]) as u (id, points, level,
		reasons, risks, sensitive)
		on conflict on constraint patient_score_pk do update set total = excluded.points + patient_score.adjustment,
		points = excluded.points, level = excluded.level, reasons = excluded.reasons,
			risks = excluded.risks, sensitive_risks = excluded.sensitive_risks, rule_version = excluded.rule_version,
			computed_at = excluded.computed_at, version = patient_score.version + 1
		where (patient_score.points, patient_score.level, patient_score.reasons, patient_score.risks,
		patient_score.rule_version)
			is distinct from (excluded.points, excluded.level, excluded.reasons, excluded.risks, excluded.rule_version)
			or patient_score.total <> excluded.points + patient_score.adjustment`,
		s.ids, s.points, s.levels, s.reasons, s.risks, s.sensitive, tx.Principal().PuskesmasID, version, tx.Now())
	return tag.RowsAffected(), err
}

type target struct {
	id string
	Target
}

// atOnce are the newest facts including those of the last second; $1 are persons.
const atOnce = `newest_facts($1::uuid[])`

// targets loads persons (nil: all) with their newest facts in one query.
func targets(tx pg.Tx, ids []string) ([]target, error) { return targetsFrom(tx, "current_fact", ids) }

func targetsFrom(tx pg.Tx, facts string, ids []string) ([]target, error) {
	rows, err := tx.Query(`select p.id::text, p.birth_date, f.code, coalesce(f.value, 0), f.text, f.observed_at,
			f.sensitive
		from patient p left join `+facts+` f on f.puskesmas_id = p.puskesmas_id and f.patient_id = p.id and f.stands
		where p.merged_into_id is null and p.voided_reason is null and p.deceased_on is null
		and ($1::uuid[] is null or p.id in (select unnest($1::uuid[])))
		order by p.id, f.code, f.item`, ids)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []target
	var (
		id         string
		birth, at  *time.Time
		code, text *string
		value      *float64
		protected  *bool
	)
	for rows.Next() {
		if err := rows.Scan(&id, &birth, &code, &value, &text, &at, &protected); err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].id != id {
			t := target{id: id}
			if birth != nil {
				t.Birth = *birth
			}
			out = append(out, t)
		}
		if code == nil {
			continue
		}
		f := source.Fact{Code: *code, Value: *value, Text: *text, Sensitive: *protected}
		if at != nil {
			f.At = at.UTC()
		}
		t := &out[len(out)-1]
		t.Facts = append(t.Facts, f)
	}
	return out, rows.Err()
}

// adjustments are the manual adjustments by person.
func adjustments(tx pg.Tx, ids []string) (map[string]int, error) {
	type adjusted struct {
		ID         string
		Adjustment int
	}
	rows, err := pg.Rows[adjusted](tx, `select patient_id as id, adjustment from patient_score where adjustment <> 0
		and ($1::uuid[] is null or patient_id in (select unnest($1::uuid[])))`, ids)
	out := make(map[string]int, len(rows))
	for _, a := range rows {
		out[a.ID] = a.Adjustment
	}
	return out, err
}
