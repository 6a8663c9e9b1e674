package source

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Risk is a conclusion about a person from the facts of all sources.
type Risk struct {
	Code  string
	Level int // 1 to 4, 4 the most urgent
	// At is the date of its fact, zero where undated.
	At time.Time
}

// Risks derives the risks of a person from facts as of asOf. Of several
// readings the latest counts. Bands: KMK HK.01.07/MENKES/2015/2023 (blood
// pressure, glucose, AKS, KSPR, birth weight), Permenkes 2/2020 (z-scores),
// Permenkes 21/2021 (KF and KN windows). The levels are our proposal; a rule
// set of the programme may replace them. Sorted by level, then code.
func Risks(birth time.Time, facts []Fact, asOf time.Time) []Risk {
	a := assessment{birth: birth, asOf: asOf, latest: map[string]Fact{}, found: map[string]Risk{}}
	for _, f := range facts {
		if last, ok := a.latest[f.Code]; !ok || !f.At.Before(last.At) {
			a.latest[f.Code] = f
		}
	}
	delivery, delivered := a.latest[FactDelivery]
	pregnant, expecting := a.latest[FactPregnant]
	a.pregnant = expecting && !(delivered && delivery.At.After(pregnant.At))
	a.bloodPressure()
	a.scores()
	a.mother()
	a.child()
	for _, f := range facts {
		a.coded(f)
	}
	out := make([]Risk, 0, len(a.found))
	for _, r := range a.found {
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y Risk) int { return cmp.Or(y.Level-x.Level, strings.Compare(x.Code, y.Code)) })
	return out
}

type assessment struct {
	birth, asOf time.Time
	pregnant    bool
	latest      map[string]Fact
	found       map[string]Risk
}

func (a *assessment) add(code string, at time.Time) {
	if r, ok := a.found[code]; !ok || at.After(r.At) {
		a.found[code] = Risk{code, riskLevel[code], at}
	}
}

func (a *assessment) bloodPressure() {
	s, ok1 := a.latest[FactSBP]
	d, ok2 := a.latest[FactDBP]
	if !ok1 || !ok2 {
		return
	}
	switch {
	case a.pregnant && (s.Value >= 160 || d.Value >= 110):
		a.add("pregnancy_hypertension_severe", s.At)
	case a.pregnant && (s.Value >= 140 || d.Value >= 90):
		a.add("pregnancy_hypertension", s.At)
	case a.pregnant, !a.birth.IsZero() && ageYears(a.birth, today(a.asOf)) < 18:
	case s.Value >= 180 || d.Value >= 110:
		a.add("hypertension_3", s.At)
	case s.Value >= 160 || d.Value >= 100:
		a.add("hypertension_2", s.At)
	case d.Value >= 90:
		a.add("hypertension_1", s.At)
	case s.Value >= 140:
		a.add("hypertension_isolated_systolic", s.At)
	}
}

func (a *assessment) scores() {
	if f, ok := a.latest[FactBarthel]; ok {
		switch {
		case f.Value <= 4:
			a.add("barthel_total", f.At)
		case f.Value <= 8:
			a.add("barthel_severe", f.At)
		case f.Value <= 11:
			a.add("barthel_moderate", f.At)
		case f.Value <= 19:
			a.add("barthel_mild", f.At)
		}
	}
	if f, ok := a.latest[FactDependency]; ok {
		switch f.Text {
		case "C":
			a.add("dependency_c", f.At)
		case "B":
			a.add("dependency_b", f.At)
		}
	}
	random, ok1 := a.latest[FactGlucoseRandom]
	fasting, ok2 := a.latest[FactGlucoseFasting]
	switch {
	case ok1 && random.Value >= 200 && (!ok2 || !random.At.Before(fasting.At)):
		a.add("glucose_high", random.At)
	case ok2 && fasting.Value >= 126 && (!ok1 || !fasting.At.Before(random.At)):
		a.add("glucose_high", fasting.At)
	}
}

