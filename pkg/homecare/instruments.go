package homecare

// Instrument (instrumen, kuesioner) is a scoring instrument: what a client
// needs to show its questions and to answer them in PUT /v1/visits/{id}/assessments.
// The texts are those of the Indonesian source.
type Instrument struct {
	Code    string `json:"code" validate:"required" example:"barthel_aks"`
	Version string `json:"version" validate:"required" example:"1"`
	TitleID string `json:"title_id" validate:"required"`
	// Scoring: sum of points; sum_numeric reads measured numbers; ratio counts
	// ones of what counts; nested_level climbs the bands' requires; weighted_sum
	// is points by max_points by weight. The server computes it.
	Scoring string `json:"scoring" validate:"required" enums:"sum,sum_numeric,ratio,nested_level,weighted_sum"`
	// HigherIs says which way the score points.
	HigherIs string `json:"higher_is,omitempty" example:"better"`
	// MinAgeYears and Exclude say whom it is for.
	MinAgeYears int              `json:"min_age_years"`
	Exclude     string           `json:"exclude,omitempty" example:"pregnant"`
	Items       []InstrumentItem `json:"items" validate:"required"`
	Bands       []InstrumentBand `json:"bands" validate:"required"`
	// Status says how sure points and bands are.
	Status string `json:"status" validate:"required" example:"CONFIRMED"`
	Source string `json:"source" validate:"required"`
}

// InstrumentItem is one question. It is answered with the value of an option
// or, where the options are ranges, with the measured number.
type InstrumentItem struct {
	Code    string             `json:"code" validate:"required" example:"makan"`
	TextID  string             `json:"text_id" validate:"required"`
	Options []InstrumentOption `json:"options" validate:"required"`
	// Numeric says that the options are ranges of a measured number.
	Numeric   bool    `json:"numeric"`
	Weight    float64 `json:"weight,omitempty"`
	MaxPoints float64 `json:"max_points,omitempty"`
	// UseIf is when the item is asked; of the items that have one exactly one
	// is answered.
	UseIf string `json:"use_if,omitempty"`
	// RedFlagIf is the value that asks for attention at once.
	RedFlagIf string `json:"red_flag_if,omitempty"`
}

// InstrumentOption is one answer; without points the item then does not count.
type InstrumentOption struct {
	Value    string   `json:"value" validate:"required" example:"1"`
	LabelID  string   `json:"label_id" validate:"required"`
	Points   *float64 `json:"points,omitempty"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	OnOxygen *bool    `json:"on_oxygen,omitempty"`
}

// InstrumentBand is what a score from min to max means.
type InstrumentBand struct {
	Code    string  `json:"code" validate:"required" example:"sedang"`
	LabelID string  `json:"label_id" validate:"required"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	// Requires are the items that this level needs.
	Requires []string `json:"requires,omitempty"`
}
