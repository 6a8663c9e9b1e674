//go:build sabotage

// Package subject_copy measures: the copy that a person may request is complete, and
// the persons accessed with a stolen credential are known exactly; both in time.
package subject_copy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
	"github.com/balangan/homecare/internal/test/sabotage"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is PRI-5.
var Promise = promise.Promise{ID: "PRI-5",
	Promised: fmt.Sprintf(
		"a person's copy: 0 tables, rows or texts missing, <= 10 s at %d visits; whom a stolen credential touched: exact, <= 10 s over %d access rows",
		visits, rows),
	Measure: measure, Control: promise.Control{Fault: "export_incomplete"}}

const (
	visits = 200
	rows   = 200_000
	within = 10 * time.Second
)

func measure(t *testing.T) promise.Result {
	w := probe.NewWorld(t)
	c, err := pgx.Connect(t.Context(), w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	missing, parts, texts, took := export(t, w, c)
	measured := fmt.Sprintf("copy: %d missing of %d rows and %d texts, %s", missing, parts, texts,
		took.Round(time.Millisecond))
	kept := missing == 0 && took <= within && parts > 2*visits && texts > visits
	if sabotage.On("export_incomplete") {
		return promise.Result{Measured: measured, Kept: missing == 0}
	}
	wrong, touched, slow := stolen(t, w, c)
	return promise.Result{Measured: fmt.Sprintf("%s; credential: %d wrong of %d persons, %s", measured, wrong, touched,
		slow.Round(time.Millisecond)),
		Kept: kept && wrong == 0 && touched > 100 && slow <= within}
}

func ask[T any](t *testing.T, c *pgx.Conn, sql string, args ...any) []T {
	t.Helper()
	r, err := c.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(r, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func execute(t *testing.T, c *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := c.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%.80s: %v", sql, err)
	}
}

// export requests the copy of the person with the largest record, to which 200
// visits with vital signs are added, and compares it with the tables: how many
// of the rows and texts are missing.
func export(t *testing.T, w *probe.World, c *pgx.Conn) (missing, parts, texts int, took time.Duration) {
	t.Helper()
	who := ask[string](t, c, `select v.patient_id::text from visit v join puskesmas p on p.id = v.puskesmas_id
		join visit_vital x on x.visit_id = v.id where p.slug = $1 group by 1 order by count(*) desc
		limit 1`, probe.Own)[0]
	ctx := t.Context()
	petugas, koordinator := w.Client(t, "petugas1.uren"), w.Client(t, "koordinator.uren")
	if _, err := petugas.GiveConsent(ctx, who, homecare.NewConsent{Kind: "photo", GivenBy: "Keluarga pasien",
		Relation: "child", GivenOn: "2026-01-02"}); err != nil {
		t.Fatal(err)
	}
	execute(t, c, `insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state,
		planned_for, anamnesis, created_by)
		select v.puskesmas_id, gen_random_uuid(), v.stop_id, v.case_id, v.patient_id, v.programme_code, 'planned',
		now() + n * interval '1 day', jsonb_build_object('chief_complaint', 'Keluhan ke ' || n || ' xkanarieks'),
		v.created_by
		from (select * from visit where patient_id = $1 limit 1) v, generate_series(1, $2::int) n`, who, visits)
	execute(t, c, `insert into visit_vital (puskesmas_id, visit_id, n, code, value, unit, level, taken_at)
		select puskesmas_id, id, 0, 'systolic', 120, 'mm[Hg]', 'normal', now()
		from visit where patient_id = $1 and anamnesis ->> 'chief_complaint' like '%xkanarieks'`, who)
	r, err := koordinator.RequestAboutData(ctx, homecare.NewDataSubjectRequest{PatientID: who, Kind: "access",
		ReceivedAt: time.Now(), Channel: "letter", Note: "Surat keluarga pasien"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Access.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	e, err := koordinator.ExportPerson(ctx, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	took = time.Since(start)
	got := map[string]int{}
	for _, table := range e.Tables {
		got[table.Name] = len(table.Rows)
	}
	raw, _ := json.Marshal(e)
	copied := string(raw)
	miss := func(format string, args ...any) {
		missing++
		if missing <= 10 {
			t.Logf(format, args...)
		}
	}
	for _, table := range ask[string](t, c, patient.Reaching) {
		if _, nothing := patient.NotHeld[table]; nothing {
			continue
		}
		if _, ok := got[table]; !ok {
			miss("table %s is not in the copy", table)
		}
		where := whose(t, c, table)
		if where == "" {
			continue
		}
		n := ask[int](t, c, `select count(*)::int from `+table+` t where `+where, who)[0]
		parts += n
		// Rows written by the request itself come after the copy.
		if n != got[table] && table != "access_person" && table != "access_event" {
			miss("%s: %d of %d rows", table, got[table], n)
		}
		if table == "access_person" && got[table] == 0 {
			miss("nobody saw them")
		}
		// Every text that somebody wrote is in the copy.
		for _, text := range ask[string](t, c, `select distinct x #>> '{}' from `+table+` t,
			lateral jsonb_path_query(to_jsonb(t), 'strict $.** ? (@.type() == "string")') x
			where (`+where+`) and x #>> '{}' ilike '%xkanari%'`, who) {
			texts++
			quoted, _ := json.Marshal(text)
			if !strings.Contains(copied, strings.Trim(string(quoted), `"`)) {
				miss("%s: %q", table, text)
			}
		}
	}
	// Sealed values are opened.
	for table, n := range got {
		if n > 0 && slices.Contains([]string{"document", "case_ending", "import_row"}, table) {
			for _, one := range e.Tables {
				if one.Name == table && one.Rows[0]["content"] == nil {
					miss("%s is not opened", table)
				}
			}
		}
	}
	if e.Person.Name == "" || !strings.Contains(strings.ToLower(copied), probe.Canary(probe.Own)) {
		miss("the person")
	}
	return missing, parts, texts, took
}

// whose returns, from a table's columns alone, which of its rows are the
// person's; "" where no column does.
func whose(t *testing.T, c *pgx.Conn, table string) string {
	t.Helper()
	columns := ask[string](t, c, `select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0
		and not attisdropped`, table)
	has := func(name string) bool { return slices.Contains(columns, name) }
	switch {
	case table == "patient":
		return `t.id = $1::uuid`
	case has("newborn_id"):
		return `(t.patient_id = $1::uuid or t.newborn_id = $1::uuid)`
	case has("patient_id"):
		return `t.patient_id = $1::uuid`
	case has("visit_id") && has("case_id"):
		return `(t.case_id in (select id from care_case where patient_id = $1::uuid)
			or t.visit_id in (select id from visit where patient_id = $1::uuid))`
	case has("case_id") && !has("subject_id"):
		return `t.case_id in (select id from care_case where patient_id = $1::uuid)`
	case has("visit_id"):
		return `t.visit_id in (select id from visit where patient_id = $1::uuid)`
	case has("case_id"):
		return `(t.case_id in (select id from care_case where patient_id = $1::uuid) or t.subject_id = $1::uuid)`
	}
	return ""
}

// stolen seeds a large access log and asks for the persons accessed by one
// account in a period. wrong counts missing and surplus persons.
func stolen(t *testing.T, w *probe.World, c *pgx.Conn) (wrong, touched int, took time.Duration) {
	t.Helper()
	ctx := t.Context()
	who := ask[string](t, c, `select id::text from account where username = 'petugas2.uren'`)[0]
	execute(t, c, `create temp table seeded as select p.puskesmas_id, gen_random_uuid() as id
		from (select p.puskesmas_id from patient p join puskesmas s on s.id = p.puskesmas_id where s.slug = $1 limit 1)
		p, generate_series(1, 2000)`, probe.Own)
	execute(t, c, `insert into patient (puskesmas_id, id, name, sex, key_wrapped, identity_sealed) select puskesmas_id,
		id, 'Orang Uji', 'unknown', '\x00', '\x00' from seeded`)
	execute(t, c, `create temp table events as select (select puskesmas_id from seeded limit 1) as puskesmas_id,
		gen_random_uuid() as id, now() - n * interval '5 seconds' as at,
		case when n % 20 = 0 then $1::uuid else ('00000000-0000-7000-8000-0000000000' || lpad((n % 20)::text, 2,
		'0'))::uuid end as account_id, n from generate_series(1, $2::int) n`, who, rows)
	execute(t, c, `insert into access_event (puskesmas_id, id, at, account_id, role, trace_id, permission, persons, mac)
		select puskesmas_id, id, at, account_id, 'petugas', 'seed', 'GET /v1/patients/{id}', 1, '\x00' from events`)
	execute(t, c, `insert into access_person (puskesmas_id, patient_id, at, access_id) select e.puskesmas_id, s.id,
		e.at, e.id from events e
		join (select puskesmas_id, id, row_number() over () - 1 as k from seeded) s on s.k = case when e.n % 20 = 0 then
		(e.n / 20) % 1500 else e.n % 2000 end`)
	// The account changed records of some persons without being shown them.
	execute(t, c, `insert into audit_event (puskesmas_id, id, at, recorded_at, actor_id, actor_role, trace_id, action,
		subject_kind, subject_id, mac)
		select puskesmas_id, gen_random_uuid(), now(), now() - interval '30 hours', $1, 'petugas', 'seed',
		'patient.change', 'patient', id, '\x00' from (select *, row_number() over () - 1 as k from seeded) s
		where k >= 1900`, who)
	execute(t, c, `analyze access_event`)
	execute(t, c, `analyze access_person`)
	from, to := time.Now().Add(-200*time.Hour), time.Now().Add(-2*time.Hour)
	kepala := w.Client(t, "kepala.uren")
	b, err := kepala.ReportBreach(ctx, homecare.NewBreach{FoundAt: time.Now(), What: "Perangkat hilang", AccountID: who,
		From: from, To: to})
	if err != nil {
		t.Fatal(err)
	}
	want := ask[string](t, c, `select distinct p.patient_id::text from access_person p
		join access_event e on e.id = p.access_id where e.account_id = $1 and e.at between $2 and $3
		union select subject_id::text from audit_event where trace_id = 'seed' and actor_id = $1
		and subject_kind = 'patient'`, who, from, to)
	start := time.Now()
	var got []string
	for q := (url.Values{"limit": {"500"}}); ; {
		l, err := kepala.BreachPersons(ctx, b.ID, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range l.Data {
			got = append(got, p.PatientID)
		}
		if l.NextCursor == "" {
			break
		}
		q.Set("cursor", l.NextCursor)
	}
	took = time.Since(start)
	slices.Sort(want)
	slices.Sort(got)
	for _, id := range want {
		if _, ok := slices.BinarySearch(got, id); !ok {
			wrong++
		}
	}
	return wrong + max(0, len(got)-len(want)), len(got), took
}
