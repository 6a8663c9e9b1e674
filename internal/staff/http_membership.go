package staff

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostMembership adds a membership.
//
//	@Summary		Add a membership
//	@Description	Tambah keanggotaan: another role or another puskesmas of an account. Kepala can give it to
//					current and former staff of their own puskesmas.
//	@ID				addMembership
//	@Tags			auth
//	@Failure		404		no such account, or one outside your puskesmas
func (s *Service) PostMembership() rest.Handler {
	return rest.Handle(http.StatusCreated, s.AddMembership)
}

// GetMemberships lists memberships.
//
//	@Summary		List memberships
//	@Description	Daftar keanggotaan yang berlaku, or with ended=true the ended ones.
//	@ID				listMemberships
//	@Tags			auth
func (s *Service) GetMemberships() rest.Handler { return rest.Handle(http.StatusOK, s.Memberships) }

// PatchMembership changes a membership.
//
//	@Summary		Change a membership
//	@Description	Ubah peran atau profesi. Tokens of the previous role end with the next request. The place does
//					not change.
//	@ID				changeMembership
//	@Tags			auth
func (s *Service) PatchMembership() rest.Handler {
	return rest.Handle(http.StatusOK, s.ChangeMembership)
}

// PostMembershipEnd ends a membership.
//
//	@Summary		End a membership
//	@Description	Akhiri keanggotaan: somebody is transferred or leaves. Its sessions end at once.
//	@ID				endMembership
//	@Tags			auth
func (s *Service) PostMembershipEnd() rest.Handler {
	return rest.Handle(http.StatusOK, s.EndMembership)
}
