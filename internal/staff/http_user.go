package staff

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostUser makes an account.
//
//	@Summary		Create an account
//	@Description	Buat akun petugas: a person with a first membership; an invitation (undangan) to set a password
//					goes to the e-mail address, good for 72 hours. Kepala gives koordinator and petugas of the own
//					puskesmas, Dinkes every role.
//	@ID				createUser
//	@Tags			auth
func (s *Service) PostUser() rest.Handler { return rest.Handle(http.StatusCreated, s.CreateUser) }

// GetUsers lists accounts.
//
//	@Summary		List accounts
//	@Description	Daftar akun by username: Dinkes sees all, Kepala those who work in the own puskesmas.
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
//	@Description	Ubah akun. disabled (nonaktif) ends all its sessions at once. Kepala changes accounts that work
//					in the own puskesmas alone; the last admin of Dinkes cannot be disabled.
//	@ID				changeUser
//	@Tags			auth
func (s *Service) PatchUser() rest.Handler { return rest.Handle(http.StatusOK, s.ChangeUser) }

// PostInvite sends a link again.
//
//	@Summary		Send the invitation again
//	@Description	Kirim ulang undangan: a new link to set a password goes to the person; the link before dies.
//	@ID				inviteUser
//	@Tags			auth
func (s *Service) PostInvite() rest.Handler { return rest.Handle(http.StatusAccepted, s.Invite) }
