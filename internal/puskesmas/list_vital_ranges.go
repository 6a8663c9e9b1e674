package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/pkg/homecare"
)

// VitalRanges lists the limits of measurements.
func (s *Service) VitalRanges(ctx context.Context, _ call.None) (homecare.Page[homecare.VitalRange], error) {
	return list[homecare.VitalRange](ctx, s, `select code, label_id, loinc, unit, age_min_days, age_max_days,
		plausible_min, plausible_max,
		alert_low, alert_high, critical_low, critical_high, source from vital_range order by code, age_min_days`)
}
