package puskesmas

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetAll lists the puskesmas.
//
//	@Summary		List the puskesmas
//	@Description	Daftar dua belas UPTD puskesmas (SOP HS 7) beserta program yang dijalankan.
//	@ID				listPuskesmas
//	@Tags			reference
func (s *Service) GetAll() rest.Handler { return rest.Handle(http.StatusOK, s.All) }

// GetVillages lists the villages.
//
//	@Summary		List the villages
//	@Description	Daftar desa dan kelurahan. Each has the puskesmas that serves it and how certain that is.
//	@ID				listVillages
//	@Tags			reference
func (s *Service) GetVillages() rest.Handler { return rest.Handle(http.StatusOK, s.Villages) }

// GetProgrammes lists the programmes.
//
//	@Summary		List the programmes
//	@Description	Daftar program kunjungan rumah: Homecare Sanggam, KUPINANG, dan program tambahan puskesmas.
//	@ID				listProgrammes
//	@Tags			reference
func (s *Service) GetProgrammes() rest.Handler { return rest.Handle(http.StatusOK, s.Programmes) }

// GetSOPs lists the SOP versions.
//
//	@Summary		List the SOP versions
//	@Description	Versi SOP setiap program. Each has its legal basis, its requirements and its history of changes
//					(rekaman historis perubahan).
//	@ID				listSops
//	@Tags			reference
func (s *Service) GetSOPs() rest.Handler { return rest.Handle(http.StatusOK, s.SOPs) }

// PostSOP adds a revision.
//
//	@Summary		Add a revision of a programme's SOP
//	@Description	Tambah revisi SOP. Cases keep their version; new cases get the newest one in force.
//	@ID				addSop
//	@Tags			reference
func (s *Service) PostSOP() rest.Handler { return rest.Handle(http.StatusCreated, s.AddSOP) }

// GetServiceTypes lists the service types.
//
//	@Summary		List the nine service types
//	@Description	Sembilan jenis pelayanan (SOP HS 4). Each lists what to bring.
//	@ID				listServiceTypes
//	@Tags			reference
func (s *Service) GetServiceTypes() rest.Handler { return rest.Handle(http.StatusOK, s.ServiceTypes) }

// GetServiceSchema says what the data of a service hold.
//
//	@Summary		Read what the data of a service type hold
//	@Description	Isian suatu jenis pelayanan, sebagai JSON Schema. `data` of the service in a visit follows it.
//	@ID				getServiceSchema
//	@Tags			reference
func (s *Service) GetServiceSchema() rest.Handler { return rest.Handle(http.StatusOK, s.ServiceSchema) }

// GetReference lists the reference lists.
//
//	@Summary		List the reference lists and what uses each
//	@Description	Daftar acuan: every list of codes, with the address that lists its codes and the members and
//					parameters that take or answer them. In this document they carry `x-reference`.
//	@ID				listReferenceLists
//	@Tags			reference
func (s *Service) GetReference() rest.Handler { return rest.Handle(http.StatusOK, s.Reference) }

// GetReferenceList lists the codes of a list.
//
//	@Summary		List the codes of a reference list
//	@Description	Daftar kode dengan label Indonesia dan Inggris, sumber, dan tingkat kepastiannya.
//	@ID				listReference
//	@Tags			reference
func (s *Service) GetReferenceList() rest.Handler { return rest.Handle(http.StatusOK, s.ReferenceList) }

// GetDiagnoses lists the ICD-10 codes.
//
//	@Summary		List the diagnosis codes
//	@Description	Kode diagnosis ICD-10 yang dijumpai di puskesmas.
//	@ID				listDiagnosisCodes
//	@Tags			reference
func (s *Service) GetDiagnoses() rest.Handler { return rest.Handle(http.StatusOK, s.Diagnoses) }

// GetVitalRanges lists the limits of measurements.
//
//	@Summary		List the limits of measurements
//	@Description	Batas wajar, peringatan, dan kritis setiap pengukuran menurut umur, beserta sumbernya.
//	@ID				listVitalRanges
//	@Tags			reference
func (s *Service) GetVitalRanges() rest.Handler { return rest.Handle(http.StatusOK, s.VitalRanges) }

// GetInstruments lists the scoring instruments.
//
//	@Summary		List the scoring instruments
//	@Description	Instrumen penilaian (AKS Barthel, SKILAS, NEWS2, SRQ-20 …). Each has items, options with points,
//					bands, source, and how certain they are.
//	@ID				listInstruments
//	@Tags			reference
func (s *Service) GetInstruments() rest.Handler { return rest.Handle(http.StatusOK, s.Instruments) }

// GetInstrument answers one instrument.
//
//	@Summary		Get a scoring instrument
//	@Description	Satu instrumen penilaian. PUT /v1/visits/{id}/assessments takes its code and the answers.
//	@ID				getInstrument
//	@Tags			reference
func (s *Service) GetInstrument() rest.Handler { return rest.Handle(http.StatusOK, s.Instrument) }
