package reference

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Instrument is a scoring instrument from its JSON file. Source and Status say
// where it comes from and how certain its bands are.
type Instrument struct {
	ID        string           `json:"id"`
	Version   string           `json:"version"`
	TitleID   string           `json:"title_id"`
	Scoring   string           `json:"scoring"` // sum, sum_numeric, ratio, nested_level, weighted_sum
	Base      float64          `json:"base"`
	HigherIs  string           `json:"higher_is"` // better, worse; empty where neither
	AppliesTo Population       `json:"applies_to"`
	Items     []InstrumentItem `json:"items"`
	Bands     []Band           `json:"bands"`
	Status    string           `json:"status"`
	Source    string           `json:"source"`
}

// Population is the group that an instrument is made for.
type Population struct {
	MinAgeYears int    `json:"min_age_years"`
	Exclude     string `json:"exclude"`
}

// InstrumentItem is one question.
type InstrumentItem struct {
	Code      string   `json:"code"`
	TextID    string   `json:"text_id"`
	Options   []Option `json:"options"`
	Weight    float64  `json:"weight"`
	MaxPoints float64  `json:"max_points"`
	UseIf     string   `json:"use_if"`
	RedFlagIf string   `json:"red_flag_if"`
}

// Option is one answer. With Min or Max it covers a range of a measured value.
// Points is nil where the item then does not count (IKS "N").
type Option struct {
	Value    string   `json:"value"`
	LabelID  string   `json:"label_id"`
	Points   *float64 `json:"points"`
	Min      *float64 `json:"min"`
	Max      *float64 `json:"max"`
	OnOxygen *bool    `json:"on_oxygen"`
}

// Band is the interpretation of a score.
type Band struct {
	Min      float64  `json:"min"`
	Max      float64  `json:"max"`
	Code     string   `json:"code"`
	LabelID  string   `json:"label_id"`
	Requires []string `json:"requires"`
}

// Answer is the answer to one item: an option's value or a measured number.
type Answer struct {
	Item   string
	Value  string
	Number *float64
}

// Score is the result of an instrument. Band is empty where no band fits (below
// KM I). Total is nil where nothing could be counted.
type Score struct {
	Total     *float64
	Band      string
	BandLabel string
	Flags     []string // items whose answer needs immediate attention
}

var instruments = sync.OnceValues(func() (map[string]Instrument, error) {
	names, err := fs.Glob(data, "data/instruments/*.json")
	if err != nil {
		return nil, err
	}
	out := make(map[string]Instrument, len(names))
	for _, name := range names {
		b, err := data.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var i Instrument
		if err := json.Unmarshal(b, &i); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[i.ID] = i
	}
	return out, nil
})

// InstrumentByID returns an embedded instrument; ok is false when there is none.
func InstrumentByID(id string) (Instrument, bool) {
	all, err := instruments()
	if err != nil {
		panic(err) // a broken embedded file; a test reads all of them
	}
	i, ok := all[id]
	return i, ok
}

