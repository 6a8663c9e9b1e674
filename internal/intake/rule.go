// Package intake takes the files of the data sources into the registry, finds
// likely duplicates, counts the targets and ranks them (SOP HS 5a-c).
package intake

import (
	"fmt"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/intake/source"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// Target is what the ranking knows of one person.
type Target struct {
	Birth time.Time // midnight UTC; zero: unknown
	Facts []source.Fact
}

// Reason is a rule that a person meets.
type Reason struct {
	Code   string `json:"code"`
	Points int    `json:"points"`
}

// Ranking is what the rules say of one person.
type Ranking struct {
	Points  int
	Reasons []Reason // in the order of the rule set
	Risks   []source.Risk
}

// Rank applies the rules to a person at asOf. It is pure: the same target,
// rules and time give the same ranking. Points are whole numbers, so their sum
// depends on no order.
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

// met says whether every member of the condition holds.
func met(c *homecare.PriorityCondition, t Target, risks []source.Risk, asOf time.Time) bool {
	if c.Risk != "" && !slices.ContainsFunc(risks, func(r source.Risk) bool { return r.Code == c.Risk }) {
		return false
	}
	// Risks come by level, the most urgent first.
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

// factMet compares the latest reading; for op text and exists any does.
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
	y, m, d := at.In(wita).Date()
	age := y - birth.Year()
	if m < birth.Month() || m == birth.Month() && d < birth.Day() {
		age--
	}
	return age
}

// LevelOf is the level of a total: the first whose minimum it reaches.
func LevelOf(rules homecare.PriorityRules, total int) string {
	for _, l := range rules.Levels {
		if total >= l.Min {
			return l.Code
		}
	}
	return rules.Levels[len(rules.Levels)-1].Code
}

var levelCodes = []string{"urgent", "high", "medium", "monitoring"}

// checkRules says what is wrong with a rule set beyond its shape: levels in
// order, codes once, known risks, facts and operators. Error:
// fault.ErrInvalid.
func checkRules(rules homecare.PriorityRules) error {
	var check fault.Check
	for i, l := range rules.Levels {
		at := fmt.Sprintf("/rules/levels/%d", i)
		check.That(l.Code == levelCodes[i], at+"/code", "order", "Urutan tingkat: urgent, high, medium, monitoring.", "The levels' order is urgent, high, medium, monitoring.")
		check.That(i == 0 || l.Min < rules.Levels[i-1].Min, at+"/min", "order", "Batas tiap tingkat harus lebih rendah dari tingkat di atasnya.", "Each level's minimum must be lower than the one above.")
	}
	known := map[string]bool{}
	for _, r := range source.RiskInfos() {
		known[r.Code] = true
	}
	seen := map[string]bool{}
	for i, r := range rules.Rules {
		at := fmt.Sprintf("/rules/rules/%d", i)
		check.That(!seen[r.Code], at+"/code", "unique", "Kode aturan ini sudah dipakai.", "This rule's code is taken.")
		seen[r.Code] = true
		checkCondition(&check, at+"/when", r.When, known)
	}
	return check.Err()
}

func checkCondition(check *fault.Check, at string, c homecare.PriorityCondition, risks map[string]bool) {
	check.That(c.Risk != "" || c.RiskLevel > 0 || c.Fact != "" || c.AgeMin != nil || c.AgeMax != nil, at, "empty",
		"Syarat kosong berlaku untuk semua orang. Isi risk, risk_level, fact, atau umur.", "An empty condition holds for everybody. Give a risk, risk_level, fact or age.")
	check.That(c.Risk == "" || risks[c.Risk], at+"/risk", "unknown", "Kode risiko tidak dikenal. Lihat GET /v1/risk-codes.", "No such risk code. See GET /v1/risk-codes.")
	check.That(c.AgeMin == nil || c.AgeMax == nil || *c.AgeMin <= *c.AgeMax, at+"/age_max", "before_min", "Tidak boleh di bawah age_min.", "This must not be below age_min.")
	if c.Fact == "" {
		check.That(c.Op == "" && c.Value == nil && c.Text == "", at+"/op", "no_fact", "op, value, dan text hanya berlaku bersama fact.", "op, value and text go with a fact only.")
		return
	}
	check.That(slices.Contains(factCodes, c.Fact), at+"/fact", "unknown", "Kode fakta tidak dikenal.", "No such fact code.")
	switch {
	case c.Op == "exists":
		check.That(c.Value == nil && c.Text == "", at+"/op", "no_operand", "exists tidak memakai value atau text.", "exists takes neither value nor text.")
	case c.Op == "text":
		check.That(c.Text != "", at+"/text", "required", "Wajib diisi untuk op text.", "This is required for op text.")
	case operators[c.Op] != nil:
		check.That(c.Value != nil, at+"/value", "required", "Wajib diisi untuk perbandingan angka.", "This is required to compare numbers.")
	default:
		check.Add(at+"/op", "unknown", "Operator tidak dikenal: exists, eq, ne, lt, le, gt, ge, text.", "No such operator: exists, eq, ne, lt, le, gt, ge, text.")
	}
}
