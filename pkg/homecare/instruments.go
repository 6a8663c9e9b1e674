package homecare

// Instrument (instrumen, kuesioner) is a scoring instrument: what a client needs to
// show its questions and to send answers to PUT /v1/visits/{id}/assessments. The
// texts are those of the Indonesian source.
type Instrument struct {
	// The code of the instrument, which goes into `instrument` of an assessment.
	Code string `json:"code" validate:"required" example:"barthel_aks"`
	// The version of its questions, points and bands; an assessment keeps the one that scored
	// it.
	Version string `json:"version" validate:"required" example:"1"`
	// The title of the instrument (judul), in Indonesian.
	TitleID string `json:"title_id" validate:"required"`
	// Scoring: sum adds points; sum_numeric reads measured numbers; ratio is the
	// share of ones among the items that count; nested_level is the highest band
	// whose requires are met; weighted_sum is points by max_points by weight.
	// The server computes it.
	Scoring string `json:"scoring" validate:"required,oneof=sum sum_numeric ratio nested_level weighted_sum"`
	// Whether a higher score is `better` or `worse`; `priority` where it ranks problems.
	// Absent: neither.
	HigherIs string `json:"higher_is,omitempty" example:"better"`
	// The age in years from which it is valid; 0: no limit. The server refuses a younger
	// person only where `exclude` is set.
	MinAgeYears int `json:"min_age_years"`
	// The group for which it is not valid: with `pregnant`, the server refuses it at a visit
	// recorded as `pregnant`. Absent: none.
	Exclude string `json:"exclude,omitempty" example:"pregnant"`
	// The questions, in the order of the source.
	Items []InstrumentItem `json:"items" validate:"required"`
	// The interpretations of the score; empty: the source has none.
	Bands []InstrumentBand `json:"bands" validate:"required"`
	// Status says how certain points and bands are.
	Status string `json:"status" validate:"required" example:"CONFIRMED"`
	// Where questions, points and bands come from.
	Source string `json:"source" validate:"required"`
}

// InstrumentItem is one question. The answer is the value of an option or,
// where the options are ranges, the measured number.
type InstrumentItem struct {
	// The code of the question, which goes into `item` of an answer.
	Code string `json:"code" validate:"required" example:"makan"`
	// The question in Indonesian, as in the source.
	TextID string `json:"text_id" validate:"required"`
	// The possible answers.
	Options []InstrumentOption `json:"options" validate:"required"`
	// Numeric says that the options are ranges of a measured number.
	Numeric bool `json:"numeric"`
	// The weight of the item (bobot), with `weighted_sum` only.
	Weight float64 `json:"weight,omitempty"`
	// The highest points of the item, by which its points are divided, with `weighted_sum`
	// only.
	MaxPoints float64 `json:"max_points,omitempty"`
	// UseIf is the condition of the item. Of the items with a condition exactly
	// one is answered.
	UseIf string `json:"use_if,omitempty"`
	// RedFlagIf is the value that needs immediate attention.
	RedFlagIf string `json:"red_flag_if,omitempty"`
}

// InstrumentOption is one answer. Without points, the item then does not count.
type InstrumentOption struct {
	// What goes into `value` of the answer.
	Value   string `json:"value" validate:"required" example:"1"`
	LabelID string `json:"label_id" validate:"required"`
	// The points of the answer; absent: the item does not count.
	Points *float64 `json:"points,omitempty"`
	// The lowest number of the range, inclusive; absent: no lower end.
	Min *float64 `json:"min,omitempty"`
	// The highest number of the range, inclusive; absent: no upper end.
	Max *float64 `json:"max,omitempty"`
	// Whether the range holds for a person on oxygen (item `o2` answered `ya`) or for one
	// without it; absent: for both.
	OnOxygen *bool `json:"on_oxygen,omitempty"`
}

// InstrumentBand is the interpretation of a score from min to max.
type InstrumentBand struct {
	// The code of the band, which an assessment shows in `band`.
	Code    string `json:"code" validate:"required" example:"sedang"`
	LabelID string `json:"label_id" validate:"required"`
	// The lowest score of the band, inclusive.
	Min float64 `json:"min"`
	// The highest score of the band, inclusive.
	Max float64 `json:"max"`
	// Requires are the items required for this level.
	Requires []string `json:"requires,omitempty"`
}
