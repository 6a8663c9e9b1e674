//go:build sabotage

package probe

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/walk"
)

// The two puskesmas of a world.
const (
	Own     = "uren"
	Foreign = "tanah-habang"
)

// Canary is the mark on everything that a puskesmas wrote. Search for it
// without regard to case.
func Canary(puskesmas string) string { return "xkanari" + strings.ReplaceAll(puskesmas, "-", "") }

// NoTenancy lets the application role see the rows of every tenant: the fault of
// the controls. It commits after each table, because all locks at once are a
// deadlock with the jobs that still run.
const NoTenancy = `do $$ declare r record; begin
	for r in select tablename from pg_policies where policyname = 'tenant_rows' loop
		execute format('alter policy tenant_rows on %I using (true)', r.tablename);
		commit;
	end loop; end $$`

// World is a product after a month in two puskesmas, with the writer's canary
// in every text: names, addresses, reasons, notes, captions, letters, file
// names, reports.
type World struct {
	*Prober
	Operations []Operation
	Tally      *apitest.Tally

	mu       sync.Mutex
	positive map[string]int // 2xx answers by operation
}

// NewWorld runs the month.
func NewWorld(t *testing.T, options ...apitest.Option) *World {
	t.Helper()
	w := &World{Tally: &apitest.Tally{}, positive: map[string]int{}}
	s := apitest.New(t, append(options, apitest.CountIn(w.Tally))...)
	w.Prober = NewProber(s)
	w.Operations = Operations(t, s.App.Routes())
	if err := s.App.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.App.Jobs.Stop(context.Background()) })
	var out bytes.Buffer
	if err := walk.Run(t.Context(), walk.Options{Base: s.URL, Password: apitest.Password, Out: &out, HTTP: w.Marking(t),
		Code: staff.DemoCode}); err != nil {
		t.Fatalf("the walk: %v\n%s", err, out.String())
	}
	// The walk's people are too different to be duplicates.
	s.Database.Exec(t, `with p as (select puskesmas_id, id, row_number() over (partition by puskesmas_id
		order by id desc) as n from patient)
		insert into duplicate_candidate (puskesmas_id, id, first_id, second_id, kind, score, created_at)
		select a.puskesmas_id, gen_random_uuid(), least(a.id, b.id), greatest(a.id, b.id), 'name_typo', 80, now()
		from p a join p b using (puskesmas_id) where (a.n, b.n) in ((1, 2), (2, 3))`)
	return w
}

// Marking is a client that writes the caller's canary into its requests and
// notes which operations succeeded.
func (w *World) Marking(t testing.TB) *http.Client {
	return &http.Client{Transport: &marker{w, w.Server.HTTP(t).Transport}}
}

type marker struct {
	w    *World
	next http.RoundTripper
}

var givenNames = regexp.MustCompile(`(?i)\b(Aminah|Jumberi|Rusmini|Bahran|Masitah|Hamdani|Noor|Fahriah|Tanpa) `)

// RoundTrip implements http.RoundTripper.
func (m *marker) RoundTrip(req *http.Request) (*http.Response, error) {
	if canary := canaryOf(req); canary != "" && req.Body != nil && req.Method != http.MethodGet &&
		!strings.HasPrefix(req.URL.Path, "/v1/auth") {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		b = mark(req.Header.Get("Content-Type"), b, canary)
		req = req.Clone(req.Context())
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	}
	res, err := m.next.RoundTrip(req)
	if err == nil && res.StatusCode < 300 {
		m.w.Succeeded(req.Method, req.URL.Path)
	}
	return res, err
}

// canaryOf reads the puskesmas from the token; "" for Dinkes and nobody.
func canaryOf(req *http.Request) string {
	parts := strings.Split(req.Header.Get("Authorization"), ".")
	if len(parts) != 3 {
		return ""
	}
	var claims struct{ Puskesmas string }
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(b, &claims) != nil || claims.Puskesmas == "" {
		return ""
	}
	return Canary(claims.Puskesmas)
}

func mark(contentType string, b []byte, canary string) []byte {
	switch {
	case strings.HasPrefix(contentType, "application/json"):
		var v any
		if json.Unmarshal(b, &v) != nil {
			return b
		}
		out, err := json.Marshal(markText(v, canary))
		if err != nil {
			return b
		}
		return out
	case strings.HasPrefix(contentType, "multipart/"):
		b = givenNames.ReplaceAll(b, []byte(canary+" $1 "))
		for _, text := range []string{"Jl. Usaha Tani", "Pengukuran tekanan darah", "Salinan bertanda tangan"} {
			b = bytes.ReplaceAll(b, []byte(text), []byte(text+" "+canary))
		}
		return bytes.ReplaceAll(b, []byte(`.csv"`), []byte(canary+`.csv"`))
	}
	return b
}