func (a *assessment) mother() {
	if f, ok := a.latest[FactKSPR]; ok && a.pregnant {
		switch {
		case f.Value >= 12:
			a.add("kspr_very_high", f.At)
		case f.Value >= 6:
			a.add("kspr_high", f.At)
		}
	}
	if f, ok := a.latest[FactMUAC]; ok && a.pregnant && f.Value < 23.5 {
		a.add("pregnancy_energy_deficit", f.At)
	}
	if f, ok := a.latest[FactDelivery]; ok {
		if n := window(f.At, a.asOf); n > 0 {
			a.add("postpartum_visit_"+string(rune('0'+n))+"_open", f.At)
		}
	}
	if f, ok := a.latest[FactBirth]; ok {
		if n := window(f.At, a.asOf); n > 0 && n < 4 {
			a.add("newborn_visit_"+string(rune('0'+n))+"_open", f.At)
		}
	}
}

// window is the number of the due visit: 6-48 hours, 3-7, 8-28, 29-42 days
// after birth; 0 between and after.
func window(birth, at time.Time) int {
	hours := at.Sub(birth).Hours()
	switch days := int(hours / 24); {
	case hours < 6:
		return 0
	case hours <= 48:
		return 1
	case days >= 3 && days <= 7:
		return 2
	case days >= 8 && days <= 28:
		return 3
	case days >= 29 && days <= 42:
		return 4
	}
	return 0
}

// child: birth weight and related facts count in the first 28 days, nutrition
// under five years.
func (a *assessment) child() {
	if a.birth.IsZero() || ageYears(a.birth, today(a.asOf)) >= 5 {
		return
	}
	if f, ok := a.latest[FactWHZ]; ok {
		switch {
		case f.Value < -3:
			a.add("wasting_severe", f.At)
		case f.Value < -2:
			a.add("wasting", f.At)
		}
	}
	if f, ok := a.latest[FactHAZ]; ok {
		switch {
		case f.Value < -3:
			a.add("stunting_severe", f.At)
		case f.Value < -2:
			a.add("stunting", f.At)
		}
	}
	if ageDays(a.birth, today(a.asOf)) > 28 {
		return
	}
	if f, ok := a.latest[FactBirthWeight]; ok {
		switch {
		case f.Value < 1000:
			a.add("birth_weight_extremely_low", f.At)
		case f.Value < 1500:
			a.add("birth_weight_very_low", f.At)
		case f.Value < 2000:
			a.add("birth_weight_below_2000", f.At)
		case f.Value < 2500:
			a.add("birth_weight_low", f.At)
		case f.Value > 4000:
			a.add("birth_weight_high", f.At)
		}
	}
	if f, ok := a.latest[FactGestationAtBirth]; ok && f.Value < 37 {
		a.add("preterm", f.At)
	}
	if f, ok := a.latest[FactApgar5]; ok && f.Value < 7 {
		a.add("asphyxia", f.At)
	}
}

// diagnosisRisks by ICD-10 range, both ends included.
var diagnosisRisks = []struct {
	from, to, code string
}{
	{"L89", "L89", "dx_pressure_ulcer"},
	{"I69", "I69", "dx_stroke_sequelae"},
	{"F20", "F29", "dx_schizophrenia"},
	{"A15", "A19", "dx_tuberculosis"},
	{"C00", "C97", "dx_cancer"},
	{"I20", "I25", "dx_heart_disease"},
	{"I50", "I50", "dx_heart_disease"},
	{"J44", "J44", "dx_copd"},
	{"J45", "J46", "dx_asthma"},
	{"E10", "E14", "dx_diabetes"},
	{"I10", "I15", "dx_hypertension"},
}

var programmeRisks = map[string]string{
	"dm": "prb_diabetes", "ht": "prb_hypertension", "jantung": "prb_heart_disease", "asma": "prb_asthma",
	"ppok":   "prb_copd",
	"stroke": "prb_stroke", "skizofrenia": "prb_schizophrenia", "epilepsi": "prb_epilepsy", "sle": "prb_lupus",
}

func (a *assessment) coded(f Fact) {
	switch f.Code {
	case FactDiagnosis:
		for _, d := range diagnosisRisks {
			if three := f.Text[:min(3, len(f.Text))]; three >= d.from && three <= d.to {
				a.add(d.code, f.At)
			}
		}
	case FactPRBMember:
		if code := programmeRisks[f.Text]; code != "" {
			a.add(code, f.At)
		}
	case FactReportUrgent:
		a.add("community_report_urgent", f.At)
	}
}
