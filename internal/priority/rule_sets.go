package priority

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// RuleSets lists the versions of the rules, newest first.
func (s *Service) RuleSets(ctx context.Context, _ call.None) (homecare.Page[homecare.PriorityRuleSet], error) {
	rows, err := pg.Reference(ctx, s.db, func(tx pg.Tx) ([]homecare.PriorityRuleSet, error) {
		return pg.Rows[homecare.PriorityRuleSet](tx, `select `+ruleColumns+` from priority_rule_set
			order by version desc`)
	})
	return homecare.Page[homecare.PriorityRuleSet]{Data: rows}, err
}

const ruleColumns = `version, effective_from::text as effective_from, note, rules`