// markText marks every text that is not a code, which is a text with a space. A
// marked text is not marked again, so a name that was read is sent unchanged.
func markText(v any, canary string) any {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, " ") && !strings.Contains(v, canary) {
			return v + " " + canary
		}
	case map[string]any:
		for k, x := range v {
			v[k] = markText(x, canary)
		}
	case []any:
		for i, x := range v {
			v[i] = markText(x, canary)
		}
	}
	return v
}

// Succeeded notes a 2xx.
func (w *World) Succeeded(method, path string) {
	for _, o := range w.Operations {
		if o.Route.Method == method && fits(o.Route.Path, path) {
			w.mu.Lock()
			w.positive[o.ID]++
			w.mu.Unlock()
		}
	}
}

// Positive is the number of 2xx answers of the operation.
func (w *World) Positive(operation string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.positive[operation]
}

func fits(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	return slices.EqualFunc(a, b, func(x, y string) bool { return x == y || strings.HasPrefix(x, ":") })
}

// tables of the nouns in paths.
var tables = map[string]string{
	"patients": "patient", "households": "household", "cases": "care_case", "visits": "visit",
	"follow-ups": "follow_up", "alerts": "alert",
	"documents": "document", "attachments": "attachment", "reports": "monthly_report", "evaluations": "evaluation",
	"imports":    "import_file",
	"duplicates": "duplicate_candidate", "teams": "team", "parked": "parked_act", "memberships": "membership",
	"clients":     "machine_client",
	"break-glass": "break_glass", "breaches": "breach", "data-subject-requests": "data_subject_request",
}

// Record is one row of a noun.
type Record struct {
	ID      string
	Version int64
}

// Records are up to n rows of a noun of a puskesmas, read outside the product.
func (w *World) Records(t testing.TB, noun, puskesmas string, n int) []Record {
	t.Helper()
	if noun == "sessions" {
		return query[Record](t, w, `select s.id::text, 1::bigint as version from session s
			join membership m on m.id = s.membership_id join puskesmas p on p.id = m.puskesmas_id
			where p.slug = $1 and s.ended_at is null order by s.id desc limit $2`, puskesmas, n)
	}
	// Accounts are global. A puskesmas has those that it employs.
	if noun == "users" {
		return query[Record](t, w, `select a.id::text, a.version from account a join membership m on m.account_id = a.id
			join puskesmas p on p.id = m.puskesmas_id
			where p.slug = $1 and m.ended_at is null order by a.username desc limit $2`, puskesmas, n)
	}
	table := tables[noun]
	if table == "" {
		t.Fatalf("no table known for %q", noun)
	}
	return query[Record](t, w, `select r.id::text, r.version from `+table+` r join puskesmas p on p.id = r.puskesmas_id
		where p.slug = $1 order by r.id limit $2`, puskesmas, n)
}

// Secrets are all ids in the rows of a puskesmas that occur in no other
// puskesmas and are not reference data.
func (w *World) Secrets(t testing.TB, puskesmas string) map[string]bool {
	t.Helper()
	type column struct{ Table, Name string }
	columns := query[column](t, w, `select c.table_name::text as "table", c.column_name::text as name
		from information_schema.columns c
		join information_schema.columns p on p.table_schema = 'public' and p.table_name = c.table_name
		and p.column_name = 'puskesmas_id'
		where c.table_schema = 'public' and c.data_type = 'uuid'`)
	out := map[string]bool{}
	type row struct {
		ID   string
		Mine bool
	}
	for _, c := range columns {
		for _, r := range query[row](t, w, `select distinct r.`+c.Name+`::text as id, p.slug = $1 as mine from `+
			c.Table+` r join puskesmas p on p.id = r.puskesmas_id where r.`+c.Name+` is not null`, puskesmas) {
			if !r.Mine {
				out[r.ID] = false
			} else if _, shared := out[r.ID]; !shared {
				out[r.ID] = true
			}
		}
	}
	for _, r := range query[row](t, w, `select account_id::text as id, false as mine from membership
		where puskesmas_id is null union select id::text, false from sop_version`) {
		out[r.ID] = false
	}
	for id, secret := range out {
		if !secret {
			delete(out, id)
		}
	}
	return out
}

func query[T any](t testing.TB, w *World, sql string, args ...any) []T {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	rows, err := c.Query(ctx, sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Query reads rows as the superuser, outside the product.
func Query[T any](t testing.TB, w *World, sql string, args ...any) []T {
	t.Helper()
	return query[T](t, w, sql, args...)
}
