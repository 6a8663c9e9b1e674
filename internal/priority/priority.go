// Package priority ranks the targets by the rules that Dinkes publishes, and counts
// them (SOP HS 5a-c).
//
//	Recap        recap.go            counts by source, village or risk
//	RiskFactors  risk_factors.go     fault.ErrNotFound
//	Priorities   list_priorities.go
//	Adjust       adjust.go           ErrNotRanked, ErrNoRules, patient.ErrGone
//	Recompute    recompute.go        ErrNoRules
//	RuleSets     rule_sets.go
//	AddRuleSet   add_rule_set.go     fault.ErrInvalid
//	RiskCodes    risk_codes.go
//
// rule.go applies the rules, score.go scores persons. Follow (follow.go) brings the newest
// facts and the scores of changed persons up to date, within seconds of the change.
package priority

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// ErrNotRanked refuses a person who died, was merged or voided.
var ErrNotRanked = fault.Define(fault.Conflict, "priority.not_ranked",
	"Orang ini sudah meninggal, digabung, atau dibatalkan, jadi tidak ada dalam daftar prioritas.",
	"This person died, was merged or voided, so they are not on the ranked list.")

// Service is the use cases of rules, ranking and recap.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db: db, sealer: sealer, trail: trail}
}
