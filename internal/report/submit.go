package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Submit freezes the figures and the printed text and passes the report to Kepala.
// It works only after the month ended and without open visits of the month. It warns
// of parked acts of the month. Errors: ErrMonthOpen, ErrOpenVisits.
func (s *Service) Submit(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := r.after(tx, DoSubmit)
		if err != nil {
			return r, err
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		from, until, err := clock.MonthBounds(r.Month)
		if err != nil {
			return r, err
		}
		if tx.Now().Before(until) {
			return r, ErrMonthOpen
		}
		open, err := openVisits(tx, r.ProgrammeCode, from, until)
		if err != nil {
			return r, err
		}
		if len(open) > 0 {
			return r, ErrOpenVisits.With("count", len(open)).Extend("visit_ids", open[:min(len(open), 20)])
		}
		figures, err := compute(tx, r.template, r.ProgrammeCode, r.Month, "id")
		if err != nil {
			return r, err
		}
		printed, err := paperOf(tx, r)
		if err != nil {
			return r, err
		}
		figures.Paper = &printed
		by, err := signatoryIn(tx)
		if err != nil {
			return r, err
		}
		now := tx.Now()
		hash := hashOf(figures)
		r.Figures, r.FiguresHash, r.SubmittedAt = &figures, &hash, &now
		if _, err := tx.Exec(`update monthly_report set state = $2, figures = $3, figures_hash = $4, submitted_at = $5,
			submitted_by = $6, coordinator = $7, version = version + 1 where id = $1`,
			r.ID, to, figures, hash, now, tx.Principal().UserID, by); err != nil {
			return r, err
		}
		if err := r.countIn(tx, 0); err != nil {
			return r, err
		}
		if r.warnings, err = waitingIn(tx, r.ProgrammeCode, from, until); err != nil {
			return r, err
		}
		return s.moved(tx, r, to, DoSubmit, in.Note)
	})
}

func hashOf(f homecare.ReportFigures) string {
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