// Instruments lists the embedded instruments by id.
func Instruments() []Instrument {
	all, err := instruments()
	if err != nil {
		panic(err)
	}
	out := make([]Instrument, 0, len(all))
	for _, i := range all {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b Instrument) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Score scores the answers. Every item must be answered once; of items with a
// condition (NEWS2's two oxygen scales), exactly one. The check gets the errors
// with pointers below at, such as "/assessments/0".
func (i Instrument) Score(answers []Answer, at string, check *fault.Check) Score {
	given := i.collect(answers, at, check)
	var oxygen bool
	if n, ok := given["o2"]; ok {
		oxygen = answers[n].Value == "ya"
	}
	points := map[string]float64{}
	var s Score
	uncounted := 0
	var single bool // one parameter alone in the red (NEWS2)
	answered := 0   // of the items with a condition
	var conditional, missing []string
	for _, item := range i.Items {
		n, ok := given[item.Code]
		if item.UseIf != "" {
			conditional = append(conditional, item.TextID)
			if ok {
				answered++
			}
		} else if !ok {
			missing = append(missing, item.TextID)
		}
		if !ok {
			continue
		}
		a, member := answers[n], "value"
		if a.Number != nil {
			member = "number"
		}
		o, ok := item.choose(a, oxygen)
		if !ok {
			check.Add(fmt.Sprintf("%s/answers/%d/%s", at, n, member), "oneof",
				"Jawaban ini tidak ada pada pilihannya. Pilih salah satu jawaban yang ditawarkan.",
				"This answer is not among the choices. Choose one of the answers offered.")
			continue
		}
		if o.Points == nil {
			uncounted++
			continue
		}
		points[item.Code] = *o.Points
		single = single || *o.Points == 3
		if item.RedFlagIf != "" && a.Value == item.RedFlagIf {
			s.Flags = append(s.Flags, item.Code)
		}
	}
	if len(missing) > 0 {
		check.Put(fault.Field{Pointer: at + "/answers", Code: "required", Text: unanswered,
			Args: map[string]any{"items": strings.Join(missing, "; ")}})
	}
	if len(conditional) > 0 && answered != 1 {
		check.Put(fault.Field{Pointer: at + "/answers", Code: "required", Text: notOne,
			Args: map[string]any{"items": strings.Join(conditional, "; ")}})
	}
	i.total(&s, points, uncounted)
	if i.Scoring == "sum_numeric" && single && s.Total != nil && *s.Total < 5 {
		// RCP 2017: a single parameter of 3 requires an urgent review even if
		// the total is low.
		s.Band, s.BandLabel = "rendah_sedang", "Risiko rendah-sedang, penilaian mendesak"
	}
	return s
}

var (
	unanswered = fault.Text{ID: "Pertanyaan ini belum dijawab: {items}.",
		EN: "These questions are not answered: {items}."}
	notOne = fault.Text{ID: "Jawab tepat satu dari pertanyaan ini: {items}.",
		EN: "Answer exactly one of these questions: {items}."}
)

// collect is the place of the answer to each item.
func (i Instrument) collect(answers []Answer, at string, check *fault.Check) map[string]int {
	given := make(map[string]int, len(answers))
	for n, a := range answers {
		p := fmt.Sprintf("%s/answers/%d/item", at, n)
		if _, twice := given[a.Item]; twice {
			check.Add(p, "unique", "Butir ini dijawab dua kali.", "This item is answered twice.")
		}
		check.That(slices.ContainsFunc(i.Items, func(it InstrumentItem) bool { return it.Code == a.Item }), p,
			"unknown",
			"Butir ini tidak ada pada instrumen.", "The instrument has no such item.")
		given[a.Item] = n
	}
	return given
}

func (it InstrumentItem) choose(a Answer, oxygen bool) (Option, bool) {
	for _, o := range it.Options {
		if a.Number == nil {
			if o.Value == a.Value {
				return o, true
			}
			continue
		}
		if o.Min == nil && o.Max == nil || o.OnOxygen != nil && *o.OnOxygen != oxygen {
			continue
		}
		v := math.Round(*a.Number*10) / 10 // the charts read one decimal
		if (o.Min == nil || v >= *o.Min) && (o.Max == nil || v <= *o.Max) {
			return o, true
		}
	}
	return Option{}, false
}

func (i Instrument) total(s *Score, points map[string]float64, uncounted int) {
	var sum float64
	for _, it := range i.Items {
		p := points[it.Code]
		if i.Scoring == "weighted_sum" {
			p = p / it.MaxPoints * it.Weight
		}
		sum += p
	}
	sum += i.Base
	switch i.Scoring {
	case "ratio": // IKS = count(Y) / (12 - count(N)), Permenkes 39/2016
		if uncounted == len(i.Items) {
			return
		}
		sum /= float64(len(i.Items) - uncounted)
	case "nested_level": // the highest level whose criteria are all met, Kepmenkes 279/2006
		sum = 0
		for _, b := range i.Bands {
			if !slices.ContainsFunc(b.Requires, func(c string) bool { return points[c] == 0 }) {
				sum = max(sum, b.Min)
			}
		}
	}
	s.Total = &sum
	for _, b := range i.Bands {
		if sum >= b.Min && sum <= b.Max {
			s.Band, s.BandLabel = b.Code, b.LabelID
		}
	}
}
