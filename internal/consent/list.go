package consent

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type patientParams struct {
	ID string `param:"id" json:"-"`
}

// List lists what a person agreed to, newest first. Error:
// fault.ErrNotFound.
func (s *Service) List(ctx context.Context, in patientParams) (homecare.Page[homecare.Consent], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Consent], error) {
		var p homecare.Page[homecare.Consent]
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return p, err
		}
		if err := access.SeePersonIn(tx, id); err != nil {
			return p, err
		}
		if p.Data, err = pg.Rows[homecare.Consent](tx, selectConsent+`where c.patient_id = $1
			order by c.created_at desc, c.id desc limit 500`, id); p.Data == nil {
			p.Data = []homecare.Consent{}
		}
		return p, err
	})
}
