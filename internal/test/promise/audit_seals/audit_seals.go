//go:build sabotage

// Package audit_seals measures: changes that a superuser makes to the audit
// trail outside the product, with triggers disabled, are located row by row.
package audit_seals

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
	"github.com/balangan/homecare/internal/test/sabotage"
)

// Promise is PRI-3.
var Promise = promise.Promise{ID: "PRI-3",
	Promised: "100 random bytes of the trail changed by a superuser: 100 located; removed and slipped-in rows too; nothing found in a whole trail",
	Measure:  measure, Control: promise.Control{Fault: "no_audit_mac"}}

const changes = 100

func measure(t *testing.T) promise.Result {
	sabotaged := sabotage.On("no_audit_mac")
	w := probe.NewWorld(t)
	if err := w.App.Access.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	sealed, err := w.App.Sealer.Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	whole, rows := verify(t, w)
	c, err := pgx.Connect(t.Context(), w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	if _, err := c.Exec(t.Context(), `set session_replication_role = replica`); err != nil {
		t.Fatal(err)
	}
	targets := pick(t, c)
	want := map[string]string{}
	for i := range changes {
		x := targets[i]
		flip(t, c, x)
		want[x.table+" "+x.id] = audit.Changed
	}
	for i := changes; i < changes+20; i++ {
		x := targets[i]
		exec(t, c, `delete from `+x.table+` where id = $1`, x.id)
		want[x.table+" "+x.id] = audit.Missing
	}
	for range 20 {
		var id string
		if err := c.QueryRow(t.Context(), `insert into audit_event (puskesmas_id, id, at, actor_role, trace_id, action,
			subject_kind, mac)
			select id, gen_random_uuid(), now(), 'system', '', 'case.approve', 'case', sha256('x') from puskesmas
			order by random() limit 1 returning id::text`).Scan(&id); err != nil {
			t.Fatal(err)
		}
		want["audit_event "+id] = "" // changed or added
	}
	findings, _ := verify(t, w)
	located := map[string]int{}
	for _, f := range findings {
		key := f.Table + " " + f.ID
		if what, ok := want[key]; ok && (what == "" || f.What == what) {
			located[what]++
			delete(want, key)
		}
	}
	for key, what := range want {
		if !sabotaged {
			t.Logf("not located: %s %s", key, what)
		}
	}
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d rows, %d sealed last; whole: %d findings; %d of %d changed bytes, %d of 20 removed, %d of 20 slipped-in rows located",
			rows, sealed, len(whole),
			located[audit.Changed], changes, located[audit.Missing], located[""]),
		Kept: len(whole) == 0 && len(want) == 0 && rows >= 300,
	}
}

func verify(t *testing.T, w *probe.World) (out []audit.Finding, rows int) {
	t.Helper()
	chains, err := audit.Chains(t.Context(), w.App.DB, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range chains {
		v, err := w.App.Trail.Verify(t.Context(), w.App.DB, id, w.App.Config.Spool())
		if err != nil {
			t.Fatal(err)
		}
		out, rows = append(out, v.Findings...), rows+v.Rows
	}
	return out, rows
}

// target is one column of one row.
type target struct{ table, id, column, kind string }

// pick chooses rows, each once, and a column of each.
func pick(t *testing.T, c *pgx.Conn) []target {
	t.Helper()
	var out []target
	for table, limit := range map[string]int{"audit_event": 60, "audit_event_district": 5, "access_event": 80} {
		columns := query(t, c, `select column_name::text, udt_name::text from information_schema.columns
			where table_schema = 'public' and table_name = $1 and column_name not in ('puskesmas_id', 'id')`, table)
		for _, r := range query(t, c, `select id::text, '' from `+table+` order by random() limit $1`, limit) {
			x := columns[rand.IntN(len(columns))]
			out = append(out, target{table, r[0], x[0], x[1]})
		}
	}
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	if len(out) < changes+20 {
		t.Fatalf("only %d rows in the trail", len(out))
	}
	return out
}

func query(t *testing.T, c *pgx.Conn, sql string, args ...any) [][2]string {
	t.Helper()
	rows, err := c.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (x [2]string, err error) {
		return x, r.Scan(&x[0], &x[1])
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// flip changes one byte of a value. A NULL gets a value.
func flip(t *testing.T, c *pgx.Conn, x target) {
	t.Helper()
	bit, at := 1<<rand.IntN(8), rand.IntN(1_000_000)
	value := map[string]string{
		"bytea": fmt.Sprintf(
			`case when length($col) > 0 then set_byte($col, %d %% length($col), get_byte($col, %d %% length($col)) # %d)
				else '\x01' end`, at, at, bit),
		"text": fmt.Sprintf(
			`case when $col <> '' then overlay($col placing case when substr($col, 1 + %d %% length($col), 1) = 'q' then
				'z' else 'q' end from 1 + %d %% length($col) for 1) else 'q' end`, at, at),
		"uuid": fmt.Sprintf(
			`case when $col is null then gen_random_uuid() else
				encode(set_byte(uuid_send($col), %d, get_byte(uuid_send($col), %d) # %d), 'hex')::uuid
				end`, at%16, at%16, bit),
		"timestamptz": fmt.Sprintf(`$col + interval '%d microseconds'`, bit),
		"bool":        `not $col`,
		"int2":        fmt.Sprintf(`$col # %d::smallint`, bit),
		"int4":        fmt.Sprintf(`$col # %d`, bit),
	}[x.kind]
	if value == "" {
		t.Fatalf("no way to change a %s", x.kind)
	}
	value = strings.ReplaceAll(value, "$col", x.column)
	exec(t, c, `update `+x.table+` set `+x.column+` = `+value+` where id = $1`, x.id)
}

func exec(t *testing.T, c *pgx.Conn, sql, id string) {
	t.Helper()
	tag, err := c.Exec(t.Context(), sql, id)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if tag.RowsAffected() != 1 {
		t.Fatalf("%s: %d rows", sql, tag.RowsAffected())
	}
}
