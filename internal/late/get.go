package late

import (
	"context"
	"encoding/json"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type byID struct {
	// Parked act.
	ID string `param:"id" json:"-"`
}

// Get returns a parked act with the original request: to the office, to the
// sender and to the performer. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in byID) (homecare.ParkedAct, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.ParkedAct, error) {
		r, err := read(tx, in.ID, "")
		if err != nil {
			return homecare.ParkedAct{}, err
		}
		body, err := r.open(tx)
		if err != nil {
			return homecare.ParkedAct{}, err
		}
		if err := json.Unmarshal(body, &r.Body); err != nil {
			return homecare.ParkedAct{}, err
		}
		return r.wire(tx), nil
	})
}
