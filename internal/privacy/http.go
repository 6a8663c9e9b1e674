package privacy

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostBreakGlass opens a break-glass.
//
//	@Summary		Open one person of a puskesmas to Dinkes for at most an hour
//	@Description	Akses darurat (break-glass). Dinkes sees no person otherwise. It needs a reason, a recent proof of
//					identity, and exactly one of patient_id and nik. The reason must not identify a person. Kepala is
//					told at once and reviews it.
//	@ID				openBreakGlass
//	@Tags			trust
//	@Failure		404		no such person in that puskesmas
func (s *Service) PostBreakGlass() rest.Handler { return rest.Handle(http.StatusCreated, s.Open) }

// GetBreakGlasses lists break-glasses.
//
//	@Summary		List break-glasses, newest first
//	@Description	Daftar akses darurat. Kepala sees those of their puskesmas with how often the record was shown;
//					Dinkes sees those that the caller opened, without the person.
//	@ID				listBreakGlass
//	@Tags			trust
func (s *Service) GetBreakGlasses() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetBreakGlassRecord answers the person of a break-glass.
//
//	@Summary		Read the person of an open break-glass
//	@Description	Data orang pada akses darurat yang terbuka. Registry facts, cases and visits, read-only, with
//					numbers masked. The access log of the puskesmas records each answer. 403 break_glass.ended once it
//					has expired or was closed.
//	@ID				getBreakGlassRecord
//	@Tags			trust
func (s *Service) GetBreakGlassRecord() rest.Handler { return rest.Handle(http.StatusOK, s.Record) }

// PostBreakGlassClose closes a break-glass.
//
//	@Summary		Close a break-glass before its time
//	@Description	Tutup akses darurat. The account that opened it or Kepala may close it.
//	@ID				closeBreakGlass
//	@Tags			trust
func (s *Service) PostBreakGlassClose() rest.Handler { return rest.Handle(http.StatusOK, s.Close) }

// PostBreakGlassReview reviews a break-glass.
//
//	@Summary		Review a break-glass that is over
//	@Description	Telaah akses darurat. The review records the finding of Kepala.
//	@ID				reviewBreakGlass
//	@Tags			trust
func (s *Service) PostBreakGlassReview() rest.Handler { return rest.Handle(http.StatusOK, s.Review) }

// PostBreach enters a breach.
//
//	@Summary		Enter a breach into the register
//	@Description	Catat kegagalan pelindungan data (UU 27/2022 art. 46). It names the credential (account, session
//					or address) and the period. Notice to persons and agency is due 3x24 hours after it was found.
//					Dinkes names the puskesmas.
//	@ID				reportBreach
//	@Tags			trust
func (s *Service) PostBreach() rest.Handler { return rest.Handle(http.StatusCreated, s.Report) }

// GetBreaches lists the register.
//
//	@Summary		List the register of breaches, newest first
//	@Description	Register kegagalan pelindungan data. Each has its deadline of 3x24 hours. Dinkes sees the register
//					of the district, with counts of persons only.
//	@ID				listBreaches
//	@Tags			trust
func (s *Service) GetBreaches() rest.Handler { return rest.Handle(http.StatusOK, s.Breaches) }

// GetBreach answers one breach.
//
//	@Summary		Read a breach
//	@Description	Satu kegagalan pelindungan data.
//	@ID				getBreach
//	@Tags			trust
func (s *Service) GetBreach() rest.Handler { return rest.Handle(http.StatusOK, s.Breach) }

// GetBreachPersons lists the persons that a breach touched.
//
//	@Summary		List whom the credential of a breach touched
//	@Description	Siapa saja yang tersentuh. Every person whom the credential was shown in the period or whose
//					records it acted on, from the access log and the trail. Rows of a file count for the persons
//					registered from them.
//	@ID				listBreachPersons
//	@Tags			trust
func (s *Service) GetBreachPersons() rest.Handler { return rest.Handle(http.StatusOK, s.Persons) }

// PostBreachNotified records a notice.
//
//	@Summary		Record that the persons or the agency were notified
//	@Description	Catat pemberitahuan kepada subjek data atau lembaga.
//	@ID				notifyBreach
//	@Tags			trust
func (s *Service) PostBreachNotified() rest.Handler { return rest.Handle(http.StatusOK, s.Notified) }

// PostBreachClose closes a breach.
//
//	@Summary		Close a breach
//	@Description	Tutup kegagalan pelindungan data. Persons and agency must be notified, unless no person was
//					touched.
//	@ID				closeBreach
//	@Tags			trust
func (s *Service) PostBreachClose() rest.Handler { return rest.Handle(http.StatusOK, s.CloseBreach) }
