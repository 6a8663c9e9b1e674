package team

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostTeam creates a standing team.
//
//	@Summary		Create a standing team
//	@Description	Bentuk tim tetap berdasarkan surat keputusan (SK), untuk program yang SOP-nya memakai tim tetap.
//					Members are active staff with the profession of their membership; exactly one leads.
//	@ID				createTeam
//	@Tags			teams
func (s *Service) PostTeam() rest.Handler { return rest.Handle(http.StatusCreated, s.Create) }

// GetTeams lists teams.
//
//	@Summary		List teams, newest first
//	@Description	Daftar tim: standing teams and teams formed for one case, with their current members.
//	@ID				listTeams
//	@Tags			teams
func (s *Service) GetTeams() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetTeam answers one team.
//
//	@Summary		Get a team
//	@Description	Satu tim dengan anggota sekarang dan yang pernah menjadi anggota.
//	@ID				getTeam
//	@Tags			teams
func (s *Service) GetTeam() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PostMembers changes the members of a standing team.
//
//	@Summary		Change the members of a standing team
//	@Description	Ubah anggota tim tetap: the body is the complete new list. Members who are not in it leave and
//					stay in the history.
//	@ID				changeTeamMembers
//	@Tags			teams
func (s *Service) PostMembers() rest.Handler { return rest.Handle(http.StatusOK, s.ChangeMembers) }
