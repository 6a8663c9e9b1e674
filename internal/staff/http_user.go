package staff

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
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
func (s *Service) PostUser() rest.Handler { return rest.Handle(http.StatusCreated, s.CreateUser) }

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
func (s *Service) GetUsers() rest.Handler { return rest.Handle(http.StatusOK, s.Users) }

// GetUser answers one account.
//
//	@Summary		Get an account
//	@Description	Satu akun dengan keanggotaannya.
//	@ID				getUser
//	@Tags			auth
//	@Param			id	path		string	true	"Account"	format(uuid)
//	@Success		200	{object}	homecare.User
//	@Router			/v1/users/{id} [get]
func (s *Service) GetUser() rest.Handler { return rest.Handle(http.StatusOK, s.User) }

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
func (s *Service) PatchUser() rest.Handler { return rest.Handle(http.StatusOK, s.ChangeUser) }

// PostInvite sends a link again.
//
//	@Summary		Send the invitation again
//	@Description	Kirim ulang undangan: a new link to set a password goes to the person; the link before dies.
//	@ID				inviteUser
//	@Tags			auth
//	@Param			id	path		string	true	"Account"	format(uuid)
//	@Success		202	{object}	homecare.Accepted
//	@Router			/v1/users/{id}/invite [post]
func (s *Service) PostInvite() rest.Handler { return rest.Handle(http.StatusAccepted, s.Invite) }
