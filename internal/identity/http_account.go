package identity

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// PostUser makes an account.
//
//	@Summary		Create an account
//	@Description	Buat akun petugas: a person with a first membership; an invitation (undangan) to set a password goes to the e-mail address, good for 72 hours. Kepala gives koordinator and petugas of the own puskesmas, Dinkes every role.
//	@ID				createUser
//	@Tags			auth
//	@Param			body	body		homecare.NewUser	true	"Who, as what, where"
//	@Success		201		{object}	homecare.User
//	@Router			/v1/users [post]
func (s *Accounts) PostUser() rest.Handler { return rest.Handle(http.StatusCreated, s.CreateUser) }

// GetUsers lists accounts.
//
//	@Summary		List accounts
//	@Description	Daftar akun by username: Dinkes sees all, Kepala those who work in the own puskesmas.
//	@ID				listUsers
//	@Tags			auth
//	@Param			puskesmas	query		string	false	"Only this puskesmas"	maxLength(41)
//	@Param			role		query		string	false	"Only this role"		maxLength(30)
//	@Param			limit		query		int		false	"Rows of a page"		minimum(1)	maximum(500)	default(50)
//	@Param			cursor		query		string	false	"Where the page before ended"
//	@Success		200			{object}	homecare.Page[homecare.User]
//	@Router			/v1/users [get]
func (s *Accounts) GetUsers() rest.Handler { return rest.Handle(http.StatusOK, s.Users) }

// GetUser answers one account.
//
//	@Summary		Get an account
//	@Description	Satu akun dengan keanggotaannya.
//	@ID				getUser
//	@Tags			auth
//	@Param			id	path		string	true	"Account"	format(uuid)
//	@Success		200	{object}	homecare.User
//	@Router			/v1/users/{id} [get]
func (s *Accounts) GetUser() rest.Handler { return rest.Handle(http.StatusOK, s.User) }

// PatchUser changes an account.
//
//	@Summary		Change an account
//	@Description	Ubah akun. disabled (nonaktif) ends all its sessions at once. Kepala changes accounts that work in the own puskesmas alone; the last admin of Dinkes cannot be disabled.
//	@ID				changeUser
//	@Tags			auth
//	@Param			id		path		string				true	"Account"	format(uuid)
//	@Param			body	body		homecare.UserChange	true	"What changes"
//	@Success		200		{object}	homecare.User
//	@Router			/v1/users/{id} [patch]
func (s *Accounts) PatchUser() rest.Handler { return rest.Handle(http.StatusOK, s.ChangeUser) }

// PostInvite sends a link again.
//
//	@Summary		Send the invitation again
//	@Description	Kirim ulang undangan: a new link to set a password goes to the person; the link before dies.
//	@ID				inviteUser
//	@Tags			auth
//	@Param			id	path		string	true	"Account"	format(uuid)
//	@Success		202	{object}	homecare.Accepted
//	@Router			/v1/users/{id}/invite [post]
func (s *Accounts) PostInvite() rest.Handler { return rest.Handle(http.StatusAccepted, s.Invite) }

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
func (s *Accounts) PostMembership() rest.Handler {
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
func (s *Accounts) GetMemberships() rest.Handler { return rest.Handle(http.StatusOK, s.Memberships) }

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
func (s *Accounts) PatchMembership() rest.Handler {
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
func (s *Accounts) PostMembershipEnd() rest.Handler {
	return rest.Handle(http.StatusOK, s.EndMembership)
}

// PostPasswordReset asks for a link.
//
//	@Summary		Ask for a link to set a new password
//	@Description	Lupa kata sandi: a link, good for 30 minutes, goes to the account's e-mail address. The answer is the same whether or not the account exists.
//	@ID				requestPasswordReset
//	@Tags			auth
//	@Param			body	body		homecare.PasswordResetRequest	true	"Whose password"
//	@Success		202		{object}	homecare.Accepted
//	@Router			/v1/auth/password-reset [post]
func (s *Accounts) PostPasswordReset() rest.Handler {
	return rest.Handle(http.StatusAccepted, s.RequestReset)
}

// PostPassword sets a password by a link.
//
//	@Summary		Set a password by a link
//	@Description	Buat kata sandi dengan token dari undangan atau tautan atur ulang. The token works once; all sessions of the account end. A refused password (password.refused) names each rule and leaves the link good.
//	@ID				setPassword
//	@Tags			auth
//	@Param			body	body	homecare.NewPassword	true	"The link's token and the password"
//	@Success		204
//	@Router			/v1/auth/password [post]
func (s *Accounts) PostPassword() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, in homecare.NewPassword) (call.None, error) {
		return call.None{}, s.SetPassword(ctx, in)
	})
}

// PostOwnPassword changes the caller's password.
//
//	@Summary		Change my password
//	@Description	Ganti kata sandi sendiri; the other sessions end.
//	@ID				changePassword
//	@Tags			auth
//	@Param			body	body	homecare.PasswordChange	true	"The old and the new password"
//	@Success		204
//	@Router			/v1/me/password [post]
func (s *Accounts) PostOwnPassword() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, in homecare.PasswordChange) (call.None, error) {
		return call.None{}, s.ChangePassword(ctx, in)
	})
}
