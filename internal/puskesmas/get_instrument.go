package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

// InstrumentName names an instrument.
type InstrumentName struct {
	// Instrument.
	Code string `param:"code" json:"-" validate:"code" example:"barthel_aks"`
}

// Instrument returns one instrument. Error: fault.ErrNotFound.
func (s *Service) Instrument(ctx context.Context, in InstrumentName) (homecare.Instrument, error) {
	return pg.Reference(ctx, s.db, func(pg.Tx) (homecare.Instrument, error) {
		i, ok := reference.InstrumentByID(in.Code)
		if !ok {
			return homecare.Instrument{}, fault.ErrNotFound
		}
		return onWire(i), nil
	})
}
