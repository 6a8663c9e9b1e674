package intake

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type rowParams struct {
	ID string `param:"id" json:"-"`
	// Verdict.
	Verdict string `query:"verdict" json:"-" validate:"omitempty,oneof=accepted rejected duplicate conflict to_decide"`
	// Only rows with this finding.
	Class string `query:"class" json:"-" validate:"omitempty,code"`
	page.Request
}

// Rows lists the rows of an import with their findings, numbers masked. Error:
// fault.ErrNotFound.
func (s *Service) Rows(ctx context.Context, in rowParams) (homecare.Page[homecare.ImportRow], error) {
	list := fmt.Sprintf("import-rows/%s?%s&%s", in.ID, in.Verdict, in.Class)
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.ImportRow], error) {
		none, after := page.Page[homecare.ImportRow]{}, -1
		if _, err := s.sealer.Open(ctx, list, in.Request, &after); err != nil {
			return none, err
		}
		if _, err := pg.Scalar[int](tx, `select 1 from import_file where id = $1`, in.ID); err != nil {
			return none, err
		}
		rows, err := rowsIn(tx, in, after)
		if err != nil {
			return none, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, rows, func(r homecare.ImportRow) any { return r.Number })
	})
	return homecare.Page[homecare.ImportRow]{Data: p.Items, NextCursor: p.Next}, err
}

func rowsIn(tx pg.Tx, in rowParams, after int) ([]homecare.ImportRow, error) {
	type stored struct {
		homecare.ImportRow
		Found   []issue
		Decided *decision
		Sealed  []byte
	}
	rows, err := pg.Rows[stored](tx, `select number, line, verdict, of_number as of, match, coalesce(patient_id::text, '') as patient_id, coalesce(newborn_id::text, '') as newborn_id,
			issues as found, decision as decided, sealed
		from import_row where import_id = $1 and number > $2 and ($3 = '' or verdict = $3) and ($4 = '' or issues @> jsonb_build_array(jsonb_build_object('class', $4::text)))
		order by number limit $5`, in.ID, after, in.Verdict, in.Class, in.Rows())
	if err != nil {
		return nil, err
	}
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	out := make([]homecare.ImportRow, len(rows))
	for i, r := range rows {
		var c content
		if len(r.Sealed) > 0 { // else it went with a record (package retention)
			plain, err := k.Open(rowPlace(in.ID, r.Number), r.Sealed)
			if err != nil {
				return nil, err
			}
			if err := json.Unmarshal(plain, &c); err != nil {
				return nil, err
			}
		}
		r.Person, r.Newborn, r.Issues = maskedPerson(&c.Person), maskedPerson(c.Newborn), make([]homecare.ImportIssue, len(r.Found))
		for j, f := range r.Found {
			r.Issues[j] = homecare.ImportIssue{Code: string(f.Class), Field: f.Field, Level: string(f.Class.Level()), Message: words(tx, f.Class), PatientID: f.PatientID}
		}
		if d := r.Decided; d != nil {
			r.Decision = &homecare.RowDecision{DecideRow: homecare.DecideRow{Take: d.Take, PatientID: d.PatientID, WithoutNIK: d.WithoutNIK, Reason: d.Reason}, DecidedBy: d.By, DecidedAt: d.At}
		}
		out[i] = r.ImportRow
	}
	return out, nil
}
