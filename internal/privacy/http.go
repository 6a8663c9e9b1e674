package privacy

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostBreakGlass opens one person to Dinkes.
//
//	@Summary		Open one person of a puskesmas to Dinkes for at most an hour
//	@Description	Akses darurat (break-glass): Dinkes sees no person otherwise. Wants a reason, a recent proof of
//					identity, and exactly one of patient_id and nik; Kepala is told at once and reviews it. The
//					reason names nobody.
//	@ID				openBreakGlass
//	@Tags			trust
//	@Failure		404		no such person in that puskesmas
func (s *Service) PostBreakGlass() rest.Handler { return rest.Handle(http.StatusCreated, s.Open) }

// GetBreakGlasses lists break-glasses.
//
//	@Summary		List break-glasses, newest first
//	@Description	Daftar akses darurat: Kepala sees those of the own puskesmas with how often the record was
//					shown, Dinkes those that the caller opened, without the person.
//	@ID				listBreakGlass
//	@Tags			trust
func (s *Service) GetBreakGlasses() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetBreakGlassRecord answers the person.
//
//	@Summary		Read the person of an open break-glass
//	@Description	Data orang pada akses darurat yang terbuka: registry facts, cases and visits, read-only, numbers
//					masked. Each answer stands in the puskesmas's access log. 403 break_glass.ended once it has
//					expired or was closed.
//	@ID				getBreakGlassRecord
//	@Tags			trust
func (s *Service) GetBreakGlassRecord() rest.Handler { return rest.Handle(http.StatusOK, s.Record) }

// PostBreakGlassClose ends one.
//
//	@Summary		Close a break-glass before its time
//	@Description	Tutup akses darurat: by who opened it, or by Kepala.
//	@ID				closeBreakGlass
//	@Tags			trust
func (s *Service) PostBreakGlassClose() rest.Handler { return rest.Handle(http.StatusOK, s.Close) }

// PostBreakGlassReview reviews one.
//
//	@Summary		Review a break-glass that is over
//	@Description	Telaah akses darurat: what Kepala found.
//	@ID				reviewBreakGlass
//	@Tags			trust
func (s *Service) PostBreakGlassReview() rest.Handler { return rest.Handle(http.StatusOK, s.Review) }

// PostBreach enters a breach.
//
//	@Summary		Enter a breach into the register
//	@Description	Catat kegagalan pelindungan data (UU 27/2022 art. 46): the credential (account, session or
//					address) and the period. Notice to persons and agency is due 3x24 hours after it was found.
//					Dinkes names the puskesmas.
//	@ID				reportBreach
//	@Tags			trust
func (s *Service) PostBreach() rest.Handler { return rest.Handle(http.StatusCreated, s.Report) }

// GetBreaches lists the register.
//
//	@Summary		List the register of breaches, newest first
//	@Description	Register kegagalan pelindungan data, with the clock of 3x24 hours; Dinkes sees the district's,
//					with counts of persons only.
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

// GetBreachPersons answers whom it touched.
//
//	@Summary		List whom the credential of a breach touched
//	@Description	Siapa saja yang tersentuh: everybody whom the credential was shown in the period or whose
//					records it acted on, from the access log and the trail. Rows of a file count for whoever they
//					became.
//	@ID				listBreachPersons
//	@Tags			trust
func (s *Service) GetBreachPersons() rest.Handler { return rest.Handle(http.StatusOK, s.Persons) }

// PostBreachNotified records a notice.
//
//	@Summary		Record that the persons or the agency were told
//	@Description	Catat pemberitahuan kepada subjek data atau lembaga.
//	@ID				notifyBreach
//	@Tags			trust
func (s *Service) PostBreachNotified() rest.Handler { return rest.Handle(http.StatusOK, s.Notified) }

// PostBreachClose closes a breach.
//
//	@Summary		Close a breach
//	@Description	Tutup, once persons and agency were told or nobody was touched.
//	@ID				closeBreach
//	@Tags			trust
func (s *Service) PostBreachClose() rest.Handler { return rest.Handle(http.StatusOK, s.CloseBreach) }
