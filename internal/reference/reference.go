// Package reference holds the lists everybody reads: villages, programmes and
// SOP versions, service types, ICD-10, instruments, ranges. Each row names its
// source and how sure it is; Dinkes can replace it without a new release.
//
//	Seed                         seed.go        fills empty tables, as the owner role
//	Instruments, InstrumentByID  instrument.go
//	Score                        instrument.go  of an instrument's answers
//	FactCodes, FactByCode        fact_code.go
//	PlaceNames                   places.go
package reference
