package patient

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Household returns a household with its members. Error: fault.ErrNotFound.
func (s *Service) Household(ctx context.Context, in idParams) (homecare.Household, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Household, error) {
		h, err := pg.Row[homecare.Household](tx, `select h.id, coalesce(h.village_code, '') as village,
			coalesce(v.name, '') as village_name, coalesce(h.survey_id, '') as survey_id,
				h.indicators, h.iks, h.version from household h left join village v on v.code = h.village_code
				where h.id = $1`, in.ID)
		if err != nil {
			return h, err
		}
		h.Members, err = viewsIn(tx, `where p.household_id = $1 and `+inUse+` order by p.birth_date nulls last,
			p.name_search, p.id`, in.ID)
		for _, m := range h.Members {
			if m.KK != "" {
				h.KK = m.KK
			}
		}
		return h, err
	})
}

// householdOf returns the household with this index of the KK, and creates it
// if it is new.
func householdOf(tx pg.Tx, kk []byte, village string) (string, error) {
	return pg.Scalar[string](tx, `insert into household (puskesmas_id, id, kk_index, village_code, created_at)
		values ($1, $2, $3, nullif($4, ''), $5)
		on conflict on constraint household_kk_uq do update
		set village_code = coalesce(household.village_code, excluded.village_code) returning id::text`,
		tx.Principal().PuskesmasID, uuid.Must(uuid.NewV7()).String(), kk, village, tx.Now())
}
