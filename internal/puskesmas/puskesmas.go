// Package puskesmas shows the tenants, their villages, the programmes and
// their SOP versions, and the service types: what Dinkes keeps and everybody
// reads (SOP HS 7, both SOPs' history of changes).
//
//	All            list_puskesmas.go
//	Villages       list_villages.go
//	Programmes     list_programmes.go
//	SOPs           list_sops.go
//	AddSOP         add_sop.go            fault.ErrNotFound, fault.ErrStale
//	ServiceTypes   list_service_types.go
//	ServiceSchema  get_service_schema.go fault.ErrNotFound
//	Reference      list_reference.go
//	ReferenceList  list_reference.go     fault.ErrNotFound
//	Diagnoses      list_diagnoses.go
//	VitalRanges    list_vital_ranges.go
//	Instruments    list_instruments.go
//	Instrument     get_instrument.go     fault.ErrNotFound
//	HasCode        has_code.go           for filters
package puskesmas
