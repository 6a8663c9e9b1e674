package late

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/platform/fault"
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
		named := targets(in.RedirectParked)
		switch {
		case len(named) > 1:
			return notRedirected(named[1])
		case len(named) == 0 && in.At == nil:
			return notRedirected("/at")
		}
		err := s.take(tx, r, true, in.RedirectParked)
		if len(named) == 1 && errors.Is(err, fault.ErrNotFound) {
			// The act names the member of its own body.
			return fault.NotFoundAt(fault.ErrNotFound, named[0])
		}
		return forms[r.Permission].atTime(err)
	})
}

// targets are the members of a redirection that name a record.
func targets(to homecare.RedirectParked) (named []string) {
	for _, t := range []struct{ pointer, id string }{
		{"/patient_id", to.PatientID}, {"/case_id", to.CaseID}, {"/visit_id", to.VisitID},
	} {
		if t.id != "" {
			named = append(named, t.pointer)
		}
	}
	return named
}

func notRedirected(pointer string) error {
	return ErrNotRedirected.InField(pointer, "not_redirected")
}
