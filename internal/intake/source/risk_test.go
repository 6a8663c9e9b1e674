package source

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// moreThanTruth are conclusions the files support and the truth does not
// draw, by person: the truth takes ICD codes only, while the PTM workbook
// writes diagnoses out; and it takes birth weights from nifas_neonatus.csv
// only, where this child's row is rejected, while balita.csv has 4,250 g.
var moreThanTruth = map[string]string{
	"P00001": "dx_hypertension/1", // pandu_ptm.xlsx:13
	"P00002": "dx_diabetes/1",     // pandu_ptm.xlsx:83
	"P00081": "dx_diabetes/1",     // pandu_ptm.xlsx
	"P00092": "dx_hypertension/1",
	"P00139": "dx_hypertension/1",
	"P00141": "dx_hypertension/1",
	"P00152": "dx_hypertension/1",
	"P00171": "dx_hypertension/1",
	"P00177": "dx_diabetes/1",
	"P00197": "dx_hypertension/1",
	"P00257": "dx_hypertension/1",
	"P00327": "dx_hypertension/1",
	"P00397": "birth_weight_high/1", // balita.csv:39
}

// TestRisks joins the facts of each person's rows as the truth links them and
// holds the conclusions against the truth's, code by code and level by level.
func TestRisks(t *testing.T) {
	tr := loadTruth(t)
	var more struct {
		Persons []struct {
			ID, Birth string
			Refs      []string
		}
		Risk []struct {
			Person string
			Facts  []struct {
				Code, Row string
				Level     int
			}
		}
	}
	b, err := os.ReadFile(samples + "truth.json")
	if err == nil {
		err = json.Unmarshal(b, &more)
	}
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string][]Fact{}
	files := readSamples(t, tr)
	for _, f := range tr.Files {
		for _, r := range files[f.Name].Rows {
			ref := fmt.Sprintf("%s:%d", f.Name, r.Number)
			if r.Newborn != nil {
				facts[ref+":ibu"], facts[ref+":bayi"] = r.Facts, r.NewbornFacts
			} else {
				facts[ref] = r.Facts
			}
		}
	}
	want := map[string][]string{}
	for _, r := range more.Risk {
		for _, f := range r.Facts {
			want[r.Person] = append(want[r.Person], fmt.Sprintf("%s/%d", SampleCodes[f.Code], f.Level))
		}
	}
	matched, people := 0, 0
	for _, p := range more.Persons {
		birth, err := time.Parse(time.DateOnly, p.Birth)
		if err != nil {
			t.Fatal(err)
		}
		var all []Fact
		for _, ref := range p.Refs {
			all = append(all, facts[ref]...)
		}
		got := []string{}
		for _, r := range Risks(birth, all, tr.AsOf) {
			got = append(got, fmt.Sprintf("%s/%d", r.Code, r.Level))
		}
		for _, w := range want[p.ID] {
			if !slices.Contains(got, w) {
				t.Errorf("%s: no %s (got %s)", p.ID, w, strings.Join(got, " "))
				continue
			}
			matched++
		}
		for _, g := range got {
			if !slices.Contains(want[p.ID], g) && moreThanTruth[p.ID] != g {
				t.Errorf("%s: %s is not in the truth (%s)", p.ID, g, strings.Join(want[p.ID], " "))
			}
		}
		if len(want[p.ID]) > 0 {
			people++
		}
	}
	if people != len(more.Risk) {
		t.Errorf("%d people, want %d", people, len(more.Risk))
	}
	t.Logf("people with a risk %d, risk codes matched %d", people, matched)
}
