package priority

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

// AddRuleSet adds a version of the rules. Stored rankings keep theirs until
// they are recomputed. Error: fault.ErrInvalid.
func (s *Service) AddRuleSet(ctx context.Context, in homecare.NewPriorityRuleSet) (homecare.PriorityRuleSet, error) {
	if err := checkRules(in.Rules); err != nil {
		return homecare.PriorityRuleSet{}, err
	}
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.PriorityRuleSet, error) {
		// Against two new versions at once, the number is taken under a lock.
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtext('priority rule set'))`); err != nil {
			return homecare.PriorityRuleSet{}, err
		}
		out, err := pg.Row[homecare.PriorityRuleSet](tx, `insert into priority_rule_set (version, effective_from, note,
			rules, created_at, created_by)
			select coalesce(max(version), 0) + 1, $1::text::date, $2::text, $3::jsonb, $4::timestamptz, $5::uuid
			from priority_rule_set returning `+ruleColumns,
			in.EffectiveFrom, in.Note, in.Rules, tx.Now(), tx.Principal().UserID)
		if err != nil {
			return out, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "priority_rules.add", SubjectKind: "priority_rules",
			Reason: in.Note,
			After: map[string]any{"version": strconv.Itoa(out.Version), "effective_from": out.EffectiveFrom,
				"rules": len(in.Rules.Rules)}})
	})
}

// checkRules validates a rule set beyond its shape: levels in order, unique
// codes, known risks, facts and operators. Error: fault.ErrInvalid.
func checkRules(rules homecare.PriorityRules) error {
	var check fault.Check
	for i, l := range rules.Levels {
		at := fmt.Sprintf("/rules/levels/%d", i)
		check.That(l.Code == levelCodes[i], at+"/code", "order",
			"Tingkat disusun dari yang paling mendesak sampai pemantauan.",
			"The levels go from the most urgent to monitoring.").
			Hint(strings.Join(levelCodes, ", "))
		check.That(i == 0 || l.Min < rules.Levels[i-1].Min, at+"/min", "order",
			"Batas tiap tingkat harus lebih rendah dari tingkat di atasnya.",
			"Each level's minimum must be lower than the one above.")
	}
	known := map[string]bool{}
	for _, r := range source.RiskInfos() {
		known[r.Code] = true
	}
	seen := map[string]bool{}
	for i, r := range rules.Rules {
		at := fmt.Sprintf("/rules/rules/%d", i)
		check.That(!seen[r.Code], at+"/code", "unique", "Kode aturan ini sudah dipakai.", "This rule's code is taken.")
		seen[r.Code] = true
		checkCondition(&check, at+"/when", r.When, known)
	}
	return check.Err()
}

func checkCondition(check *fault.Check, at string, c homecare.PriorityCondition, risks map[string]bool) {
	check.That(c.Risk != "" || c.RiskLevel > 0 || c.Fact != "" || c.AgeMin != nil || c.AgeMax != nil, at, "empty",
		"Syarat kosong berlaku untuk semua orang. Isi risiko, tingkat risiko, fakta, atau umur.",
		"An empty condition holds for everybody. Give a risk, a level of risk, a fact or an age.")
	check.That(c.Risk == "" || risks[c.Risk], at+"/risk", "unknown",
		"Kode risiko tidak dikenal. Pilih dari daftar kode risiko.",
		"This risk code is not known. Choose one from the list.").
		Hint("GET /v1/risk-codes")
	check.That(c.AgeMin == nil || c.AgeMax == nil || *c.AgeMin <= *c.AgeMax, at+"/age_max", "before_min",
		"Tidak boleh di bawah umur terendah.", "This must not be below the lowest age.")
	if c.Fact == "" {
		check.That(c.Op == "" && c.Value == nil && c.Text == "", at+"/op", "no_fact",
			"Perbandingan hanya berlaku bersama fakta. Pilih faktanya, atau kosongkan perbandingannya.",
			"A comparison goes with a fact only. Choose the fact, or leave the comparison out.").
			Hint("op, value and text go with fact")
		return
	}
	check.That(slices.Contains(factCodes, c.Fact), at+"/fact", "unknown", "Kode fakta tidak dikenal.",
		"No such fact code.")
	switch {
	case c.Op == "exists":
		check.That(c.Value == nil && c.Text == "", at+"/op", "no_operand",
			"Pemeriksaan adanya fakta tidak memakai nilai.",
			"Whether a fact exists is asked without a value.").
			Hint("exists takes neither value nor text")
	case c.Op == "text":
		check.That(c.Text != "", at+"/text", "required", "Wajib diisi untuk perbandingan teks.",
			"This is required to compare texts.")
	case operators[c.Op] != nil:
		check.That(c.Value != nil, at+"/value", "required", "Wajib diisi untuk perbandingan angka.",
			"This is required to compare numbers.")
	default:
		check.That(false, at+"/op", "unknown", "Perbandingan ini tidak dikenal.", "There is no such comparison.").
			Hint("one of exists, eq, ne, lt, le, gt, ge, text")
	}
}

// factCodes are the codes that rules may name.
var factCodes = []string{
	source.FactSBP, source.FactDBP, source.FactHeartRate, source.FactRespRate, source.FactTemperature, source.FactSpO2,
	source.FactWeight, source.FactHeight,
	source.FactWaist, source.FactMUAC, source.FactHeadCircumference, source.FactGlucoseRandom,
	source.FactGlucoseFasting, source.FactCholesterol,
	source.FactTriglyceride, source.FactUricAcid, source.FactHb, source.FactPrePregnancyWeight, source.FactBirthWeight,
	source.FactBirthLength,
	source.FactGestationAtBirth, source.FactApgar1, source.FactApgar5, source.FactBarthel, source.FactPUMA,
	source.FactKSPR, source.FactGravida,
	source.FactParity, source.FactAbortus, source.FactDiagnosis, source.FactDependency, source.FactDependencyLevel,
	source.FactPregnant, source.FactDueDate,
	source.FactDelivery, source.FactBirth, source.FactPRBMember, source.FactPRBDrug, source.FactProlanis,
	source.FactSmoker, source.FactHistoryHT,
	source.FactHistoryDM, source.FactReportedDeceased, source.FactReport, source.FactReportUrgent,
	source.FactFamilyNoTBDrug, source.FactFamilyNoHTDrug,
	source.FactFamilyNoODGJDrug, source.FactWAZ, source.FactHAZ, source.FactWHZ,
}
