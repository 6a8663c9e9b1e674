package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/pkg/homecare"
)

// Diagnoses lists the ICD-10 codes.
func (s *Service) Diagnoses(ctx context.Context, _ call.None) (homecare.Page[homecare.DiagnosisCode], error) {
	return list[homecare.DiagnosisCode](ctx, s, `select code, name_id, name_en, category, sensitive, core
		from diagnosis_code order by code`)
}
