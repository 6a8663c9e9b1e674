package priority_test

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestRulesInForce: the rules of a day are those with the latest effective
// date, whenever they were added; of two of one day the newer version.
func TestRulesInForce(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin, c := sample.At(t, s, sample.Load(t), "dinkes.admin"),
		sample.At(t, s, sample.Load(t), "koordinator.tanah-habang")
	add := func(from string, version int) {
		t.Helper()
		set, err := admin.AddPriorityRules(t.Context(), homecare.NewPriorityRuleSet{EffectiveFrom: from, Note: "Uji",
			Rules: firstRules(t)})
		if err != nil || set.Version != version {
			t.Fatalf("version %d, %v", set.Version, err)
		}
	}
	inForce := func(month time.Month, day, want int) {
		t.Helper()
		c.Clock = func() time.Time { return time.Date(2026, month, day, 4, 0, 0, 0, time.UTC) }
		if r, err := c.RecomputePriorities(t.Context()); err != nil || r.RuleVersion != want {
			t.Errorf("on %d %s version %d is in force, want %d (%v)", day, month, r.RuleVersion, want, err)
		}
	}
	add("2026-03-20", 2)
	add("2026-03-10", 3)
	inForce(time.March, 9, 1)
	inForce(time.March, 10, 3)
	inForce(time.March, 19, 3)
	inForce(time.March, 20, 2)
	inForce(time.November, 1, 2)
	add("2026-03-20", 4)
	inForce(time.March, 20, 4)
	inForce(time.March, 19, 3)
}
