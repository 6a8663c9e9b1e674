package schema_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/schema"
)

// same is the one id of every row, so that each foreign key finds its row.
const same = `'00000000-0000-7000-8000-000000000001'::uuid`

// other is the id of a second person, for a merge and a pair of duplicates.
const other = `'00000000-0000-7000-8000-000000000002'::uuid`

// values are SQL expressions for columns whose checks accept no value chosen by
// type.
var values = map[string]string{
	"account.username":               `'siti'`,
	"audit_seal.members":             `decode(repeat('00', 49), 'hex')`,
	"break_glass.reason":             `repeat('x', 20)`,
	"break_glass.expires_at":         `timestamptz '2026-02-01' + interval '1 hour'`,
	"data_subject_request.due_at":    `timestamptz '2026-02-01' + interval '72 hours'`,
	"duplicate_candidate.second_id":  other,
	"person_merge.to_id":             other,
	"document.code":                  `repeat('A', 26)`,
	"education_session.conducted_by": `array[` + same + `]`,
	"evaluation.subject_id":          same,
	"follow_up.owner_account_id":     same,
	"machine_client.scopes":          `array['x']`,
	"monthly_report.month":           `'2026-02'`,
	"programme.code":                 `'kupinang'`,
	"puskesmas.slug":                 `'uren'`,
	"report_template.code":           `'monthly'`,
	"root_key.master_id":             `repeat('0', 16)`,
	"stop.ends_at":                   `timestamptz '2026-02-01' + interval '1 hour'`,
	"stop_member.during":             `tstzrange('2026-02-01', '2026-02-02')`,
	"village.code":                   `'6311010001'`,
	"withheld_permission.permission": `'GET /x'`,
}

// column is a column in the catalogue.
type column struct {
	Name, Type string
	Null       bool
	Checks     string // definitions of the check constraints that name it
	Refers     string // table and column that it points to, "" where it points to none
}

// fill puts one row into a table, with triggers and foreign keys off. The values
// are chosen to pass the checks of the table.
func fill(ctx context.Context, c *pgx.Conn, table, id string) error {
	rows, err := c.Query(ctx, `select a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type,
		not a.attnotnull as null,
			coalesce((select string_agg(pg_get_constraintdef(k.oid), ' ' order by k.oid) from pg_constraint k
				where k.conrelid = a.attrelid and k.contype = 'c' and a.attnum = any (k.conkey)), '') as checks,
			coalesce((select k.confrelid::regclass || '.' || b.attname from pg_constraint k
			join pg_attribute b on b.attrelid = k.confrelid
				and b.attnum = k.confkey[array_position(k.conkey, a.attnum)]
				where k.conrelid = a.attrelid and k.contype = 'f' and a.attnum = any (k.conkey) limit 1), '') as refers
		from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
		and a.attgenerated = '' order by a.attnum`, table)
	if err != nil {
		return err
	}
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByName[column])
	if err != nil {
		return err
	}
	var names, row []string
	for _, col := range columns {
		v, ok := values[table+"."+col.Name]
		if col.Name == "id" && col.Type == "uuid" {
			v, ok = id, true
		}
		if !ok && col.Null {
			continue
		}
		if !ok {
			if v, ok = values[col.Refers]; !ok {
				v = byType(col)
			}
		}
		names, row = append(names, col.Name), append(row, v)
	}
	_, err = c.Exec(ctx, fmt.Sprintf(`insert into %s (%s) values (%s)`, table, strings.Join(names, ", "),
		strings.Join(row, ", ")))
	return err
}

// byType is a value of the column's type; the first of a list that a check names.
func byType(c column) string {
	if _, list, ok := strings.Cut(c.Checks, c.Name+" = ANY (ARRAY["); ok && c.Type == "text" {
		first, _, _ := strings.Cut(list, "::text")
		return first
	}
	switch c.Type {
	case "uuid":
		return same
	case "text":
		return "'x'"
	case "bytea":
		return `decode(repeat('00', 32), 'hex')`
	case "jsonb":
		return "'{}'"
	case "boolean":
		return "false"
	case "date", "timestamp with time zone":
		return "'2026-02-01'"
	case "tstzrange":
		return "tstzrange('2026-02-01', '2026-02-02')"
	case "smallint", "integer", "bigint", "numeric", "double precision", "real":
		return "1"
	}
	if strings.HasSuffix(c.Type, "[]") {
		return "'{}'"
	}
	return "default"
}

