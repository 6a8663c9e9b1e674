package late

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetParkedActs lists parked acts.
//
//	@Summary		List parked acts, oldest first
//	@Description	Kiriman terlambat: acts that took place and contradict the record. The office sees all of the
//					puskesmas, everybody else what they sent or did. Nothing here counts until it is taken.
//	@ID				listParkedActs
//	@Tags			parked
func (s *Service) GetParkedActs() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetParkedAct answers a parked act.
//
//	@Summary		Read a parked act with the request as it was sent
//	@Description	Satu kiriman terlambat, utuh.
//	@ID				getParkedAct
//	@Tags			parked
func (s *Service) GetParkedAct() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PostTake takes a parked act.
//
//	@Summary		Take a parked act
//	@Description	Ambil: the act is judged again as of when it happened and counts on its own day; 409 names what
//					it still contradicts. Taking vouches for who was of the team then.
//	@ID				takeParkedAct
//	@Tags			parked
func (s *Service) PostTake() rest.Handler { return rest.Handle(http.StatusOK, s.Take) }

// PostRedirect takes a parked act for another case, visit or time.
//
//	@Summary		Take a parked act for another case, visit or time
//	@Description	Alihkan: person, case, visit or time only; clinical content goes back to its author (return).
//	@ID				redirectParkedAct
//	@Tags			parked
func (s *Service) PostRedirect() rest.Handler { return rest.Handle(http.StatusOK, s.Redirect) }

// PostReturn gives a parked act back.
//
//	@Summary		Return a parked act to its author
//	@Description	Kembalikan kepada pengirim, dengan alasan.
//	@ID				returnParkedAct
//	@Tags			parked
func (s *Service) PostReturn() rest.Handler { return rest.Handle(http.StatusOK, s.Return) }

// PostWithdraw takes a parked act back.
//
//	@Summary		Withdraw a parked act
//	@Description	Tarik kembali kiriman sendiri.
//	@ID				withdrawParkedAct
//	@Tags			parked
func (s *Service) PostWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }
