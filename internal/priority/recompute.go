package priority

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Recompute rescores all persons: ages and due windows move with the day, and a
// new version of the rules takes effect.
func (s *Service) Recompute(ctx context.Context, _ call.None) (homecare.Recomputed, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Recomputed, error) {
		rules, err := rulesIn(tx)
		if err != nil {
			return homecare.Recomputed{}, err
		}
		seen, changed, err := compute(tx, rules, nil)
		if err != nil {
			return homecare.Recomputed{}, err
		}
		r := homecare.Recomputed{Patients: seen, Changed: changed, RuleVersion: rules.Version}
		return r, s.trail.Record(tx, audit.Event{Action: "priority.recompute", SubjectKind: "priority", After: r})
	})
}
