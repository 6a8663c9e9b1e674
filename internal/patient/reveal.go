package patient

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type revealParams struct {
	ID string `param:"id" json:"-"`
	homecare.Reveal
}

// Reveal returns a person's full numbers and records the purpose. Error:
// fault.ErrNotFound.
func (s *Service) Reveal(ctx context.Context, in revealParams) (homecare.RevealedNumbers, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.RevealedNumbers, error) {
		i, err := IdentityIn(tx, in.ID)
		if err != nil {
			return homecare.RevealedNumbers{}, err
		}
		return homecare.RevealedNumbers{PatientID: in.ID, NIK: i.NIK, KK: i.KK, BPJSCard: i.BPJSCard, Phone: i.Phone,
				Address: i.Address, MotherNIK: i.MotherNIK},
			s.trail.Record(tx, audit.Event{Action: "patient.reveal", SubjectKind: "patient", SubjectID: in.ID,
				Reason: in.Purpose})
	})
}
