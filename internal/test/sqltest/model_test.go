package sqltest_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"

	"github.com/balangan/homecare/internal/test/sqltest"
)

// absent are the columns of a GORM table that no field writes, with the reason.
// pg.Update raises version, so it is not listed.
var absent = map[string]struct{ columns, why string }{
	"account": {"password_changed_at totp_sealed totp_offered totp_step disabled_at created_at machine",
		"package signin writes them, or SQL that computes; the database's clock"},
	"attachment": {"shredded_at destroyed_at", "package retention, as another role"},
	"breach":     {"persons", "counted by SQL"},
	"machine_client": {"created_at revoked_at revoked_reason",
		"the database's clock, with which tokens are compared"},
	"membership":        {"created_at ended_at", "the database's clock; greatest(…) in SQL"},
	"education_session": {},
}

// models are the row types of the product.
func models(t *testing.T) []sqltest.Model {
	t.Helper()
	found, err := product()
	if err != nil {
		t.Fatal(err)
	}
	all := sqltest.Models(found.statements)
	if len(all) < 8 {
		t.Errorf("only %d row types are found: the collection looks in the wrong place", len(all))
	}
	return all
}

// ofDatabase are the columns that the database writes.
var ofDatabase = []string{"version", "changed_at", "changed_by"}

// TestEveryColumnIsInItsRow: a new column of a table is written, or listed
// above.
func TestEveryColumnIsInItsRow(t *testing.T) {
	t.Parallel()
	owner := connections(t)["owner"]
	for _, m := range models(t) {
		has, err := m.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range columnsOf(t, owner, m.Table) {
			listed := slices.Contains(strings.Fields(absent[m.Table].columns), c.Name)
			switch in := slices.Contains(has, c.Name); {
			case in && listed:
				t.Errorf("%s has a field for %s: it must not be listed", m.Name, c.Name)
			case !in && !listed && !slices.Contains(ofDatabase, c.Name):
				t.Errorf("%s has no field for the column %s of %s", m.Name, c.Name, m.Table)
			}
		}
	}
}

type column struct{ Name, Type string }

func columnsOf(t *testing.T, c *pgx.Conn, table string) []column {
	t.Helper()
	rows, err := c.Query(t.Context(), `select attname::text as name, format_type(atttypid, atttypmod) as type
		from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped`, table)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[column])
	if err != nil || len(all) == 0 {
		t.Fatalf("%s has %d columns, %v", table, len(all), err)
	}
	return all
}

