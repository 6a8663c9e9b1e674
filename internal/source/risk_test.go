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

// moreThanTruth are conclusions that the files support and the truth does not
// have, by person: the truth uses ICD codes only, while the PTM workbook writes
// diagnoses as text; and it uses birth weights from nifas_neonatus.csv only,
// where this child's row is rejected, while balita.csv has 4,250 g.
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

// TestRisks joins the facts of each person's rows as linked by the truth and
// compares the conclusions with the truth, code by code and level by level.
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
	ours := map[string]string{}
	for _, r := range RiskInfos() {
		ours[r.Shorthand] = r.Code
	}
	want := map[string][]string{}
	for _, r := range more.Risk {
		for _, f := range r.Facts {
			want[r.Person] = append(want[r.Person], fmt.Sprintf("%s/%d", ours[f.Code], f.Level))
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
			if r.Level < 1 {
				t.Errorf("%s is not in the catalogue", r.Code)
			}
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

// TestRiskBands: the limits of every band, including those without samples.
func TestRiskBands(t *testing.T) {
	at := today(asOf).AddDate(0, 0, -3)
	ago := func(h float64) time.Time { return asOf.Add(-time.Duration(h * float64(time.Hour))) }
	adult, baby := at.AddDate(-40, 0, 0), today(asOf).AddDate(0, 0, -10)
	v := func(code string, value float64) Fact { return Fact{Code: code, Value: value, At: at} }
	bp := func(s, d float64) []Fact { return []Fact{v(FactSBP, s), v(FactDBP, d)} }
	pregnant := Fact{Code: FactPregnant, At: at.AddDate(0, -5, 0)}
	for _, c := range []struct {
		birth time.Time
		facts []Fact
		want  string
	}{
		{adult, bp(139, 89), ""}, {adult, bp(140, 89), "hypertension_isolated_systolic/1"},
		{adult, bp(139, 90), "hypertension_1/1"},
		{adult, bp(160, 80), "hypertension_2/2"}, {adult, bp(150, 100), "hypertension_2/2"},
		{adult, bp(180, 80), "hypertension_3/3"}, {adult, bp(150, 110), "hypertension_3/3"},
		{baby, bp(180, 110), ""},
		{adult, append(bp(140, 80), pregnant), "pregnancy_hypertension/2"}, {adult, append(bp(130, 110), pregnant),
			"pregnancy_hypertension_severe/4"},
		{adult, append(bp(160, 80), pregnant, Fact{Code: FactDelivery, At: at.AddDate(0, -2, 0)}), "hypertension_2/2"},
		{adult, []Fact{v(FactBarthel, 4)}, "barthel_total/4"}, {adult, []Fact{v(FactBarthel, 5)}, "barthel_severe/3"},
		{adult, []Fact{v(FactBarthel, 8)}, "barthel_severe/3"},
		{adult, []Fact{v(FactBarthel, 9)}, "barthel_moderate/2"}, {adult, []Fact{v(FactBarthel, 11)},
			"barthel_moderate/2"}, {adult, []Fact{v(FactBarthel, 12)}, "barthel_mild/1"},
		{adult, []Fact{v(FactBarthel, 20)}, ""},
		// the latest counts
		{adult, []Fact{{Code: FactBarthel, Value: 3, At: at.AddDate(-1, 0, 0)}, v(FactBarthel, 20)}, ""},
		{adult, []Fact{v(FactGlucoseRandom, 199), v(FactGlucoseFasting, 125)}, ""},
		{adult, []Fact{v(FactGlucoseRandom, 200)}, "glucose_high/1"}, {adult, []Fact{v(FactGlucoseFasting, 126)},
			"glucose_high/1"},
		{adult, []Fact{v(FactKSPR, 6)}, ""}, {adult, []Fact{v(FactKSPR, 2), pregnant}, ""},
		{adult, []Fact{v(FactKSPR, 10), pregnant}, "kspr_high/2"}, {adult, []Fact{v(FactKSPR, 14), pregnant},
			"kspr_very_high/4"},
		{adult, []Fact{v(FactMUAC, 23.4), pregnant}, "pregnancy_energy_deficit/1"},
		{adult, []Fact{v(FactMUAC, 23.5), pregnant}, ""},
		{baby, []Fact{v(FactBirthWeight, 999)}, "birth_weight_extremely_low/4"},
		{baby, []Fact{v(FactBirthWeight, 1000)}, "birth_weight_very_low/4"},
		{baby, []Fact{v(FactBirthWeight, 1500)}, "birth_weight_below_2000/3"}, {baby, []Fact{v(FactBirthWeight, 2000)},
			"birth_weight_low/2"},
		{baby, []Fact{v(FactBirthWeight, 2500)}, ""}, {baby, []Fact{v(FactBirthWeight, 4001)}, "birth_weight_high/1"},
		{adult, []Fact{v(FactBirthWeight, 999)}, ""},
		{baby, []Fact{v(FactGestationAtBirth, 36)}, "preterm/1"}, {baby, []Fact{v(FactApgar5, 6)}, "asphyxia/2"},
		{baby, []Fact{v(FactWHZ, -3.01)}, "wasting_severe/4"}, {baby, []Fact{v(FactWHZ, -3)}, "wasting/2"},
		{baby, []Fact{v(FactWHZ, -2)}, ""},
		{baby, []Fact{v(FactHAZ, -3.01)}, "stunting_severe/2"}, {baby, []Fact{v(FactHAZ, -2.01)}, "stunting/1"},
		{baby, []Fact{{Code: FactBirth, At: ago(5)}}, ""}, {baby, []Fact{{Code: FactBirth, At: ago(6)}},
			"newborn_visit_1_open/2"}, {baby, []Fact{{Code: FactBirth, At: ago(48)}}, "newborn_visit_1_open/2"},
		{baby, []Fact{{Code: FactBirth, At: ago(50)}}, ""}, {baby, []Fact{{Code: FactBirth, At: ago(72)}},
			"newborn_visit_2_open/2"}, {baby, []Fact{{Code: FactBirth, At: ago(30 * 24)}}, ""},
		{adult, []Fact{{Code: FactDelivery, At: ago(30 * 24)}}, "postpartum_visit_4_open/1"},
		{adult, []Fact{{Code: FactDelivery, At: ago(43 * 24)}}, ""},
		{adult, []Fact{{Code: FactDiagnosis, Text: "A16.9"}, {Code: FactDiagnosis, Text: "L89"}},
			"dx_pressure_ulcer/3 dx_tuberculosis/2"},
		{adult, []Fact{{Code: FactDiagnosis, Text: "I"}, {Code: FactPRBMember}}, ""},
		{adult, []Fact{{Code: FactPRBMember, Text: "sle"}}, "prb_lupus/1"},
	} {
		var got []string
		for _, r := range Risks(c.birth, c.facts, asOf) {
			got = append(got, fmt.Sprintf("%s/%d", r.Code, r.Level))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%+v: %q, want %q", c.facts, s, c.want)
		}
	}
}
