package fact

import (
	"crypto/sha256"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
)

// Told is one statement of a source about a person.
type Told struct {
	PatientID, Source, Code string
	Value                   float64 // 0 where the code is no number
	Text, Unit              string
	At                      *time.Time // nil: undated
	Sensitive               bool
	ImportID                string
}

// digest makes a repeated fact the same row.
func (f Told) digest() uuid.UUID {
	at := "-"
	if f.At != nil {
		at = f.At.UTC().Format(time.RFC3339)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %s %x %q", f.Source, f.Code, at, math.Float64bits(f.Value), f.Text))
	id, _ := uuid.FromBytes(sum[:16])
	return id
}

// number is the value of a fact that is a number, else nil.
func (f Told) number() *float64 {
	if c := reference.FactByCode(f.Code); c == nil || !c.IsNumber() {
		return nil
	}
	return &f.Value
}

// AddIn stores facts of a file. A known fact changes nothing, also one that was voided. It
// returns the number of new facts.
func AddIn(tx pg.Tx, facts []Told) (int64, error) {
	if len(facts) == 0 {
		return 0, nil
	}
	n := len(facts)
	ids, digests, sources, codes := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	values, words, units, ats := make([]*float64, n), make([]string, n), make([]string, n), make([]*time.Time, n)
	sensitive, imports := make([]bool, n), make([]*string, n)
	for i, f := range facts {
		ids[i], digests[i], sources[i], codes[i] = f.PatientID, f.digest().String(), f.Source, f.Code
		values[i], words[i], units[i], ats[i], sensitive[i] = f.number(), f.Text, f.Unit, f.At, f.Sensitive
		if f.ImportID != "" {
			imports[i] = &f.ImportID
		}
	}
	tag, err := tx.Exec(`insert into patient_fact (puskesmas_id, patient_id, digest, source, code, value, text, unit,
		observed_at, sensitive, import_id, recorded_at)
		select $11, id, digest, source, code, value, text, unit, at, sensitive, import, $12
		from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::text[], $7::text[],
		$8::timestamptz[], $9::boolean[], $10::uuid[])
			as u (id, digest, source, code, value, text, unit, at, sensitive, import)
		on conflict do nothing`, ids, digests, sources, codes, values, words, units, ats, sensitive, imports,
		tx.Principal().PuskesmasID, tx.Now())
	return tag.RowsAffected(), err
}
