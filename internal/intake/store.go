package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/balangan/homecare/internal/intake/source"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

func insertImport(tx pg.Tx, k crypt.Tenant, in homecare.NewImport, f *source.File, asOf time.Time, hash []byte) error {
	format := homecare.ImportFormat{Kind: f.Format, Encoding: f.Encoding, Delimiter: f.Delimiter, Sheet: f.Sheet, HeaderRow: f.HeaderRow, Columns: make([]homecare.ImportColumn, len(f.Columns))}
	for i, c := range f.Columns {
		format.Columns[i] = homecare.ImportColumn{Header: c.Header, Field: c.Field}
	}
	p := tx.Principal()
	_, err := tx.Exec(`insert into import_file (puskesmas_id, id, source, data_source, name_sealed, file_hash, as_of, state, format, counts, classes, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, 'previewed', $8, '{}', '[]', $9, $10)`,
		p.PuskesmasID, in.ID, in.Source, in.DataSource, k.Seal("import-name/"+in.ID, []byte(in.FileName)), hash, asOf, format, tx.Now(), p.UserID)
	return err
}

// storedImport is an import as stored.
type storedImport struct {
	homecare.Import
	NameSealed  []byte
	ClassCounts []classCount
}

const importColumns = `id, source, data_source, state, as_of, format, counts, created_at, created_by, closed_at, version, name_sealed, classes as class_counts`

func importsIn(tx pg.Tx, where string, args ...any) ([]homecare.Import, error) {
	rows, err := pg.Rows[storedImport](tx, `select `+importColumns+` from import_file `+where, args...)
	if err != nil {
		return nil, err
	}
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	out := make([]homecare.Import, len(rows))
	for i, r := range rows {
		name := []byte{}
		if len(r.NameSealed) > 0 { // else it went with a record (package retention)
			if name, err = k.Open("import-name/"+r.ID, r.NameSealed); err != nil {
				return nil, err
			}
		}
		r.FileName, r.Classes = string(name), make([]homecare.ImportClass, len(r.ClassCounts))
		for j, c := range r.ClassCounts {
			r.Classes[j] = homecare.ImportClass{Code: string(c.Class), Level: string(c.Class.Level()), Message: words(tx, c.Class), Count: c.Count}
		}
		out[i] = r.Import
	}
	return out, nil
}

func words(tx pg.Tx, c source.Class) string {
	id, en := c.Text()
	return fault.Text{ID: id, EN: en}.In(tx.Call().Language, nil)
}

// importIn returns one import. Error: fault.ErrNotFound.
func importIn(tx pg.Tx, id string) (homecare.Import, error) {
	list, err := importsIn(tx, `where id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return homecare.Import{}, err
	}
	return list[0], nil
}

// Get returns one import. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Import, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Import, error) { return importIn(tx, in.ID) })
}

type listParams struct {
	State string `query:"state" json:"-" validate:"omitempty,oneof=previewed committed discarded"`
	page.Request
}

type timeKey struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

var last = timeKey{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}

// List returns the imports, newest first.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Import], error) {
	list := "imports?" + in.State
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Import], error) {
		k := last
		if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
			return page.Page[homecare.Import]{}, err
		}
		rows, err := importsIn(tx, `where (created_at, id) < ($1, $2) and ($3 = '' or state = $3) order by created_at desc, id desc limit $4`, k.At, k.ID, in.State, in.Rows())
		if err != nil {
			return page.Page[homecare.Import]{}, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, rows, func(i homecare.Import) any { return timeKey{i.CreatedAt, i.ID} })
	})
	return homecare.Page[homecare.Import]{Data: p.Items, NextCursor: p.Next}, err
}

type rowParams struct {
	ID      string `param:"id" json:"-"`
	Verdict string `query:"verdict" json:"-" validate:"omitempty,oneof=accepted rejected duplicate conflict to_decide"`
	Class   string `query:"class" json:"-" validate:"omitempty,code"`
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
