package puskesmas

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetAll lists the puskesmas.
//
//	@Summary		List the puskesmas
//	@Description	Daftar dua belas UPTD puskesmas (SOP HS 7) with the programmes each runs.
//	@ID				listPuskesmas
//	@Tags			reference
//	@Success		200	{object}	homecare.Page[homecare.Puskesmas]
//	@Router			/v1/puskesmas [get]
func (s *Service) GetAll() rest.Handler { return rest.Handle(http.StatusOK, s.All) }

// GetVillages lists the villages.
//
//	@Summary		List the villages
//	@Description	Daftar desa dan kelurahan with the puskesmas that serves each and how sure that is.
//	@ID				listVillages
//	@Tags			reference
//	@Param			puskesmas	query		string	false	"Only villages served by this puskesmas (slug)"	maxlength(41)
//	@Success		200			{object}	homecare.Page[homecare.Village]
//	@Router			/v1/villages [get]
func (s *Service) GetVillages() rest.Handler { return rest.Handle(http.StatusOK, s.Villages) }

// GetProgrammes lists the programmes.
//
//	@Summary		List the programmes
//	@Description	Daftar program kunjungan rumah: Homecare Sanggam, KUPINANG, and those a puskesmas adds.
//	@ID				listProgrammes
//	@Tags			reference
//	@Success		200	{object}	homecare.Page[homecare.Programme]
//	@Router			/v1/programmes [get]
func (s *Service) GetProgrammes() rest.Handler { return rest.Handle(http.StatusOK, s.Programmes) }

// GetSOPs lists the SOP versions.
//
//	@Summary		List the SOP versions
//	@Description	Versi SOP setiap program: legal basis, what it demands, and its history of changes (rekaman historis perubahan).
//	@ID				listSops
//	@Tags			reference
//	@Success		200	{object}	homecare.Page[homecare.SOP]
//	@Router			/v1/sops [get]
func (s *Service) GetSOPs() rest.Handler { return rest.Handle(http.StatusOK, s.SOPs) }

// PostSOP adds a revision.
//
//	@Summary		Add a revision of a programme's SOP
//	@Description	Tambah revisi SOP. Cases keep the version they ran under; new cases run under the newest in force.
//	@ID				addSop
//	@Tags			reference
//	@Param			code	path		string			true	"Programme"	example(kupinang)
//	@Param			body	body		homecare.NewSOP	true	"The revision"
//	@Success		201		{object}	homecare.SOP
//	@Router			/v1/programmes/{code}/sops [post]
func (s *Service) PostSOP() rest.Handler { return rest.Handle(http.StatusCreated, s.AddSOP) }

// GetServiceTypes lists the service types.
//
//	@Summary		List the nine service types
//	@Description	Sembilan jenis pelayanan (SOP HS 4) and what to bring for each.
//	@ID				listServiceTypes
//	@Tags			reference
//	@Success		200	{object}	homecare.Page[homecare.ServiceType]
//	@Router			/v1/service-types [get]
func (s *Service) GetServiceTypes() rest.Handler { return rest.Handle(http.StatusOK, s.ServiceTypes) }

// GetReferenceList lists the codes of a list.
//
//	@Summary		List the codes of a reference list
//	@Description	Daftar kode dengan label Indonesia dan Inggris, sumber, dan tingkat kepastiannya.
//	@ID				listReference
//	@Tags			reference
//	@Param			list	path		string	true	"Name of the list"	example(profession)
//	@Success		200		{object}	homecare.Page[homecare.ReferenceItem]
//	@Failure		404		{object}	homecare.Problem	"there is no such list"
//	@Router			/v1/reference/{list} [get]
func (s *Service) GetReferenceList() rest.Handler { return rest.Handle(http.StatusOK, s.ReferenceList) }

// GetDiagnoses lists the ICD-10 codes.
//
//	@Summary		List the diagnosis codes
//	@Description	Kode diagnosis ICD-10 yang dijumpai di puskesmas.
//	@ID				listDiagnosisCodes
//	@Tags			reference
//	@Success		200	{object}	homecare.Page[homecare.DiagnosisCode]
//	@Router			/v1/diagnosis-codes [get]
func (s *Service) GetDiagnoses() rest.Handler { return rest.Handle(http.StatusOK, s.Diagnoses) }

// GetVitalRanges lists the limits of measurements.
//
//	@Summary		List the limits of measurements
//	@Description	Batas wajar, peringatan, dan kritis setiap pengukuran menurut umur, with their sources.
//	@ID				listVitalRanges
//	@Tags			reference
//	@Success		200	{object}	homecare.Page[homecare.VitalRange]
//	@Router			/v1/vital-ranges [get]
func (s *Service) GetVitalRanges() rest.Handler { return rest.Handle(http.StatusOK, s.VitalRanges) }

// GetInstruments lists the scoring instruments.
//
//	@Summary		List the scoring instruments
//	@Description	Instrumen penilaian (AKS Barthel, SKILAS, NEWS2, SRQ-20 …): items, options with points, bands, source, and how sure they are.
//	@ID				listInstruments
//	@Tags			reference
//	@Success		200	{object}	homecare.Page[homecare.Instrument]
//	@Router			/v1/instruments [get]
func (s *Service) GetInstruments() rest.Handler { return rest.Handle(http.StatusOK, s.Instruments) }

// GetInstrument answers one instrument.
//
//	@Summary		Get a scoring instrument
//	@Description	Satu instrumen penilaian; PUT /v1/visits/{id}/assessments takes its code and the answers.
//	@ID				getInstrument
//	@Tags			reference
//	@Param			code	path		string	true	"Instrument"	example(barthel_aks)
//	@Success		200		{object}	homecare.Instrument
//	@Failure		404		{object}	homecare.Problem	"there is no such instrument"
//	@Router			/v1/instruments/{code} [get]
func (s *Service) GetInstrument() rest.Handler { return rest.Handle(http.StatusOK, s.Instrument) }
