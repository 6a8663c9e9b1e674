package homecare

import (
	"time"
)

// Priority is a person's place on the ranked list (prioritas sasaran, SOP HS
// 5c).
type Priority struct {
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// The name of the person (nama sasaran).
	Name        string `json:"name" validate:"required"`
	Sex         string `json:"sex" validate:"required,list=sex"`
	BirthDate   string `json:"birth_date,omitempty" format:"date"`
	Village     string `json:"village,omitempty" example:"6311052001"`
	VillageName string `json:"village_name,omitempty"`
	// What sorts the list: `points` and the points of `adjustment`.
	Total int `json:"total" validate:"required" example:"47"`
	// The sum of the points (nilai) of the rules that the person meets.
	Points int `json:"points" validate:"required" example:"42"`
	// The level (tingkat) that `total` reaches by the rules.
	Level string `json:"level" validate:"required,list=priority"`
	// The rules that the person meets (alasan), in the order of the rules.
	Reasons []PriorityReason `json:"reasons" validate:"required"`
	// How staff moved the person up or down; absent: not moved.
	Adjustment *PriorityAdjustment `json:"adjustment,omitempty"`
	// The version of the priority rules (aturan prioritas) by which it was computed.
	RuleVersion int `json:"rule_version" validate:"required"`
	// When a computation last changed the points, the reasons or the version of the rules.
	ComputedAt time.Time `json:"computed_at" validate:"required" format:"date-time"`
}

// PriorityReason is one rule that a person meets, in words and points.
type PriorityReason struct {
	// The code of the rule; `protected` where the caller may not read it.
	Code string `json:"code" validate:"required" example:"hypertension_3"`
	// The rule in words, in the language of the answer; a neutral text where the caller may not
	// read it.
	Label string `json:"label" validate:"required" example:"Hipertensi derajat 3"`
	// The points (nilai) that the rule gives, negative where it lowers the priority.
	Points int `json:"points" validate:"required" example:"20"`
}

// PriorityAdjustment moves a person up or down manually.
type PriorityAdjustment struct {
	// The points (nilai) added to those of the rules; negative moves the person down.
	Points int `json:"points" validate:"required" example:"10"`
	// Why the person was moved (alasan).
	Reason string `json:"reason" validate:"required"`
	// When the person was moved.
	At time.Time `json:"at" validate:"required" format:"date-time"`
	// The account that moved the person.
	By string `json:"by" validate:"required" format:"uuid"`
}

