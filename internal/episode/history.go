package episode

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// History returns the history of a case, oldest first. Error:
// fault.ErrNotFound.
func (s *Service) History(ctx context.Context, in idParams) (homecare.Page[homecare.CaseTransition], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.CaseTransition], error) {
		if err := access.SeeCaseIn(tx, in.ID); err != nil {
			return homecare.Page[homecare.CaseTransition]{}, err
		}
		all, err := history(tx, in.ID)
		return homecare.Page[homecare.CaseTransition]{Data: all}, err
	})
}

func history(tx pg.Tx, caseID string) ([]homecare.CaseTransition, error) {
	return pg.Rows[homecare.CaseTransition](tx, `select id, action, from_state as "from", to_state as "to", at, by_id,
		by_name, by_role, reason,
			performed_by, performed_by_name, happened_on::text as happened_on
		from case_transition where case_id = $1 order by recorded_at, id`, caseID)
}
