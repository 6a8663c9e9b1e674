package intake

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

type idParams struct {
	ID string `param:"id" json:"-"`
}

// lock returns an open import at the version in If-Match.
func lock(tx pg.Tx, id string) (homecare.Import, error) {
	i, err := lockAny(tx, id)
	if err != nil {
		return i, err
	}
	if i.State != "previewed" {
		return i, fault.State(i.State)
	}
	return i, nil
}

func closeImport(tx pg.Tx, id, state string, counts homecare.ImportCounts) (homecare.Import, error) {
	if _, err := tx.Exec(`update import_file set state = $2, counts = $3, closed_at = $4, closed_by = $5,
		version = version + 1 where id = $1`,
		id, state, counts, tx.Now(), tx.Principal().UserID); err != nil {
		return homecare.Import{}, err
	}
	return importIn(tx, id)
}

// Get returns one import. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Import, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Import, error) { return importIn(tx, in.ID) })
}

// importIn returns one import. Error: fault.ErrNotFound.
func importIn(tx pg.Tx, id string) (homecare.Import, error) {
	row, err := pg.Row[storedImport](tx, selectImports+` where id = $1`, id)
	if err != nil {
		return homecare.Import{}, err
	}
	out, err := opened(tx, []storedImport{row})
	if err != nil {
		return homecare.Import{}, err
	}
	return out[0], nil
}

// opened unseals imports and adds texts to their findings.
func opened(tx pg.Tx, rows []storedImport) ([]homecare.Import, error) {
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	out := make([]homecare.Import, len(rows))
	for i, r := range rows {
		name := []byte{}
		if len(r.NameSealed) > 0 { // otherwise it was destroyed with a record (package retention)
			if name, err = k.Open("import-name/"+r.ID, r.NameSealed); err != nil {
				return nil, err
			}
		}
		r.FileName, r.Classes = string(name), make([]homecare.ImportClass, len(r.ClassCounts))
		for j, c := range r.ClassCounts {
			r.Classes[j] = homecare.ImportClass{Code: string(c.Class), Level: string(c.Class.Level()),
				Message: words(tx, c.Class), Count: c.Count}
		}
		out[i] = r.Import
	}
	return out, nil
}

const selectImports = `select id, source, data_source, state, as_of, format, counts, created_at, created_by, closed_at,
	changed_at as updated_at, version, name_sealed, classes as class_counts from import_file`

// storedImport is an import as stored.
type storedImport struct {
	homecare.Import
	NameSealed  []byte
	ClassCounts []classCount
}

func words(tx pg.Tx, c source.Class) string {
	id, en := c.Text()
	return fault.Text{ID: id, EN: en}.In(tx.Call().Language, nil)
}

func insertImport(tx pg.Tx, k crypt.Tenant, in homecare.NewImport, f *source.File, asOf time.Time, hash []byte) error {
	format := homecare.ImportFormat{Kind: f.Format, Encoding: f.Encoding, Delimiter: f.Delimiter, Sheet: f.Sheet,
		HeaderRow: f.HeaderRow, Columns: make([]homecare.ImportColumn, len(f.Columns))}
	for i, c := range f.Columns {
		format.Columns[i] = homecare.ImportColumn{Header: c.Header, Field: c.Field}
	}
	p := tx.Principal()
	_, err := tx.Exec(`insert into import_file (puskesmas_id, id, source, data_source, name_sealed, file_hash, as_of,
		state, format, counts, classes, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, 'previewed', $8, '{}', '[]', $9, $10)`,
		p.PuskesmasID, in.ID, in.Source, in.DataSource, k.Seal("import-name/"+in.ID, []byte(in.FileName)), hash, asOf,
		format, tx.Now(), p.UserID)
	return err
}
