package reference

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/pkg/homecare"
)

// FactCode is an entry of facts.json: a code of a fact, and where records have it.
type FactCode struct {
	Code    string `json:"code"`
	Kind    string `json:"kind"` // list fact_kind
	Many    string `json:"many"` // "", each or set: column fact_code.many
	LabelID string `json:"label_id"`
	LabelEN string `json:"label_en"`
	// Unit is the UCUM unit of a measure or score. LOINC is "" where the national
	// profile names none.
	Unit      string   `json:"unit"`
	LOINC     string   `json:"loinc"`
	Min       *float64 `json:"min"` // what can be true, in the unit; our limits
	Max       *float64 `json:"max"`
	Sensitive bool     `json:"sensitive"`
	ByHand    bool     `json:"by_hand"` // may be entered without a visit or file
	// Values are the codes of a coded fact, unless List names a list of the wire, and the
	// bands of a score.
	Values []FactText `json:"values"`
	List   string     `json:"list"`
	From   []Origin   `json:"from"`
}

// FactText is a value of a coded fact.
type FactText struct {
	Code    string `json:"code"`
	LabelID string `json:"label_id"`
	LabelEN string `json:"label_en"`
}

// Origin says which part of a visit's record is a fact: the member Path (with dots) of a
// Service's data, an Instrument, or a Lab test.
type Origin struct {
	Service    string            `json:"service"`
	Path       string            `json:"path"`
	Within     string            `json:"within"`
	Member     string            `json:"member"`
	Factor     float64           `json:"factor"`
	Words      map[string]string `json:"words"`
	Instrument string            `json:"instrument"`
	Lab        string            `json:"lab"`
}

// FactCodes is the catalogue of facts (fakta), in its order.
func FactCodes() []FactCode { return readFactCodes() }

var readFactCodes = sync.OnceValue(func() []FactCode {
	var all []FactCode
	if err := read("facts.json", &all); err != nil {
		panic(err) // embedded: a build without it is broken
	}
	for i := range all {
		for _, code := range homecare.ListedCodes(all[i].List) {
			all[i].Values = append(all[i].Values, FactText{code, homecare.LabelOf(all[i].List, code, "id"),
				homecare.LabelOf(all[i].List, code, "en")})
		}
		for _, b := range all[i].Bands() {
			all[i].Values = append(all[i].Values, FactText{b.Code, b.LabelID, b.LabelID})
		}
	}
	return all
})

var factCodes = sync.OnceValue(func() map[string]*FactCode {
	all := FactCodes()
	byCode := make(map[string]*FactCode, len(all))
	for i := range all {
		byCode[all[i].Code] = &all[i]
	}
	return byCode
})

// FactByCode returns the entry of a code; nil if there is none.
func FactByCode(code string) *FactCode { return factCodes()[code] }

// Bands are the bands of a score, from its instrument; nil for other facts.
func (c *FactCode) Bands() []Band {
	if c.Kind != "score" {
		return nil
	}
	id := c.Code
	for _, o := range c.From {
		id = cmp.Or(o.Instrument, id)
	}
	i, _ := InstrumentByID(id)
	return i.Bands
}

// IsNumber says whether facts of the code are numbers.
func (c *FactCode) IsNumber() bool { return c.Kind == "measure" || c.Kind == "score" }

// Label is what a person reads for the code.
func (c *FactCode) Label(lang string) string {
	if lang == "en" {
		return c.LabelEN
	}
	return c.LabelID
}

// TextLabel is what a person reads for a value of a coded fact; "" where the code has no
// such value.
func (c *FactCode) TextLabel(text, lang string) string {
	for _, v := range c.Values {
		switch {
		case v.Code != text:
		case lang == "en":
			return v.LabelEN
		default:
			return v.LabelID
		}
	}
	return ""
}

// seedFactCodes makes fact_code and fact_origin the catalogue of the release: an earlier
// release's entry that is gone leaves.
func seedFactCodes(_ context.Context, b *pgx.Batch) error {
	b.Queue(`delete from fact_origin`)
	b.Queue(`delete from fact_code`)
	for i, c := range FactCodes() {
		b.Queue(`insert into fact_code (code, kind, many, sensitive, sort) values ($1, $2, $3, $4, $5)`,
			c.Code, c.Kind, c.Many, c.Sensitive, i)
		for _, o := range c.From {
			if err := o.queue(b, c.Code); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o Origin) queue(b *pgx.Batch, code string) error {
	part, name := "service", o.Service
	switch {
	case o.Instrument != "":
		part, name = "instrument", o.Instrument
	case o.Lab != "":
		part, name = "lab", o.Lab
	}
	words, err := json.Marshal(o.Words)
	if o.Words == nil {
		words = []byte("{}")
	}
	factor := o.Factor
	if factor == 0 {
		factor = 1
	}
	var within []string
	if o.Within != "" {
		within = strings.Split(o.Within, ".")
	}
	path := []string{}
	if o.Path != "" {
		path = strings.Split(o.Path, ".")
	}
	b.Queue(`insert into fact_origin (part, name, code, path, within, member, factor, words)
		values ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8)`, part, name, code, path, within, o.Member, factor, words)
	return err
}
