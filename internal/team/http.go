package team

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostTeam makes a standing team.
//
//	@Summary		Make a standing team
//	@Description	Bentuk tim tetap berdasarkan surat keputusan (SK), untuk program yang SOP-nya memakai tim tetap. Members are active staff with the profession of their membership; exactly one leads.
//	@ID				createTeam
//	@Tags			teams
//	@Param			body	body		homecare.NewTeam	true	"The team, its decree and its members"
//	@Success		201		{object}	homecare.Team
//	@Router			/v1/teams [post]
func (s *Service) PostTeam() rest.Handler { return rest.Handle(http.StatusCreated, s.Create) }

// GetTeams lists teams.
//
//	@Summary		List teams, newest first
//	@Description	Daftar tim: standing teams and those formed for one case, with their present members.
//	@ID				listTeams
//	@Tags			teams
//	@Param			programme	query		string	false	"Only of this programme"	example(homecare_sanggam)
//	@Param			mode		query		string	false	"Only of this mode"			Enums(per_case, standing)
//	@Param			mine		query		bool	false	"Only teams I am in"
//	@Param			limit		query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor		query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200			{object}	homecare.Page[homecare.Team]
//	@Router			/v1/teams [get]
func (s *Service) GetTeams() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetTeam answers one team.
//
//	@Summary		Get a team
//	@Description	Satu tim dengan anggota sekarang dan yang pernah menjadi anggota.
//	@ID				getTeam
//	@Tags			teams
//	@Param			id	path		string	true	"Team"	format(uuid)
//	@Success		200	{object}	homecare.Team
//	@Router			/v1/teams/{id} [get]
func (s *Service) GetTeam() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PostMembers changes the members of a standing team.
//
//	@Summary		Change the members of a standing team
//	@Description	Ubah anggota tim tetap: the body is the whole new list; who is not in it leaves, and both stay in the history.
//	@ID				changeTeamMembers
//	@Tags			teams
//	@Param			id		path		string					true	"Team"	format(uuid)
//	@Param			body	body		homecare.TeamMembers	true	"The new list"
//	@Success		200		{object}	homecare.Team
//	@Router			/v1/teams/{id}/members [post]
func (s *Service) PostMembers() rest.Handler { return rest.Handle(http.StatusOK, s.ChangeMembers) }
