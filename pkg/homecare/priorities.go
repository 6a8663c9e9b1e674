package homecare

import (
	"time"
)

// Priority is a person's place on the ranked list (prioritas sasaran, SOP HS
// 5c).
type Priority struct {
	PatientID   string `json:"patient_id" validate:"required" format:"uuid"`
	Name        string `json:"name" validate:"required"`
	Sex         string `json:"sex" validate:"required" enums:"male,female,unknown"`
	BirthDate   string `json:"birth_date,omitempty" format:"date"`
	Village     string `json:"village,omitempty" example:"6311052001"`
	VillageName string `json:"village_name,omitempty"`
	// Total is the sort key of the list: the rules' points and the manual
	// adjustment.
	Total       int                 `json:"total" validate:"required" example:"47"`
	Points      int                 `json:"points" validate:"required" example:"42"`
	Level       string              `json:"level" validate:"required" enums:"urgent,high,medium,monitoring"`
	Reasons     []PriorityReason    `json:"reasons" validate:"required"`
	Adjustment  *PriorityAdjustment `json:"adjustment,omitempty"`
	RuleVersion int                 `json:"rule_version" validate:"required"`
	ComputedAt  time.Time           `json:"computed_at" validate:"required" format:"date-time"`
}

// PriorityReason is one rule that a person meets, in words and points.
type PriorityReason struct {
	Code   string `json:"code" validate:"required" example:"hypertension_3"`
	Label  string `json:"label" validate:"required" example:"Hipertensi derajat 3"`
	Points int    `json:"points" validate:"required" example:"20"`
}

// PriorityAdjustment moves a person up or down manually.
type PriorityAdjustment struct {
	Points int       `json:"points" validate:"required" example:"10"`
	Reason string    `json:"reason" validate:"required"`
	At     time.Time `json:"at" validate:"required" format:"date-time"`
	By     string    `json:"by" validate:"required" format:"uuid"`
}

// AdjustPriority moves a person up or down and replaces an earlier adjustment;
// 0 points removes it.
type AdjustPriority struct {
	Move   string `json:"move" validate:"required,oneof=up down" enums:"up,down"`
	Points int    `json:"points" validate:"min=0,max=200" minimum:"0" maximum:"200"`
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// PriorityRuleSet is a version of the rules that rank targets. Dinkes publishes
// them, and a ranking has the version of its rules.
type PriorityRuleSet struct {
	Version       int           `json:"version" validate:"required"`
	EffectiveFrom string        `json:"effective_from" validate:"required" format:"date"`
	Note          string        `json:"note"`
	Rules         PriorityRules `json:"rules" validate:"required"`
}

// NewPriorityRuleSet is a new version.
type NewPriorityRuleSet struct {
	EffectiveFrom string        `bounds:"act" json:"effective_from" validate:"required,date" format:"date"`
	Note          string        `json:"note" validate:"required,text,max=2000" maxLength:"2000"`
	Rules         PriorityRules `json:"rules" validate:"required"`
}

// PriorityRules are levels and rules. A person's points are the sum over the
// rules met. The level is the first whose minimum the total reaches.
type PriorityRules struct {
	Levels []PriorityLevel `json:"levels" validate:"required,len=4,dive" minItems:"4" maxItems:"4"`
	Rules  []PriorityRule  `json:"rules" validate:"required,min=1,max=500,dive" minItems:"1" maxItems:"500"`
}

// PriorityLevel is a level and its minimum total.
type PriorityLevel struct {
	Code string `json:"code" validate:"required,oneof=urgent high medium monitoring" enums:"urgent,high,medium,monitoring"`
	Min  int    `json:"min" validate:"min=-1000,max=100000"`
}

// PriorityRule gives points to persons who meet its condition.
//
// A separate rule refuses an empty condition; only the document's generator
// reads the tag binding.
type PriorityRule struct {
	Code    string            `json:"code" validate:"required,code" example:"hypertension_3"`
	When    PriorityCondition `json:"when" binding:"required"`
	Points  int               `json:"points" validate:"min=-1000,max=1000"`
	LabelID string            `json:"label_id" validate:"required,text,max=200" maxLength:"200"`
	LabelEN string            `json:"label_en" validate:"required,text,max=200" maxLength:"200"`
	// Sensitive hides the text of the reason from petugas.
	Sensitive bool `json:"sensitive,omitempty"`
}

// PriorityCondition holds when all its members do.
type PriorityCondition struct {
	// Risk is a code of GET /v1/risk-codes.
	Risk string `json:"risk,omitempty" validate:"omitempty,code" example:"hypertension_3"`
	// RiskLevel: any risk of this level or more urgent, 1 to 4.
	RiskLevel int `json:"risk_level,omitempty" validate:"omitempty,min=1,max=4"`
	// Fact is the code of a fact. Op compares its latest reading with Value, or
	// with Text for op text.
	Fact  string   `json:"fact,omitempty" validate:"omitempty,code" example:"hb"`
	Op    string   `json:"op,omitempty" validate:"omitempty,max=10" enums:"exists,eq,ne,lt,le,gt,ge,text"`
	Value *float64 `json:"value,omitempty"`
	Text  string   `json:"text,omitempty" validate:"omitempty,max=100"`
	// Ages in whole years, both ends included.
	AgeMin *int `json:"age_min,omitempty" validate:"omitempty,min=0,max=150"`
	AgeMax *int `json:"age_max,omitempty" validate:"omitempty,min=0,max=150"`
}

// RiskCode is a conclusion that rules may name.
type RiskCode struct {
	Code      string `json:"code" validate:"required" example:"hypertension_3"`
	Level     int    `json:"level" validate:"required"`
	Label     string `json:"label" validate:"required"`
	Sensitive bool   `json:"sensitive"`
}

// Recomputed is the result of recomputing all scores.
type Recomputed struct {
	Patients    int `json:"patients"`
	Changed     int `json:"changed"`
	RuleVersion int `json:"rule_version" validate:"required"`
}