// AdjustPriority moves a person up or down and replaces an earlier adjustment;
// 0 points removes it.
type AdjustPriority struct {
	// The direction: up adds the points, down subtracts them.
	Move string `json:"move" validate:"required,oneof=up down"`
	// How far, in points (nilai); 0 removes an earlier adjustment.
	Points int `json:"points" validate:"min=0,max=200" minimum:"0" maximum:"200"`
	// Why the person is moved (alasan).
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// PriorityRuleSet is a version of the rules that rank targets. Dinkes publishes
// them, and a ranking has the version of its rules.
type PriorityRuleSet struct {
	// The number of the version (versi), counted by the server from 1.
	Version int `json:"version" validate:"required"`
	// The first day on which it is valid (mulai berlaku). Of several valid ones that with the
	// latest day counts, and of one day the newest.
	EffectiveFrom string `json:"effective_from" validate:"required" format:"date"`
	// What changed and why (catatan), as Dinkes wrote it.
	Note string `json:"note"`
	// The levels and rules of this version.
	Rules PriorityRules `json:"rules" validate:"required"`
}

// NewPriorityRuleSet is a new version.
type NewPriorityRuleSet struct {
	// The first day on which it is valid (mulai berlaku), also in the past or future. A stored
	// ranking changes when it is computed again.
	EffectiveFrom string `bounds:"act" json:"effective_from" validate:"required,date" format:"date"`
	// What changes and why (catatan). It is the reason in the audit trail.
	Note string `json:"note" validate:"required,text,max=2000" maxLength:"2000"`
	// All levels and rules of the new version; nothing is taken over from the earlier one.
	Rules PriorityRules `json:"rules" validate:"required"`
}

// PriorityRules are levels and rules. A person's points are the sum over the
// rules met. The level is the first whose minimum the total reaches.
type PriorityRules struct {
	// The four levels (tingkat), in the order urgent, high, medium, monitoring.
	Levels []PriorityBand `json:"levels" validate:"required,len=4,dive" minItems:"4" maxItems:"4" example:"[{\"code\":\"urgent\",\"min\":40},{\"code\":\"high\",\"min\":20},{\"code\":\"medium\",\"min\":10},{\"code\":\"monitoring\",\"min\":0}]"`
	// The rules (aturan). Their order is that of the reasons about a person.
	Rules []PriorityRule `json:"rules" validate:"required,min=1,max=500,dive" minItems:"1" maxItems:"500"`
}

// PriorityBand is a level and its minimum total.
type PriorityBand struct {
	// The code of the level (tingkat).
	Code string `json:"code" validate:"required,list=priority"`
	// The lowest total of the level; lower than that of the level above. The last level also
	// takes all totals below its own.
	Min int `json:"min" validate:"min=-1000,max=100000"`
}

// PriorityRule gives points to persons who meet its condition.
//
// A separate rule refuses an empty condition; only the document's generator
// reads the tag binding.
type PriorityRule struct {
	// The code of the rule (aturan), unique in its version.
	Code string `json:"code" validate:"required,code" example:"hypertension_3"`
	// The condition (syarat) that a person must meet; an empty one is refused.
	When PriorityCondition `json:"when" binding:"required"`
	// The points (nilai) for a person who meets it; negative lowers the priority.
	Points  int    `json:"points" validate:"min=-1000,max=1000" example:"20"`
	LabelID string `json:"label_id" validate:"required,text,max=200" maxLength:"200" example:"Hipertensi derajat 3"`
	LabelEN string `json:"label_en" validate:"required,text,max=200" maxLength:"200" example:"Hypertension grade 3"`
	// True hides the text of the reason from petugas, as for mental illness, HIV and sexually
	// transmitted infections. A rule about a sensitive risk is hidden in any case.
	Sensitive bool `json:"sensitive,omitempty"`
}

// PriorityCondition holds when all its members do.
type PriorityCondition struct {
	// A code of GET /v1/risk-codes: the person has this risk (faktor risiko).
	Risk string `json:"risk,omitempty" validate:"omitempty,code" example:"hypertension_3"`
	// The person has any risk of this level or a more urgent one; 4 is the most urgent.
	RiskLevel int `json:"risk_level,omitempty" validate:"omitempty,min=1,max=4" example:"-"`
	// The code of a fact (fakta), such as sbp or hb. Its latest reading is compared with `value`;
	// with the operators exists and text any reading counts.
	Fact string `json:"fact,omitempty" validate:"omitempty,code" example:"-"`
	// The operator: exists, a comparison of numbers (eq, ne, lt, le, gt, ge), or text for an
	// equal text. Required with `fact`, refused without.
	Op string `json:"op,omitempty" validate:"omitempty,oneof=exists eq ne lt le gt ge text" example:"-"`
	// The number to compare with, in the unit of the fact; required with a comparison of numbers.
	Value *float64 `json:"value,omitempty" example:"-"`
	// The text that the fact must have, such as a diagnosis code (ICD-10); required with the
	// operator text.
	Text string `json:"text,omitempty" validate:"omitempty,max=100" example:"-"`
	// The lowest age in whole years (umur), included. A person without a birth date does not meet
	// it.
	AgeMin *int `json:"age_min,omitempty" validate:"omitempty,min=0,max=150" example:"-"`
	// The highest age in whole years (umur), included. A person without a birth date does not
	// meet it.
	AgeMax *int `json:"age_max,omitempty" validate:"omitempty,min=0,max=150" example:"-"`
}

// RiskCode is a conclusion that rules may name.
type RiskCode struct {
	// The code of the risk (faktor risiko), which conditions name in `risk`.
	Code string `json:"code" validate:"required" example:"hypertension_3"`
	// How urgent it is, from 1 to 4; 4 is the most urgent. The levels are a proposal, which the
	// rules may replace.
	Level int `json:"level" validate:"required"`
	// What a person reads, in the language of the answer.
	Label string `json:"label" validate:"required"`
	// Whether it tells of mental illness, HIV or a sexually transmitted infection; petugas do not
	// see such risks of a person.
	Sensitive bool `json:"sensitive"`
}

// Recomputed is the result of recomputing all scores.
type Recomputed struct {
	// The targets (sasaran) that were computed: all of the puskesmas who are on the list.
	Patients int `json:"patients"`
	// How many of them differ from before, in points, level, reasons, risks or version of the
	// rules.
	Changed int `json:"changed"`
	// The version of the priority rules (aturan prioritas) in force, by which they were computed.
	RuleVersion int `json:"rule_version" validate:"required"`
}
