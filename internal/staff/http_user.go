package staff

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostUser creates an account.
//
//	@Summary		Create an account
//	@Description	Buat akun petugas: a person with a first membership. An invitation (undangan) to set a password
//					is sent to the e-mail address, valid for 72 hours. Kepala can give the roles koordinator and
//					petugas of their own puskesmas, Dinkes every role.
//	@ID				createUser
//	@Tags			auth
func (s *Service) PostUser() rest.Handler { return rest.Handle(http.StatusCreated, s.CreateUser) }

// GetUsers lists accounts.
//
//	@Summary		List accounts
//	@Description	Daftar akun by username: Dinkes sees all, Kepala the accounts with a membership in
//					their own puskesmas.
//	@ID				listUsers
//	@Tags			auth
func (s *Service) GetUsers() rest.Handler { return rest.Handle(http.StatusOK, s.Users) }

// GetUser answers one account.
//
//	@Summary		Get an account
//	@Description	Satu akun dengan keanggotaannya.
//	@ID				getUser
//	@Tags			auth
func (s *Service) GetUser() rest.Handler { return rest.Handle(http.StatusOK, s.User) }

// PatchUser changes an account.
//
//	@Summary		Change an account
//	@Description	Ubah akun. disabled (nonaktif) ends all its sessions at once. Kepala can change accounts that
//					work only in their own puskesmas. The last admin of Dinkes cannot be disabled.
//	@ID				changeUser
//	@Tags			auth
func (s *Service) PatchUser() rest.Handler { return rest.Handle(http.StatusOK, s.ChangeUser) }

// PostInvite sends the invitation again.
//
//	@Summary		Send the invitation again
//	@Description	Kirim ulang undangan: the person gets a new link to set a password. The previous link
//					becomes invalid.
//	@ID				inviteUser
//	@Tags			auth
func (s *Service) PostInvite() rest.Handler { return rest.Handle(http.StatusAccepted, s.Invite) }
