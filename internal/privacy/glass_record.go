package privacy

import (
	"context"
	"encoding/json"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// shownRecord is a person as the access log of their puskesmas records it.
type shownRecord struct {
	homecare.BreakGlassRecord
	of int16
}

// Shows returns the one person, who is of another puskesmas than the caller.
func (r shownRecord) Shows() access.Persons {
	return access.Persons{Patients: []string{r.Patient.ID}, Puskesmas: r.of}
}

// glassRow is the result of the database function break_glass_record.
type glassRow struct {
	Ended          bool   `json:"ended"`
	PuskesmasID    int16  `json:"puskesmas_id"`
	KeyWrapped     []byte `json:"key_wrapped"`
	IdentitySealed []byte `json:"identity_sealed"`
	homecare.BreakGlassRecord
}

// Record returns the person of an open break-glass of the caller. Errors:
// fault.ErrNotFound, ErrGlassEnded.
func (s *Service) Record(ctx context.Context, in idParams) (shownRecord, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (shownRecord, error) {
		var none shownRecord
		raw, err := pg.Scalar[[]byte](tx, `select break_glass_record($1)`, in.ID)
		if err != nil {
			return none, err
		}
		if raw == nil {
			return none, fault.ErrNotFound
		}
		var row glassRow
		if err := json.Unmarshal(raw, &row); err != nil {
			return none, err
		}
		if row.Ended {
			return none, ErrGlassEnded
		}
		k, err := s.db.Keys().For(row.PuskesmasID)
		if err != nil {
			return none, err
		}
		if err := patient.MaskNumbers(k, &row.Patient, row.KeyWrapped, row.IdentitySealed); err != nil {
			return none, err
		}
		row.Puskesmas, err = pg.Scalar[string](tx, `select slug from puskesmas where id = $1`, row.PuskesmasID)
		return shownRecord{row.BreakGlassRecord, row.PuskesmasID}, err
	})
}
