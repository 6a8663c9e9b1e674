package staff

import (
	"context"
	"slices"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type membershipChangeParams struct {
	ID string `param:"id" json:"-"`
	homecare.MembershipChange
}

// ChangeMembership changes role or profession. Tokens of the old role end at
// once. The place does not change. Errors: as lockMembership,
// ErrMembershipExists, ErrLastAdmin, fault.ErrInvalid.
func (s *Service) ChangeMembership(ctx context.Context, in membershipChangeParams) (homecare.Membership, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Membership, error) {
		before, err := lockMembership(tx, in.ID)
		if err != nil {
			return before, err
		}
		role, profession := before.Role, before.Profession
		if in.Role != "" {
			role = in.Role
		}
		if in.Profession.Set {
			profession = in.Profession.V // empty for null
		}
		if role != before.Role {
			if _, err := grant(tx, auth.Role(role), before.Puskesmas); err != nil {
				return before, err
			}
		}
		var check fault.Check
		check.That(profession == "" || slices.Contains(professions, profession), "/profession", "oneof",
			"Profesi ini tidak dikenal.", "This profession is not known.")
		if err := check.Err(); err != nil {
			return before, err
		}
		if _, err := tx.Exec(`update membership set role = $2, profession = $3, version = version + 1,
			since = case when (role, profession) = ($2, $3) then since else greatest($4, since) end
			where id = $1`, in.ID, role, profession, tx.Now()); err != nil {
			return before, err
		}
		if err := oneAdminLeft(tx); err != nil {
			return before, err
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "membership.change", Before: before})
	})
}

var professions = []string{"physician", "nurse", "midwife", "nutritionist", "lab_analyst", "other"}
