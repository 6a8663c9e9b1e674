package source

import (
	"embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/patient/number"
)

type lms struct{ l, m, s float64 }

// Growth computes WHO Child Growth Standards z-scores (2006, 0-1856 days) from
// LMS tables.
type Growth struct {
	weight, length       [3][]lms // by sex (1 boy, 2 girl) and day
	forLength, forHeight [3]map[int]lms
}

//go:embed growth/*.csv
var growthTables embed.FS

// LoadGrowth returns the growth tables of the product: the LMS figures of the WHO
// Child Growth Standards (2006), weight and length by age in days (weianthro.csv,
// lenanthro.csv), weight by length and by height in cm (wflanthro.csv,
// wfhanthro.csv), sex 1 boys and 2 girls.
func LoadGrowth() (*Growth, error) {
	g := &Growth{}
	for sex := range g.forLength {
		g.forLength[sex], g.forHeight[sex] = map[int]lms{}, map[int]lms{}
	}
	for name, put := range map[string]func(sex int, at float64, v lms) error{
		"weianthro.csv": func(sex int, at float64, v lms) error { return byDay(&g.weight[sex], at, v) },
		"lenanthro.csv": func(sex int, at float64, v lms) error { return byDay(&g.length[sex], at, v) },
		"wflanthro.csv": func(sex int, at float64, v lms) error {
			g.forLength[sex][int(math.Round(at*10))] = v
			return nil
		},
		"wfhanthro.csv": func(sex int, at float64, v lms) error {
			g.forHeight[sex][int(math.Round(at*10))] = v
			return nil
		},
	} {
		f, err := growthTables.Open("growth/" + name)
		if err != nil {
			return nil, fmt.Errorf("source: growth table: %w", err)
		}
		all, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("source: growth table %s: %w", name, err)
		}
		for _, r := range all[1:] {
			var n [5]float64
			for i := range n {
				if n[i], err = strconv.ParseFloat(r[i], 64); err != nil {
					return nil, fmt.Errorf("source: growth table %s: %w", name, err)
				}
			}
			if sex := int(n[0]); sex == 1 || sex == 2 {
				if err := put(sex, n[1], lms{n[2], n[3], n[4]}); err != nil {
					return nil, fmt.Errorf("source: growth table %s: %w", name, err)
				}
			}
		}
	}
	return g, nil
}

func byDay(list *[]lms, at float64, v lms) error {
	if int(at) != len(*list) {
		return fmt.Errorf("day %v is not in sequence", at)
	}
	*list = append(*list, v)
	return nil
}

// ZScores of one measurement; NaN where a value or a table row is missing.
type ZScores struct{ WAZ, HAZ, WHZ float64 }

// Implausible reports values beyond the WHO flags: WAZ -6/+5, HAZ +-6, WHZ +-5.
// Such a child is not classified.
func (z ZScores) Implausible() bool {
	return z.WAZ < -6 || z.WAZ > 5 || math.Abs(z.HAZ) > 6 || math.Abs(z.WHZ) > 5
}

// ZScores computes the scores of a child. weight in kg, height in cm, zero
// when not measured. position is "terlentang" (lying), "berdiri" (standing)
// or empty: lying under 731 days, else standing; 0.7 cm corrects the other.
func (g *Growth) ZScores(sex number.Sex, birth, at time.Time, weight, height float64, position string) ZScores {
	nan := math.NaN()
	z := ZScores{nan, nan, nan}
	s := 1
	if sex == number.Female {
		s = 2
	}
	days := ageDays(birth, at)
	if days < 0 || sex == "" {
		return z
	}
	if height > 0 {
		switch {
		case days < 731 && position == "berdiri":
			height += 0.7
		case days >= 731 && position == "terlentang":
			height -= 0.7
		}
	}
	if weight > 0 && days < len(g.weight[s]) {
		z.WAZ = round2(g.weight[s][days].extended(weight))
	}
	if height > 0 && days < len(g.length[s]) {
		z.HAZ = round2(g.length[s][days].z(height))
	}
	if weight > 0 && height > 0 && days < len(g.weight[s]) {
		table := g.forHeight[s]
		if days < 731 {
			table = g.forLength[s]
		}
		if v, ok := between(table, height); ok {
			z.WHZ = round2(v.extended(weight))
		}
	}
	return z
}

func between(table map[int]lms, height float64) (lms, bool) {
	low := int(math.Floor(height*10 + 1e-9))
	a, ok := table[low]
	part := height*10 - float64(low)
	if !ok || part < 1e-6 {
		return a, ok
	}
	b, ok := table[low+1]
	return lms{a.l + (b.l-a.l)*part, a.m + (b.m-a.m)*part, a.s + (b.s-a.s)*part}, ok
}

func (v lms) z(y float64) float64 { return (math.Pow(y/v.m, v.l) - 1) / (v.s * v.l) }

func (v lms) at(sd float64) float64 { return v.m * math.Pow(1+v.l*v.s*sd, 1/v.l) }

// extended continues linearly beyond 3 SD, as WHO does for weight.
func (v lms) extended(y float64) float64 {
	z := v.z(y)
	switch {
	case z > 3:
		return 3 + (y-v.at(3))/(v.at(3)-v.at(2))
	case z < -3:
		return -3 + (y-v.at(-3))/(v.at(-2)-v.at(-3))
	}
	return z
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }
