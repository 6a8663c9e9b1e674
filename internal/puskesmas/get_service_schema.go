package puskesmas

import (
	"context"
	"encoding/json"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// ServiceTypeCode names a service type.
type ServiceTypeCode struct {
	// Code of the service type.
	Code string `param:"code" json:"-" validate:"code" example:"nutrition"`
}

// ServiceSchema says what the data of a service type hold. Error: fault.ErrNotFound.
func (s *Service) ServiceSchema(ctx context.Context, in ServiceTypeCode) (homecare.ServiceSchema, error) {
	return pg.Reference(ctx, s.db, func(pg.Tx) (homecare.ServiceSchema, error) {
		all := map[string]homecare.ServiceSchema{}
		if err := json.Unmarshal(api.ServiceSchemas, &all); err != nil {
			return homecare.ServiceSchema{}, err
		}
		one, ok := all[in.Code]
		if !ok {
			return one, fault.ErrNotFound
		}
		return one, nil
	})
}