// TestEveryRowComesBack inserts a row of each type with a value in every field, and
// reads it again. The tables are copies without checks and references.
func TestEveryRowComesBack(t *testing.T) {
	t.Parallel()
	roles := connections(t)
	copies := copied(t, roles["owner"])
	for _, m := range models(t) {
		if err := comesBack(t.Context(), copies, m, columnsOf(t, roles["owner"], m.Table)); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}

// copied is the owner's connection to a separate schema, into which tables are
// copied.
func copied(t *testing.T, owner *pgx.Conn) *sql.DB {
	t.Helper()
	if _, err := owner.Exec(t.Context(), `create schema copies`); err != nil {
		t.Fatal(err)
	}
	config := owner.Config().Copy()
	config.RuntimeParams["search_path"] = "copies"
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func comesBack(ctx context.Context, copies *sql.DB, m sqltest.Model, columns []column) error {
	if _, err := copies.ExecContext(ctx, `drop table if exists `+m.Table+`;
		create table `+m.Table+` (like public.`+m.Table+` including defaults)`); err != nil {
		return err
	}
	want, err := inserted(ctx, copies, m, columns)
	if err != nil {
		return err
	}
	var text []byte
	if err := copies.QueryRowContext(ctx, `select to_jsonb(r) from `+m.Table+` r`).Scan(&text); err != nil {
		return err
	}
	got := map[string]any{}
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	for name, v := range want {
		if read, err := time.Parse(time.RFC3339Nano, fmt.Sprint(got[name])); err == nil {
			got[name] = read.UTC().Format(time.RFC3339Nano)
		}
		if !reflect.DeepEqual(got[name], v) {
			err = errors.Join(err, fmt.Errorf("%s is %v, want %v", name, got[name], v))
		}
	}
	return err
}

// inserted inserts a row by GORM, and returns its values as JSON has them, by column.
func inserted(ctx context.Context, db *sql.DB, m sqltest.Model, columns []column) (map[string]any, error) {
	g, err := m.Gorm(gorm.Session{Context: ctx})
	if err != nil {
		return nil, err
	}
	row := m.New()
	if err := g.Statement.Parse(row); err != nil {
		return nil, err
	}
	want := map[string]any{}
	for i, f := range g.Statement.Schema.Fields {
		v := reflect.ValueOf(row).Elem().FieldByIndex(f.StructField.Index)
		sqltest.Fill(v, i+1)
		if at := slices.IndexFunc(columns, func(c column) bool { return c.Name == f.DBName }); at >= 0 {
			fit(v, columns[at].Type)
		}
		text, err := json.Marshal(v.Interface())
		if b, ok := v.Interface().([]byte); ok {
			text, err = json.Marshal(`\x` + hex.EncodeToString(b))
		}
		var of any
		if err := errors.Join(err, json.Unmarshal(text, &of)); err != nil {
			return nil, err
		}
		want[f.DBName] = of
	}
	g.Statement.ConnPool = db
	return want, g.Create(row).Error
}

// fit makes a value of the column's type from the text in a field.
func fit(v reflect.Value, of string) {
	switch {
	case v.Kind() == reflect.Pointer:
		fit(v.Elem(), of)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String:
		for i := range v.Len() {
			fit(v.Index(i), strings.TrimSuffix(of, "[]"))
		}
	case v.Kind() == reflect.String && of == "uuid":
		v.SetString(uuid.NewString())
	case v.Kind() == reflect.String && of == "date":
		v.SetString("2026-03-1" + v.String()[len(v.String())-1:])
	}
}

// TestRowsThatDoNotFitAreFound: a column that does not exist, one of another type, a
// right that a role does not have, and a column that no field writes.
func TestRowsThatDoNotFitAreFound(t *testing.T) {
	t.Parallel()
	roles := connections(t)
	copies := copied(t, roles["owner"])
	hold := func(name, id string, t reflect.Type) sqltest.Model {
		text := reflect.TypeFor[string]()
		return sqltest.Model{Name: "a hold", Table: "legal_hold", Type: reflect.StructOf([]reflect.StructField{
			{Name: "PuskesmasID", Type: t}, {Name: id, Type: text}, {Name: "PatientID", Type: text},
			{Name: name, Type: text}, {Name: "PlacedAt", Type: reflect.TypeFor[time.Time]()},
			{Name: "PlacedBy", Type: text},
		})}
	}
	number := reflect.TypeFor[int16]()
	wrong := func(m sqltest.Model, as string) error {
		text, err := m.Insert(nil)
		for _, r := range refusals(t.Context(), roles, sqltest.Statement{SQL: text, Roles: []string{as}}) {
			err = errors.Join(err, errors.New(r))
		}
		return errors.Join(err, comesBack(t.Context(), copies, m, columnsOf(t, roles["owner"], m.Table)))
	}
	if err := wrong(hold("Reason", "ID", number), "app"); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"a misspelt column":         wrong(hold("Raeson", "ID", number), "app"),
		"a column of another table": wrong(hold("Reason", "CaseID", number), "app"),
		"a text for a number":       wrong(hold("Reason", "ID", reflect.TypeFor[string]()), "app"),
		"a role without the right":  wrong(hold("Reason", "ID", number), "report"),
	} {
		if err == nil {
			t.Errorf("%s is not found", what)
		}
	}
	if _, err := hold("Reason", "ID", number).Updates([]string{"raeson"}); err == nil {
		t.Error("a misspelt column is set")
	}
}
