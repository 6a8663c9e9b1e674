package priority_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/priority"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

func firstRules(t testing.TB) homecare.PriorityRules {
	t.Helper()
	b, err := os.ReadFile("rules/v1.json")
	if err != nil {
		t.Fatal(err)
	}
	var r homecare.PriorityRules
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestFirstRulesAreSeeded compares the file with the migration, and checks that
// every risk code has its rule.
func TestFirstRulesAreSeeded(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	sets, err := s.As(t, "dinkes.analis").PriorityRules(t.Context())
	if err != nil || len(sets.Data) != 1 || sets.Data[0].Version != 1 {
		t.Fatalf("%+v, %v", sets, err)
	}
	want := firstRules(t)
	if !reflect.DeepEqual(sets.Data[0].Rules, want) {
		t.Error("the seeded rules are not those of rules/v1.json")
	}
	byRisk := map[string]homecare.PriorityRule{}
	for _, r := range want.Rules {
		byRisk[r.When.Risk] = r
	}
	points := map[int]int{1: 4, 2: 10, 3: 20, 4: 40}
	for _, i := range source.RiskInfos() {
		if r := byRisk[i.Code]; r.Points != points[i.Level] || r.LabelID != i.LabelID || r.LabelEN != i.LabelEN ||
			r.Sensitive != i.Sensitive {
			t.Errorf("%s: rule %+v for %+v", i.Code, r, i)
		}
	}
}

// TestFirstRulesAgainstTruth: all sixty comparisons, on the facts that the
// truth counts (those joined without a merge). The lower one gets every point
// that age can give and the upper one none.
func TestFirstRulesAgainstTruth(t *testing.T) {
	t.Parallel()
	tr, rules := sample.Load(t), firstRules(t)
	byRisk, age := map[string]int{}, 0
	for _, r := range rules.Rules {
		byRisk[r.When.Risk] = r.Points
		if r.When.AgeMin != nil || r.When.AgeMax != nil {
			age = max(age, r.Points)
		}
	}
	ours := map[string]int{}
	for _, i := range source.RiskInfos() {
		ours[i.Shorthand] = byRisk[i.Code]
	}
	total := map[string]int{}
	for _, r := range tr.Risk {
		for _, f := range r.Facts {
			if ours[f.Code] == 0 {
				t.Errorf("no rule for %s", f.Code)
			}
			if f.Link != "merge" && f.Link != "weak" {
				total[r.Person] += ours[f.Code]
			}
		}
	}
	for _, m := range tr.MustRankAbove {
		if total[m.Above] <= total[m.Below]+age {
			t.Errorf("%s (%d) must rank above %s (%d): %s", m.Above, total[m.Above], m.Below, total[m.Below]+age,
				m.Because)
		}
	}
	if len(tr.MustRankAbove) != 60 || age == 0 {
		t.Fatalf("%d comparisons, age %d", len(tr.MustRankAbove), age)
	}
}

var asOf = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func num(v float64) *float64 { return &v }
func age(v int) *int         { return &v }

// TestConditions: each kind of condition, met and just missed.
func TestConditions(t *testing.T) {
	t.Parallel()
	born := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	fact := func(code string, v float64, day int) source.Fact {
		return source.Fact{Code: code, Value: v, At: born(2026, 10, day)}
	}
	hb := []source.Fact{fact("hb", 12, 1), fact("hb", 7.9, 20), fact("hb", 11, 10)}
	severe := []source.Fact{fact("barthel", 7, 1)}
	for _, c := range []struct {
		name string
		when homecare.PriorityCondition
		who  priority.Target
		want bool
	}{
		{"risk", homecare.PriorityCondition{Risk: "barthel_severe"}, priority.Target{Facts: severe}, true},
		{"another risk", homecare.PriorityCondition{Risk: "barthel_total"}, priority.Target{Facts: severe}, false},
		{"risk of the level", homecare.PriorityCondition{RiskLevel: 3}, priority.Target{Facts: severe}, true},
		{"no risk of the level", homecare.PriorityCondition{RiskLevel: 4}, priority.Target{Facts: severe}, false},
		{"latest reading below", homecare.PriorityCondition{Fact: "hb", Op: "lt", Value: num(8)},
			priority.Target{Facts: hb}, true},
		{"an earlier one does not count", homecare.PriorityCondition{Fact: "hb", Op: "ge", Value: num(11)},
			priority.Target{Facts: hb}, false},
		{"at the limit", homecare.PriorityCondition{Fact: "hb", Op: "le", Value: num(7.9)}, priority.Target{Facts: hb},
			true},
		{"unknown fact", homecare.PriorityCondition{Fact: "hb", Op: "lt", Value: num(8)}, priority.Target{}, false},
		{"exists", homecare.PriorityCondition{Fact: "hb", Op: "exists"}, priority.Target{Facts: hb}, true},
		{"text", homecare.PriorityCondition{Fact: "diagnosis", Op: "text", Text: "I10"},
			priority.Target{Facts: []source.Fact{{Code: "diagnosis", Text: "E11.9"}, {Code: "diagnosis", Text: "I10"}}},
			true},
		{"other text", homecare.PriorityCondition{Fact: "diagnosis", Op: "text", Text: "I10"},
			priority.Target{Facts: []source.Fact{{Code: "diagnosis", Text: "E11.9"}}}, false},
		{"turns sixty today", homecare.PriorityCondition{AgeMin: age(60)}, priority.Target{Birth: born(1966, 11, 1)},
			true},
		{"turns sixty tomorrow", homecare.PriorityCondition{AgeMin: age(60)}, priority.Target{Birth: born(1966, 11, 2)},
			false},
		{"still under one", homecare.PriorityCondition{AgeMax: age(0)}, priority.Target{Birth: born(2025, 11, 2)},
			true},
		{"one year old", homecare.PriorityCondition{AgeMax: age(0)}, priority.Target{Birth: born(2025, 11, 1)}, false},
		{"age unknown", homecare.PriorityCondition{AgeMax: age(200)}, priority.Target{}, false},
		{"both hold", homecare.PriorityCondition{Risk: "barthel_severe", AgeMin: age(60)},
			priority.Target{Birth: born(1940, 1, 1), Facts: severe}, true},
		{"one does not", homecare.PriorityCondition{Risk: "barthel_severe", AgeMin: age(60)},
			priority.Target{Birth: born(1990, 1, 1), Facts: severe}, false},
	} {
		rules := homecare.PriorityRules{Rules: []homecare.PriorityRule{{Code: "r", When: c.when, Points: 5}}}
		got := priority.Rank(rules, c.who, asOf)
		if (got.Points == 5 && len(got.Reasons) == 1) != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestSameInputSameRanking: neither the order of facts nor repetition changes it.
func TestSameInputSameRanking(t *testing.T) {
	t.Parallel()
	rules := firstRules(t)
	facts := []source.Fact{{Code: "sbp", Value: 190, At: asOf}, {Code: "dbp", Value: 95, At: asOf},
		{Code: "diagnosis", Text: "I10"}, {Code: "diagnosis", Text: "F20.0", Sensitive: true}}
	who := priority.Target{Birth: asOf.AddDate(-81, 0, 0), Facts: facts}
	first := priority.Rank(rules, who, asOf)
	if first.Points != 20+4+10+3 || priority.LevelOf(rules, first.Points) != "high" {
		t.Errorf("%+v", first)
	}
	for range 20 {
		facts[0], facts[3] = facts[3], facts[0]
		facts[1], facts[2] = facts[2], facts[1]
		if again := priority.Rank(rules, who, asOf); !reflect.DeepEqual(first, again) {
			t.Fatalf("%+v and %+v", first, again)
		}
	}
	for total, want := range map[int]string{40: "urgent", 39: "high", 20: "high", 19: "medium", 10: "medium",
		9: "monitoring", -200: "monitoring"} {
		if got := priority.LevelOf(rules, total); got != want {
			t.Errorf("%d is %s, want %s", total, got, want)
		}
	}
}

// TestAddRules: Dinkes adds a version; an invalid one is refused field by
// field.
func TestAddRules(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	tr := sample.Load(t)
	admin, c := sample.At(t, s, tr, "dinkes.admin"), sample.At(t, s, tr, "koordinator.tanah-habang")
	old, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Sri Uji", Sex: "female",
		BirthDate: "1940-05-17"})
	if err != nil {
		t.Fatal(err)
	}
	good := homecare.NewPriorityRuleSet{EffectiveFrom: "2026-11-01", Note: "Uji", Rules: firstRules(t)}
	for _, c := range []struct {
		name, pointer string
		change        func(*homecare.PriorityRules)
	}{
		{"unknown risk", "/rules/rules/0/when/risk", func(r *homecare.PriorityRules) {
			r.Rules[0].When.Risk = "bad_luck"
		}},
		{"unknown fact", "/rules/rules/0/when/fact", func(r *homecare.PriorityRules) {
			r.Rules[0].When = homecare.PriorityCondition{Fact: "shoe", Op: "exists"}
		}},
		{"unknown operator", "/rules/rules/0/when/op", func(r *homecare.PriorityRules) {
			r.Rules[0].When = homecare.PriorityCondition{Fact: "hb", Op: "like", Value: num(1)}
		}},
		{"no value", "/rules/rules/0/when/value", func(r *homecare.PriorityRules) {
			r.Rules[0].When = homecare.PriorityCondition{Fact: "hb", Op: "lt"}
		}},
		{"empty", "/rules/rules/0/when", func(r *homecare.PriorityRules) {
			r.Rules[0].When = homecare.PriorityCondition{}
		}},
		{"code twice", "/rules/rules/1/code", func(r *homecare.PriorityRules) { r.Rules[1].Code = r.Rules[0].Code }},
		{"levels out of order", "/rules/levels/1/min", func(r *homecare.PriorityRules) { r.Levels[1].Min = 90 }},
	} {
		in := good
		in.Rules = firstRules(t)
		c.change(&in.Rules)
		_, err := admin.AddPriorityRules(t.Context(), in)
		if p := sample.Problem(t, err, 422, "request.invalid"); len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer {
			t.Errorf("%s: %+v, want %s", c.name, p.Errors, c.pointer)
		}
	}
	_, err = c.AddPriorityRules(t.Context(), good)
	sample.Problem(t, err, 403, "auth.forbidden")
	good.Rules.Rules = append(good.Rules.Rules, homecare.PriorityRule{Code: "extra",
		When: homecare.PriorityCondition{AgeMin: age(80)}, Points: 50, LabelID: "Sangat tua", LabelEN: "Very old"})
	set, err := admin.AddPriorityRules(t.Context(), good)
	if err != nil || set.Version != 2 {
		t.Fatalf("%+v, %v", set.Version, err)
	}
	if r, err := c.RecomputePriorities(t.Context()); err != nil || r.RuleVersion != 2 || r.Changed != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	c.Language = "en"
	list, err := c.Priorities(t.Context(), nil)
	if err != nil || len(list.Data) != 1 || list.Data[0].PatientID != old.ID || list.Data[0].Total != 53 ||
		list.Data[0].Level != "urgent" || list.Data[0].RuleVersion != 2 ||
		list.Data[0].Reasons[1].Label != "Very old" {
		t.Errorf("%+v, %v", list.Data, err)
	}
	var p *homecare.Problem
	if _, err := admin.Priorities(t.Context(), nil); !errors.As(err, &p) || p.Status != 403 {
		t.Errorf("Dinkes reads persons: %v", err)
	}
}

// BenchmarkRank ranks 100,000 people of five facts each.
func BenchmarkRank(b *testing.B) {
	rules := firstRules(b)
	people := make([]priority.Target, 100_000)
	for i := range people {
		d := asOf.AddDate(0, 0, -i%28)
		people[i] = priority.Target{Birth: asOf.AddDate(-i%90, 0, 0),
			Facts: []source.Fact{{Code: "sbp", Value: float64(110 + i%90), At: d},
				{Code: "dbp", Value: float64(70 + i%45), At: d},
				{Code: "glucose_random", Value: float64(90 + i%200), At: d}, {Code: "diagnosis",
					Text: strings.ToUpper(fmt.Sprintf("i%02d", i%99))}, {Code: "barthel", Value: float64(i % 21),
					At: d}}}
	}
	for b.Loop() {
		for _, p := range people {
			priority.Rank(rules, p, asOf)
		}
	}
	b.ReportMetric(float64(len(people))*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}
