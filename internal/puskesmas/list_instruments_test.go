package puskesmas_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestInstruments: what a client is told of an instrument is enough to answer
// it, and both sides of the wall read the same.
func TestInstruments(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for _, who := range []string{"petugas1.uren", "dinkes.analis"} {
		c := s.As(t, who)
		all, err := c.Instruments(t.Context())
		if err != nil || len(all.Data) != len(reference.Instruments()) || len(all.Data) < 18 {
			t.Fatalf("%s: %d, %v", who, len(all.Data), err)
		}
		for _, i := range all.Data {
			one, err := c.Instrument(t.Context(), i.Code)
			if err != nil || !reflect.DeepEqual(one, i) {
				t.Errorf("%s: %v", i.Code, err)
			}
			if i.Code == "prioritas_masalah_keluarga" != (len(i.Bands) == 0) || i.Source == "" {
				t.Errorf("%s: bands %d, source %q", i.Code, len(i.Bands), i.Source)
			}
			for _, it := range i.Items { // a client asks for a number exactly here
				if want := i.Code == "news2" && it.Code != "o2" && it.Code != "kesadaran"; it.Numeric != want {
					t.Errorf("%s/%s: numeric %t", i.Code, it.Code, it.Numeric)
				}
			}
			if i.Code == "km_keluarga" {
				continue // its first option is no level, so it has no band
			}
			scored(t, i)
		}
		_, err = c.Instrument(t.Context(), "horoskop")
		if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != 404 || p.Code != "record.not_found" {
			t.Errorf("an unknown instrument: %v", err)
		}
	}
}

// scored answers an instrument by what the API tells of it.
func scored(t *testing.T, i homecare.Instrument) {
	t.Helper()
	var answers []reference.Answer
	conditional := false
	for _, it := range i.Items {
		if it.UseIf != "" {
			if conditional {
				continue
			}
			conditional = true
		}
		o := it.Options[0]
		a := reference.Answer{Item: it.Code, Value: o.Value}
		if it.Numeric {
			a = reference.Answer{Item: it.Code, Number: o.Max}
			if o.Max == nil {
				a.Number = o.Min
			}
		}
		answers = append(answers, a)
	}
	known, _ := reference.InstrumentByID(i.Code)
	var check fault.Check
	score := known.Score(answers, "", &check)
	if err := check.Err(); err != nil {
		t.Errorf("%s: %+v", i.Code, fault.From(err).Fields)
	}
	if score.Total == nil {
		t.Errorf("%s: no score", i.Code)
	}
}
