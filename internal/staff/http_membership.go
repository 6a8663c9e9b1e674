package staff

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostMembership adds a membership.
//
//	@Summary		Add a membership
//	@Description	Tambah keanggotaan: another role or another puskesmas of an account. Kepala gives it to present and former staff of the own puskesmas.
//	@ID				addMembership
//	@Tags			auth
//	@Param			body	body		homecare.NewMembership	true	"Who, as what, where"
//	@Success		201		{object}	homecare.Membership
//	@Failure		404		{object}	homecare.Problem	"no such account, or none of yours"
//	@Router			/v1/memberships [post]
func (s *Service) PostMembership() rest.Handler {
	return rest.Handle(http.StatusCreated, s.AddMembership)
}

// GetMemberships lists memberships.
//
//	@Summary		List memberships
//	@Description	Daftar keanggotaan yang berlaku, or with ended=true those that have ended.
//	@ID				listMemberships
//	@Tags			auth
//	@Param			account_id	query		string	false	"Only this account"		format(uuid)	maxLength(36)
//	@Param			puskesmas	query		string	false	"Only this puskesmas"	maxLength(41)
//	@Param			ended		query		bool	false	"Those that have ended"
//	@Param			limit		query		int		false	"Rows of a page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor		query		string	false	"Where the page before ended"
//	@Success		200			{object}	homecare.Page[homecare.Membership]
//	@Router			/v1/memberships [get]
func (s *Service) GetMemberships() rest.Handler { return rest.Handle(http.StatusOK, s.Memberships) }

// PatchMembership changes a membership.
//
//	@Summary		Change a membership
//	@Description	Ubah peran atau profesi. Tokens of the role before end with the next request; the place stays.
//	@ID				changeMembership
//	@Tags			auth
//	@Param			id		path		string						true	"Membership"	format(uuid)
//	@Param			body	body		homecare.MembershipChange	true	"What changes"
//	@Success		200		{object}	homecare.Membership
//	@Router			/v1/memberships/{id} [patch]
func (s *Service) PatchMembership() rest.Handler {
	return rest.Handle(http.StatusOK, s.ChangeMembership)
}

// PostMembershipEnd ends a membership.
//
//	@Summary		End a membership
//	@Description	Akhiri keanggotaan: somebody is transferred or leaves. The sessions opened with it end at once.
//	@ID				endMembership
//	@Tags			auth
//	@Param			id		path		string			true	"Membership"	format(uuid)
//	@Param			body	body		homecare.Why	true	"Why"
//	@Success		200		{object}	homecare.Membership
//	@Router			/v1/memberships/{id}/end [post]
func (s *Service) PostMembershipEnd() rest.Handler {
	return rest.Handle(http.StatusOK, s.EndMembership)
}
