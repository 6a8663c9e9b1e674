package late

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetParkedActs lists parked acts.
//
//	@Summary		List parked acts, oldest first
//	@Description	Kiriman terlambat: acts that took place and contradict the record. The office sees all of the
//					puskesmas; others see what they sent or performed. A parked act counts nowhere until it is
//					taken.
//	@ID				listParkedActs
//	@Tags			parked
func (s *Service) GetParkedActs() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetParkedAct answers a parked act.
//
//	@Summary		Read a parked act with its original request
//	@Description	Satu kiriman terlambat, utuh.
//	@ID				getParkedAct
//	@Tags			parked
func (s *Service) GetParkedAct() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PostTake takes a parked act.
//
//	@Summary		Take a parked act
//	@Description	Ambil: the act is judged as of the time it happened and counts on its own day. A 409 lists what
//					it still contradicts. The caller confirms who belonged to the team at that time.
//	@ID				takeParkedAct
//	@Tags			parked
func (s *Service) PostTake() rest.Handler { return rest.Handle(http.StatusOK, s.Take) }

// PostRedirect takes a parked act for another case, visit or time.
//
//	@Summary		Take a parked act for another case, visit or time
//	@Description	Alihkan: only person, case, visit or time can change. Clinical content is corrected by its
//					author (return).
//	@ID				redirectParkedAct
//	@Tags			parked
func (s *Service) PostRedirect() rest.Handler { return rest.Handle(http.StatusOK, s.Redirect) }

// PostReturn returns a parked act.
//
//	@Summary		Return a parked act to its author
//	@Description	Kembalikan kepada pengirim, dengan alasan.
//	@ID				returnParkedAct
//	@Tags			parked
func (s *Service) PostReturn() rest.Handler { return rest.Handle(http.StatusOK, s.Return) }

// PostWithdraw withdraws a parked act.
//
//	@Summary		Withdraw a parked act
//	@Description	Tarik kembali kiriman sendiri.
//	@ID				withdrawParkedAct
//	@Tags			parked
func (s *Service) PostWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }
