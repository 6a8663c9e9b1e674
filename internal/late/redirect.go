package late

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type redirectParams struct {
	// Parked act.
	ID string `param:"id" json:"-"`
	homecare.RedirectParked
}

// Redirect takes a parked act for another case, visit or time. Errors: those of
// Take, ErrNotRedirected.
func (s *Service) Redirect(ctx context.Context, in redirectParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoRedirect, in.Note, func(tx pg.Tx, r *row) error {
		named := 0
		for _, id := range []string{in.PatientID, in.CaseID, in.VisitID} {
			if id != "" {
				named++
			}
		}
		if named > 1 || named == 0 && in.At == nil {
			return ErrNotRedirected
		}
		return forms[r.Permission].atTime(s.take(tx, r, true, in.RedirectParked))
	})
}
