package homecare

import "time"

// FactCode is a code of the catalogue of facts (fakta): what sources, visits and staff can
// tell about a person.
type FactCode struct {
	// The code of the fact, which filters, rules and series name.
	Code string `json:"code" validate:"required" example:"sbp"`
	// What kind of fact it is: a measurement or score has `value`, a coded fact, text or
	// diagnosis has `text`, a flag has neither or the value 0 for no, an event has only its day.
	Kind string `json:"kind" validate:"required,list=fact_kind"`
	// What a person reads, in the language of the answer.
	Label string `json:"label" validate:"required" example:"Tekanan darah sistolik"`
	// The UCUM unit of the value; absent: the fact is not a number.
	Unit string `json:"unit,omitempty" example:"mm[Hg]"`
	// The LOINC code; absent: the national profile names none.
	LOINC string `json:"loinc,omitempty" example:"8480-6"`
	// The lowest value that can be true, in the unit; absent: none is set.
	Min *float64 `json:"min,omitempty" example:"50"`
	// The highest value that can be true, in the unit; absent: none is set.
	Max *float64 `json:"max,omitempty" example:"300"`
	// How several facts of the code stand together. Absent: the newest replaces the earlier
	// ones. `each`: values stand beside each other, such as diagnoses. `set`: those of the
	// latest record replace all earlier ones, such as danger signs.
	Many string `json:"many,omitempty" validate:"omitempty,oneof=each set" example:"-"`
	// Whether it tells of mental illness, HIV or a sexually transmitted infection.
	Sensitive bool `json:"sensitive"`
	// Whether it may be entered by hand, without a visit or a file.
	ByHand bool `json:"by_hand"`
	// The values of a coded fact; empty: not a coded fact, or its texts are not listed.
	Values []FactText `json:"values" validate:"required,dive"`
}

// FactText is a value of a coded fact.
type FactText struct {
	// The code of the value, as `text` of a fact has it.
	Code string `json:"code" validate:"required" example:"none"`
	// What a person reads, in the language of the answer.
	Label string `json:"label" validate:"required" example:"Tidak ada"`
}

// Fact is what is known of a person under one code: the newest true reading of all sources,
// visits and hand entries.
type Fact struct {
	// The id of a fact that a file or a person told, with which it can be voided; absent: it
	// was found at a visit, whose record is amended instead.
	ID string `json:"id,omitempty" example:"5d41402a-bc4b-2a76-b971-9d911017c592"`
	// The code of the fact, one of GET /v1/fact-codes.
	Code string `json:"code" validate:"required" example:"sbp"`
	// What a person reads for the code, in the language of the answer.
	Label string `json:"label" validate:"required" example:"Tekanan darah sistolik"`
	// The number, in `unit`; absent: not a number.
	Value *float64 `json:"value,omitempty" example:"162"`
	// The UCUM unit of the value.
	Unit string `json:"unit,omitempty" example:"mm[Hg]"`
	// The code of a coded fact, diagnosis or membership, or the band of a score; absent: none.
	Text string `json:"text,omitempty" example:"-"`
	// What a person reads for `text`; absent: the text has no label.
	TextLabel string `json:"text_label,omitempty" example:"-"`
	// When it was observed, or the day of an event; absent: not known.
	ObservedAt *time.Time `json:"observed_at,omitempty" format:"date-time"`
	// Who told it: a source of data, `visit`, `case`, or `staff` for an entry by hand.
	Source string `json:"source" validate:"required,list=data_source+fact_source" example:"visit"`
	// The visit at which it was found; absent: not found at a visit.
	VisitID string `json:"visit_id,omitempty" format:"uuid"`
	// When it was recorded here, by the server's clock.
	RecordedAt time.Time `json:"recorded_at" validate:"required" format:"date-time"`
	// Whether it tells of mental illness, HIV or a sexually transmitted infection.
	Sensitive bool `json:"sensitive"`
}

// NewFact is a fact entered by hand, without a visit or a file: what a family says at the
// counter, what a hospital tells by telephone.
type NewFact struct {
	// A code of GET /v1/fact-codes with `by_hand`.
	Code string `json:"code" validate:"required,code" example:"caregiver"`
	// The number of a measurement or score, in the unit of the code; of a flag, 0 for no.
	Value *float64 `json:"value,omitempty" example:"-"`
	// The UCUM unit of the value. Only the unit of the code is taken; absent: that one.
	Unit string `json:"unit,omitempty" validate:"omitempty,max=20" maxLength:"20" example:"-"`
	// The value of a coded fact, or the code of a diagnosis (ICD-10).
	Text string `json:"text,omitempty" validate:"omitempty,text,max=100" maxLength:"100" example:"none"`
	// When it was observed; not with `observed_on`. Absent, both: now.
	ObservedAt *time.Time `bounds:"happened" json:"observed_at,omitempty" format:"date-time" example:"-"`
	// The day on which it was observed or took place, where the hour is not known.
	ObservedOn string `bounds:"act" json:"observed_on,omitempty" validate:"omitempty,date" format:"date" example:"2026-03-09"`
}

// MeasurementSeries are the facts of one code about a person, oldest first (riwayat ukuran).
type MeasurementSeries struct {
	// The code of the facts, one of GET /v1/fact-codes.
	Code string `json:"code" validate:"required" example:"sbp"`
	// What a person reads for the code, in the language of the answer.
	Label string `json:"label" validate:"required" example:"Tekanan darah sistolik"`
	// The UCUM unit of the values; absent: the code is not a number.
	Unit string `json:"unit,omitempty" example:"mm[Hg]"`
	// The readings; of more than 500 the newest 500.
	Points []MeasurementPoint `json:"points" validate:"required,dive"`
	// True where older readings than these 500 exist.
	Truncated bool `json:"truncated"`
}

// MeasurementPoint is one reading of a series.
type MeasurementPoint struct {
	// The id of a reading that a file or a person told, with which it can be voided; absent:
	// it was found at a visit.
	ID string `json:"id,omitempty" example:"5d41402a-bc4b-2a76-b971-9d911017c592"`
	// The number, in the unit of the series; absent: not a number.
	Value *float64 `json:"value,omitempty" example:"162"`
	// The code of a coded fact or diagnosis, or the band of a score; absent: none.
	Text string `json:"text,omitempty" example:"-"`
	// When it was observed; absent: not known, and then it stands first.
	ObservedAt *time.Time `json:"observed_at,omitempty" format:"date-time"`
	// Who told it: a source of data, `visit`, `case`, or `staff` for an entry by hand.
	Source string `json:"source" validate:"required,list=data_source+fact_source" example:"visit"`
	// The visit at which it was found; absent: not found at a visit.
	VisitID string `json:"visit_id,omitempty" format:"uuid"`
}
