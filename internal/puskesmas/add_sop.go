package puskesmas

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// AddSOPTo names the programme of a new revision.
type AddSOPTo struct {
	// Programme.
	Programme string `param:"code" json:"-" validate:"code" example:"kupinang"`
	homecare.NewSOP
}

// AddSOP adds the next revision of a programme's SOP. Cases keep their version. Errors:
// fault.ErrNotFound, fault.ErrStale.
func (s *Service) AddSOP(ctx context.Context, in AddSOPTo) (homecare.SOP, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.SOP, error) {
		var none homecare.SOP
		version, err := pg.Scalar[int64](tx, `select version from programme where code = $1 for update`, in.Programme)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(version); err != nil {
			return none, err
		}
		if in.Distribution == nil {
			in.Distribution = []string{}
		}
		if in.OptionalEndings == nil {
			in.OptionalEndings = []string{}
		}
		sop, err := pg.Row[homecare.SOP](tx, `insert into sop_version (id, programme_code, document_number, revision,
			issued_on, effective_from, issuer, signer_name, legal_basis, distribution, changes, approval, team_mode,
			review_required, optional_endings)
			select $1, $2, $3, coalesce(max(revision), -1) + 1, $4::text::date, $5::text::date, $6, $7, $8, $9, $10,
			$11, $12, $13, $14 from sop_version where programme_code = $2
			returning `+sopColumns,
			uuid.Must(uuid.NewV7()).String(), in.Programme, in.DocumentNumber, in.IssuedOn, in.EffectiveFrom, in.Issuer,
			in.SignerName,
			asJSON(in.LegalBasis), asJSON(in.Distribution), asJSON(in.Changes), in.Approval, in.TeamMode,
			in.ReviewRequired, asJSON(in.OptionalEndings))
		if err != nil {
			return none, err
		}
		if _, err := tx.Exec(`update programme set version = version + 1 where code = $1`, in.Programme); err != nil {
			return none, err
		}
		return sop, s.trail.Record(tx, audit.Event{Action: "sop.add", SubjectKind: "sop", SubjectID: sop.ID,
			After: sop})
	})
}

func asJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and structs of strings always marshal
	}
	return b
}