func tables(t *testing.T, c *pgx.Conn) []string {
	t.Helper()
	rows, err := c.Query(t.Context(), `select relname::text from pg_class where relkind in ('r', 'p')
		and relnamespace = 'public'::regnamespace
		and relname <> 'schema_version' order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ids are the ids of the rows that a table is given.
func ids(table string) []string {
	if table == "patient" {
		return []string{same, other}
	}
	return []string{same}
}

// fillAll puts a row into every table that has none, and returns how many rows
// each has.
func fillAll(t *testing.T, c *pgx.Conn) map[string]int {
	t.Helper()
	if _, err := c.Exec(t.Context(), `set session_replication_role = replica`); err != nil {
		t.Fatal(err)
	}
	out := counted(t, c)
	for table, n := range out {
		if n > 0 {
			continue
		}
		for _, id := range ids(table) {
			if err := fill(t.Context(), c, table, id); err != nil {
				t.Errorf("%s stays empty: %v", table, err)
				continue
			}
			out[table]++
		}
	}
	if _, err := c.Exec(t.Context(), `reset session_replication_role`); err != nil {
		t.Fatal(err)
	}
	return out
}

// counted are the rows of every table.
func counted(t *testing.T, c *pgx.Conn) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, table := range tables(t, c) {
		var n int
		if err := c.QueryRow(t.Context(), `select count(*) from `+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		out[table] = n
	}
	return out
}

// loses are the tables whose rows a migration's way down removes on purpose, with
// the reason. Rows of tables that the migration created are not listed.
var loses = map[int64]map[string]string{}

// TestDownAndUpWithRows takes the newest schema down one migration at a time with
// a row in every table, and takes each migration up and down once more.
func TestDownAndUpWithRows(t *testing.T) {
	t.Parallel()
	db, c := migrated(t)
	versions, err := schema.Versions()
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range slices.Backward(versions) {
		below := int64(0)
		if i > 0 {
			below = versions[i-1]
		}
		before := fillAll(t, c)
		if err := schema.Go(t.Context(), db.Owner(), below); err != nil {
			t.Fatalf("migration %d down: %v", v, err)
		}
		left := counted(t, c)
		for table, n := range before {
			if m, there := left[table]; there && m < n && loses[v][table] == "" {
				t.Errorf("migration %d down: %s has %d rows of %d", v, table, m, n)
			}
		}
		if below == 0 {
			if len(left) > 0 {
				t.Errorf("tables are left after the way down: %v", left)
			}
			break
		}
		if err := schema.Go(t.Context(), db.Owner(), v); err != nil {
			t.Fatalf("migration %d up again: %v", v, err)
		}
		again := counted(t, c)
		for table, n := range left {
			if again[table] < n {
				t.Errorf("migration %d up again: %s has %d rows of %d", v, table, again[table], n)
			}
		}
		if err := schema.Go(t.Context(), db.Owner(), below); err != nil {
			t.Fatalf("migration %d down again: %v", v, err)
		}
	}
	if n, err := schema.Migrate(t.Context(), db.Owner()); err != nil || n != len(versions) {
		t.Fatalf("up again: %d, %v", n, err)
	}
}

// TestDataIsMovedUnderTheWall: the owner is under row-level security too, so a
// migration that changes rows of a tenant's table lifts it for that statement;
// otherwise it silently changes nothing. Migrations from before the first
// release with rows are exempt.
func TestDataIsMovedUnderTheWall(t *testing.T) {
	t.Parallel()
	_, c := migrated(t)
	held, err := schema.TenantTables(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(texts) == 0 {
		t.Fatal(err)
	}
	for _, name := range texts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range unmoved(string(text), held) {
			if filepath.Base(name) > "00019" {
				t.Errorf("%s: %s", name, m)
			}
		}
	}
	if len(unmoved("update visit set version = 1;\n", held)) == 0 {
		t.Error("a migration that moves nothing is not noticed")
	}
}

var (
	moves = regexp.MustCompile(`(?m)^(?:update|delete from) (\w+)`)
	body  = regexp.MustCompile(`(?s)\$\$.*?\$\$`)
)

// unmoved are the statements of a migration that change rows of a tenant's table
// under row-level security.
func unmoved(text string, held []string) []string {
	var out []string
	for _, part := range strings.Split(body.ReplaceAllString(text, ""), "-- +goose Down") {
		for _, at := range moves.FindAllStringSubmatchIndex(part, -1) {
			table := part[at[2]:at[3]]
			before := part[:at[0]]
			lifted := strings.LastIndex(before, "alter table "+table+" no force row level security")
			raised := strings.LastIndex(before, "alter table "+table+" force row level security")
			if slices.Contains(held, table) && lifted <= raised {
				line, _, _ := strings.Cut(part[at[0]:], "\n")
				out = append(out, line)
			}
		}
	}
	return out
}
