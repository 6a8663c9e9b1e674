package record

import (
	"fmt"
	"time"

	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// checkPlan validates the plan of a visit at that time.
func checkPlan(p *homecare.VisitPlan, owner func(string) bool, at time.Time, base string, check *fault.Check) {
	for i, f := range p.FollowUps {
		followup.Check(f, owner, clock.Day(at), fmt.Sprintf("%s/follow_ups/%d", base, i), check)
	}
	if n := p.NextVisit; n != nil {
		check.That(n.Date >= clock.Day(at), base+"/next_visit/date", "past", "Tanggal ini sudah lewat.",
			"This date has passed.")
		if n.StartsAt != nil {
			check.That(clock.Day(*n.StartsAt) == n.Date, base+"/next_visit/starts_at", "day",
				"Waktu ini tidak jatuh pada tanggal yang diisi.", "This time is not on the date given.")
		}
	}
}
