package late

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetParkedActs lists parked acts.
//
//	@Summary		List parked acts, oldest first
//	@Description	Kiriman terlambat: acts that took place and contradict the record. The office sees all of the puskesmas, everybody else what they sent or did. Nothing here counts until it is taken.
//	@ID				listParkedActs
//	@Tags			parked
//	@Param			state	query	string	false	"Only in this state"	Enums(parked, taken, returned, withdrawn)
//	@Param			case_id	query	string	false	"Only of this case"	format(uuid)
//	@Param			reason	query	string	false	"Only for this reason"
//	@Param			overdue	query	bool	false	"Only what should have been decided"
//	@Param			escalated	query	bool	false	"Only what is Kepala's by now"
//	@Param			limit	query	int	false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query	string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200	{object}	homecare.Page[homecare.ParkedAct]
//	@Router			/v1/parked [get]
func (s *Service) GetParkedActs() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetParkedAct answers a parked act.
//
//	@Summary		Read a parked act with the request as it was sent
//	@Description	Satu kiriman terlambat, utuh.
//	@ID				getParkedAct
//	@Tags			parked
//	@Param			id	path	string	true	"Parked act"	format(uuid)
//	@Success		200	{object}	homecare.ParkedAct
//	@Router			/v1/parked/{id} [get]
func (s *Service) GetParkedAct() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PostTake takes a parked act.
//
//	@Summary		Take a parked act
//	@Description	Ambil: the act is judged again as of when it happened and counts on its own day; 409 names what it still contradicts. Taking vouches for who was of the team then.
//	@ID				takeParkedAct
//	@Tags			parked
//	@Param			id	path	string	true	"Parked act"	format(uuid)
//	@Param			body	body	homecare.DecideParked	true	"Why"
//	@Success		200	{object}	homecare.ParkedAct
//	@Router			/v1/parked/{id}/take [post]
func (s *Service) PostTake() rest.Handler { return rest.Handle(http.StatusOK, s.Take) }

// PostRedirect takes a parked act for another case, visit or time.
//
//	@Summary		Take a parked act for another case, visit or time
//	@Description	Alihkan: person, case, visit or time only; clinical content goes back to its author (return).
//	@ID				redirectParkedAct
//	@Tags			parked
//	@Param			id	path	string	true	"Parked act"	format(uuid)
//	@Param			body	body	homecare.RedirectParked	true	"Where to, and why"
//	@Success		200	{object}	homecare.ParkedAct
//	@Router			/v1/parked/{id}/redirect [post]
func (s *Service) PostRedirect() rest.Handler { return rest.Handle(http.StatusOK, s.Redirect) }

// PostReturn gives a parked act back.
//
//	@Summary		Return a parked act to its author
//	@Description	Kembalikan kepada pengirim, dengan alasan.
//	@ID				returnParkedAct
//	@Tags			parked
//	@Param			id	path	string	true	"Parked act"	format(uuid)
//	@Param			body	body	homecare.DecideParked	true	"Why"
//	@Success		200	{object}	homecare.ParkedAct
//	@Router			/v1/parked/{id}/return [post]
func (s *Service) PostReturn() rest.Handler { return rest.Handle(http.StatusOK, s.Return) }

// PostWithdraw takes a parked act back.
//
//	@Summary		Withdraw a parked act
//	@Description	Tarik kembali kiriman sendiri.
//	@ID				withdrawParkedAct
//	@Tags			parked
//	@Param			id	path	string	true	"Parked act"	format(uuid)
//	@Param			body	body	homecare.DecideParked	true	"Why"
//	@Success		200	{object}	homecare.ParkedAct
//	@Router			/v1/parked/{id}/withdraw [post]
func (s *Service) PostWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }
