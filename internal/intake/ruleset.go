package intake

import (
	"context"
	"strconv"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/intake/source"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// RuleSets lists the versions of the rules, newest first.
func (s *Service) RuleSets(ctx context.Context, _ call.None) (homecare.Page[homecare.PriorityRuleSet], error) {
	rows, err := pg.Reference(ctx, s.db, func(tx pg.Tx) ([]homecare.PriorityRuleSet, error) {
		return pg.Rows[homecare.PriorityRuleSet](tx, `select `+ruleColumns+` from priority_rule_set order by version desc`)
	})
	return homecare.Page[homecare.PriorityRuleSet]{Data: rows}, err
}

// AddRuleSet adds a version of the rules; what was ranked keeps its own until
// it is computed anew. Error: fault.ErrInvalid.
func (s *Service) AddRuleSet(ctx context.Context, in homecare.NewPriorityRuleSet) (homecare.PriorityRuleSet, error) {
	if err := checkRules(in.Rules); err != nil {
		return homecare.PriorityRuleSet{}, err
	}
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.PriorityRuleSet, error) {
		// Two new versions at once: the number is taken under a lock.
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtext('priority rule set'))`); err != nil {
			return homecare.PriorityRuleSet{}, err
		}
		out, err := pg.Row[homecare.PriorityRuleSet](tx, `insert into priority_rule_set (version, effective_from, note, rules, created_at, created_by)
			select coalesce(max(version), 0) + 1, $1::text::date, $2::text, $3::jsonb, $4::timestamptz, $5::uuid from priority_rule_set returning `+ruleColumns,
			in.EffectiveFrom, in.Note, in.Rules, tx.Now(), tx.Principal().UserID)
		if err != nil {
			return out, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "priority_rules.add", SubjectKind: "priority_rules", Reason: in.Note,
			After: map[string]any{"version": strconv.Itoa(out.Version), "effective_from": out.EffectiveFrom, "rules": len(in.Rules.Rules)}})
	})
}

// RiskCodes lists the conclusions that rules may name.
func (s *Service) RiskCodes(ctx context.Context, _ call.None) (homecare.Page[homecare.RiskCode], error) {
	lang := call.Of(ctx).Language
	infos := source.RiskInfos()
	out := homecare.Page[homecare.RiskCode]{Data: make([]homecare.RiskCode, len(infos))}
	for i, r := range infos {
		out.Data[i] = homecare.RiskCode{Code: r.Code, Level: r.Level, Label: fault.Text{ID: r.LabelID, EN: r.LabelEN}.In(lang, nil), Sensitive: r.Sensitive}
	}
	// The list is part of the program; the caller's session is asked all the same.
	return pg.Reference(ctx, s.db, func(pg.Tx) (homecare.Page[homecare.RiskCode], error) { return out, nil })
}
