package priority

import (
	"slices"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

// Target is the input of the ranking about one person.
type Target struct {
	Birth time.Time // midnight UTC; zero: unknown
	Facts []source.Fact
}

// Reason is a rule that a person meets.
type Reason struct {
	Code   string `json:"code"`
	Points int    `json:"points"`
}

// Ranking is the result of the rules for one person.
type Ranking struct {
	Points  int
	Reasons []Reason // in the order of the rule set
	Risks   []source.Risk
}

// Rank applies the rules to a person as of asOf. It is pure: the same target,
// rules and time give the same ranking. Points are integers, so their sum is
// independent of the order.
func Rank(rules homecare.PriorityRules, t Target, asOf time.Time) Ranking {
	r := Ranking{Reasons: []Reason{}, Risks: source.Risks(t.Birth, t.Facts, asOf)}
	for i := range rules.Rules {
		rule := &rules.Rules[i]
		if met(&rule.When, t, r.Risks, asOf) {
			r.Points += rule.Points
			r.Reasons = append(r.Reasons, Reason{rule.Code, rule.Points})
		}
	}
	return r
}

// met says whether all members of the condition hold.
func met(c *homecare.PriorityCondition, t Target, risks []source.Risk, asOf time.Time) bool {
	if c.Risk != "" && !slices.ContainsFunc(risks, func(r source.Risk) bool { return r.Code == c.Risk }) {
		return false
	}
	// Risks are sorted by level, most urgent first.
	if c.RiskLevel > 0 && (len(risks) == 0 || risks[0].Level < c.RiskLevel) {
		return false
	}
	if c.AgeMin != nil || c.AgeMax != nil {
		if t.Birth.IsZero() {
			return false
		}
		age := years(t.Birth, asOf)
		if c.AgeMin != nil && age < *c.AgeMin || c.AgeMax != nil && age > *c.AgeMax {
			return false
		}
	}
	return c.Fact == "" || factMet(c, t.Facts)
}

// factMet compares the latest reading. For the operators text and exists, any
// reading counts.
func factMet(c *homecare.PriorityCondition, facts []source.Fact) bool {
	var last *source.Fact
	for i := range facts {
		f := &facts[i]
		if f.Code != c.Fact {
			continue
		}
		if c.Op == "exists" || c.Op == "text" && f.Text == c.Text {
			return true
		}
		if last == nil || !f.At.Before(last.At) {
			last = f
		}
	}
	return last != nil && c.Value != nil && operators[c.Op] != nil && operators[c.Op](last.Value, *c.Value)
}

var operators = map[string]func(a, b float64) bool{
	"eq": func(a, b float64) bool { return a == b }, "ne": func(a, b float64) bool { return a != b },
	"lt": func(a, b float64) bool { return a < b }, "le": func(a, b float64) bool { return a <= b },
	"gt": func(a, b float64) bool { return a > b }, "ge": func(a, b float64) bool { return a >= b },
}

// years is the age in whole years on the business day of at.
func years(birth, at time.Time) int {
	y, m, d := at.In(clock.WITA).Date()
	age := y - birth.Year()
	if m < birth.Month() || m == birth.Month() && d < birth.Day() {
		age--
	}
	return age
}

// LevelOf is the level of a total: the first level whose minimum it reaches.
func LevelOf(rules homecare.PriorityRules, total int) string {
	for _, l := range rules.Levels {
		if total >= l.Min {
			return l.Code
		}
	}
	return rules.Levels[len(rules.Levels)-1].Code
}

var levelCodes = []string{"urgent", "high", "medium", "monitoring"}
