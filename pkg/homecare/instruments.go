package homecare

// Instrument (instrumen, kuesioner) is a scoring instrument: what a client needs to
// show its questions and to send answers to PUT /v1/visits/{id}/assessments. The
// texts are those of the Indonesian source.
type Instrument struct {
	Code    string `json:"code" validate:"required" example:"barthel_aks"`
	Version string `json:"version" validate:"required" example:"1"`
	TitleID string `json:"title_id" validate:"required"`
	// Scoring: sum adds points; sum_numeric reads measured numbers; ratio is the
	// share of ones among the items that count; nested_level is the highest band
	// whose requires are met; weighted_sum is points by max_points by weight.
	// The server computes it.
	Scoring string `json:"scoring" validate:"required" enums:"sum,sum_numeric,ratio,nested_level,weighted_sum"`
	// HigherIs says whether a higher score is better or worse.
	HigherIs string `json:"higher_is,omitempty" example:"better"`
	// MinAgeYears and Exclude define for whom it is valid.
	MinAgeYears int              `json:"min_age_years"`
	Exclude     string           `json:"exclude,omitempty" example:"pregnant"`
	Items       []InstrumentItem `json:"items" validate:"required"`
	Bands       []InstrumentBand `json:"bands" validate:"required"`
	// Status says how certain points and bands are.
	Status string `json:"status" validate:"required" example:"CONFIRMED"`
	Source string `json:"source" validate:"required"`
}

// InstrumentItem is one question. The answer is the value of an option or,
// where the options are ranges, the measured number.
type InstrumentItem struct {
	Code    string             `json:"code" validate:"required" example:"makan"`
	TextID  string             `json:"text_id" validate:"required"`
	Options []InstrumentOption `json:"options" validate:"required"`
	// Numeric says that the options are ranges of a measured number.
	Numeric   bool    `json:"numeric"`
	Weight    float64 `json:"weight,omitempty"`
	MaxPoints float64 `json:"max_points,omitempty"`
	// UseIf is the condition of the item. Of the items with a condition exactly
	// one is answered.
	UseIf string `json:"use_if,omitempty"`
	// RedFlagIf is the value that needs immediate attention.
	RedFlagIf string `json:"red_flag_if,omitempty"`
}

// InstrumentOption is one answer. Without points, the item then does not count.
type InstrumentOption struct {
	Value    string   `json:"value" validate:"required" example:"1"`
	LabelID  string   `json:"label_id" validate:"required"`
	Points   *float64 `json:"points,omitempty"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	OnOxygen *bool    `json:"on_oxygen,omitempty"`
}

// InstrumentBand is the interpretation of a score from min to max.
type InstrumentBand struct {
	Code    string  `json:"code" validate:"required" example:"sedang"`
	LabelID string  `json:"label_id" validate:"required"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	// Requires are the items required for this level.
	Requires []string `json:"requires,omitempty"`
}
