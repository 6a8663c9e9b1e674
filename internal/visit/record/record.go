// Package record is the clinical record of a visit: what was asked, measured, found, given
// and taught, what endangered the staff, and what is planned (SOP steps 9 and 10, HS 5d).
//
//	Get, GetExpanded  get.go       fault.ErrNotFound, pg.ErrWithheld
//	Put               put.go       fault.ErrState, fault.ErrStale, fault.ErrInvalid
//	Hazards           hazards.go   page.ErrCursor
//	LastValues        last_values.go fault.ErrNotFound
//	Amend             amend.go     ErrAmendNeedsKepala, fault.ErrState, fault.ErrInvalid
//	Revisions         revisions.go fault.ErrNotFound
//	Revision          revisions.go fault.ErrNotFound
//
// For package visit: reading a complete visit (read.go), the input of the rules about its
// case (subject.go), checking and writing its parts (write.go, check.go, vital.go,
// measured.go). Called by others: the correction of a birth date (rejudge.go). Package
// visit knows the state of a visit and whether its record is open (Service.Allow).
package record

import (
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// AmendWindow is how long the performer or the recorder may amend a completed visit.
// Afterwards, and for other accounts, Kepala amends it. The limit is widely cited
// from Permenkes 24/2022; the regulation itself was not read.
const AmendWindow = 48 * time.Hour

// ErrAmendNeedsKepala refuses a caller who may not amend a visit, or no longer.
var ErrAmendNeedsKepala = fault.Define(fault.Forbidden, "visit.amend_needs_kepala",
	"Perbaikan hanya dapat dilakukan oleh pelaksana atau penulisnya, dalam 48 jam setelah selesai. Mintalah kepala puskesmas melakukannya.",
	"Only who made the visit or wrote it down may amend it, within 48 hours of completion. Ask the head of the puskesmas to do it.")

// MaxStay is the maximum duration of a visit.
const MaxStay = 12 * time.Hour

// Parts are the parts of a visit's record in a request. A nil part stays
// unchanged.
type Parts struct {
	homecare.VisitParts
	Hazards     *homecare.HazardsPart     `json:"hazards,omitempty"`
	Consumables *homecare.ConsumablesPart `json:"consumables,omitempty"`
	Plan        *homecare.VisitPlan       `json:"plan,omitempty"`
}

// Facts are the reference rows for a check.
type Facts struct {
	ranges ranges
	known  map[string]bool // ICD-10 codes
	office map[string]bool // accounts that see every case
}

// before returns the parts of v that p replaces, for the audit trail.
func (p Parts) before(v homecare.Visit) Parts {
	var b Parts
	if p.Anamnesis != nil {
		b.Anamnesis = v.Anamnesis
	}
	if p.Vitals != nil {
		b.Vitals = &homecare.VitalsPart{Pregnant: v.Pregnant, Vitals: v.Vitals, AbsentReason: v.VitalsAbsentReason}
	}
	if p.Examination != nil {
		b.Examination = v.Examination
	}
	if p.Diagnoses != nil {
		b.Diagnoses = &homecare.DiagnosesPart{Diagnoses: v.Diagnoses}
	}
	if p.Services != nil {
		b.Services = &homecare.ServicesPart{Services: v.Services}
	}
	if p.Assessments != nil {
		b.Assessments = &homecare.AssessmentsPart{Assessments: v.Assessments}
	}
	if p.Labs != nil {
		b.Labs = &homecare.LabsPart{Labs: v.Labs}
	}
	if p.Education != nil {
		b.Education = v.Education
	}
	if p.Hazards != nil {
		b.Hazards = &homecare.HazardsPart{Hazards: v.Hazards}
	}
	if p.Consumables != nil {
		b.Consumables = &homecare.ConsumablesPart{Consumables: v.Consumables}
	}
	if p.Plan != nil {
		b.Plan = v.Plan
	}
	return b
}

// named are the accounts named in p.
func named(p Parts) (out []string) {
	if p.Plan != nil {
		for _, f := range p.Plan.FollowUps {
			out = append(out, f.OwnerAccountID)
		}
	}
	if p.Services != nil {
		for _, s := range p.Services.Services {
			out = append(out, s.ProvidedBy)
		}
	}
	return out
}
