package intake

import (
	"context"
	"encoding/json"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type rowParams struct {
	ID string `param:"id" json:"-"`
	// Verdict.
	Verdict call.Many `query:"verdict" json:"-" validate:"omitempty,max=20,dive,list=import_verdict"`
	// Only rows with this finding.
	Class call.Many `query:"class" json:"-" validate:"omitempty,max=20,dive,code" known:"class"`
	page.Request
}

// Rows lists the rows of an import with their findings, numbers masked. Error:
// fault.ErrNotFound.
func (s *Service) Rows(ctx context.Context, in rowParams) (homecare.Page[homecare.ImportRow], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.ImportRow], error) {
		if _, err := pg.Scalar[int](tx, `select 1 from import_file where id = $1`, in.ID); err != nil {
			return homecare.Page[homecare.ImportRow]{}, err
		}
		var w pg.Where
		w.And(`import_id = ` + w.Arg(in.ID))
		w.Given(`verdict = $`, in.Verdict...)
		w.Given(`exists (select from jsonb_array_elements(issues) i where i ->> 'class' = $)`, in.Class...)
		rows, err := importRows.Read(tx, s.sealer, in, selectRows, &w)
		if err != nil {
			return homecare.Page[homecare.ImportRow]{}, err
		}
		return list.MapAll(rows, func(all []storedRow) ([]homecare.ImportRow, error) {
			return openedRows(tx, in.ID, all)
		})
	})
}

var importRows = list.List[storedRow, rowKey]{
	Name: "import-rows", Key: func(r storedRow) rowKey { return rowKey{r.Number} },
}

type rowKey struct {
	Number int `list:"number int"`
}

// storedRow is a row of an import as stored.
type storedRow struct {
	homecare.ImportRow
	Found   []issue
	Decided *decision
	Sealed  []byte
}

const selectRows = `select number, line, verdict, of_number as of, match, coalesce(patient_id::text, '') as patient_id,
	coalesce(newborn_id::text, '') as newborn_id, issues as found, decision as decided, sealed from import_row`

// openedRows unseals rows of an import, numbers masked.
func openedRows(tx pg.Tx, importID string, rows []storedRow) ([]homecare.ImportRow, error) {
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	out := make([]homecare.ImportRow, len(rows))
	for i, r := range rows {
		var c content
		if len(r.Sealed) > 0 { // otherwise it was destroyed with a record (package retention)
			plain, err := k.Open(rowPlace(importID, r.Number), r.Sealed)
			if err != nil {
				return nil, err
			}
			if err := json.Unmarshal(plain, &c); err != nil {
				return nil, err
			}
		}
		r.Person, r.Newborn, r.Issues = maskedPerson(&c.Person), maskedPerson(c.Newborn),
			make([]homecare.ImportIssue, len(r.Found))
		for j, f := range r.Found {
			r.Issues[j] = homecare.ImportIssue{Code: string(f.Class), Field: f.Field, Level: string(f.Class.Level()),
				Message: words(tx, f.Class), PatientID: f.PatientID}
		}
		if d := r.Decided; d != nil {
			r.Decision = &homecare.RowDecision{DecideRow: homecare.DecideRow{Take: d.Take, PatientID: d.PatientID,
				WithoutNIK: d.WithoutNIK, Reason: d.Reason}, DecidedBy: d.By, DecidedAt: d.At}
		}
		out[i] = r.ImportRow
	}
	return out, nil
}
