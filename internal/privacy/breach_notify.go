package privacy

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type noticeParams struct {
	ID string `param:"id" json:"-"`
	homecare.BreachNotice
}

// Notified records that the persons or the agency were notified. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState, fault.ErrInvalid.
func (s *Service) Notified(ctx context.Context, in noticeParams) (homecare.Breach, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Breach, error) {
		b, err := lockBreach(tx, in.ID)
		if err != nil {
			return b, err
		}
		column := "subjects_notified_at"
		done := b.SubjectsNotifiedAt
		if in.Whom == "agency" {
			column, done = "agency_notified_at", b.AgencyNotifiedAt
		}
		if b.ClosedAt != nil {
			return b, fault.State(b.State, access.Allowed(tx, "/v1/breaches/{id}", allowedOnBreach(b)...)...)
		}
		var check fault.Check
		check.That(done == nil, "/whom", "notified", "Pemberitahuan kepada pihak ini sudah dicatat.",
			"The notice to them is already recorded.")
		check.That(!in.At.Before(b.FoundAt.Truncate(time.Minute)) && !in.At.After(tx.Now().Add(time.Minute)), "/at",
			"span", "Waktu pemberitahuan harus antara ditemukan dan sekarang.",
			"The notice lies between the finding and now.")
		if err := check.Err(); err != nil {
			return b, err
		}
		return s.changeBreach(tx, "breach.notified", b, map[string]any{column: in.At})
	})
}
