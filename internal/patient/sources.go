package patient

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Sources lists the sources that named a person, and when. Error:
// fault.ErrNotFound.
func (s *Service) Sources(ctx context.Context, in idParams) (homecare.Page[homecare.PatientSource], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.PatientSource], error) {
		id, err := SurvivorIn(tx, in.ID)
		if err != nil {
			return homecare.Page[homecare.PatientSource]{}, err
		}
		rows, err := sourcesOf(tx, id, call.Of(ctx).Language)
		return homecare.Page[homecare.PatientSource]{Data: rows}, err
	})
}

func sourcesOf(tx pg.Tx, id, lang string) ([]homecare.PatientSource, error) {
	return pg.Rows[homecare.PatientSource](tx, `select s.source, source_label(s.source, $2) as label, s.first_seen,
		s.last_seen,
			coalesce(s.first_import_id::text, '') as first_import_id, coalesce(s.last_import_id::text, '') as
			last_import_id
		from patient_source s where s.patient_id = $1 order by s.first_seen, s.source`, id, lang)
}
