package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// What an import promises.
const (
	promisedPreview = 2_000 // rows per second
	promisedOfCopy  = 0.25  // of the rate of COPY
	promisedMemory  = 300   // MB, while 50,000 rows are imported
)

// Import is how fast a file of new people goes into the registry of one puskesmas.
type Import struct {
	Scale   int     `json:"scale"`
	Rows    int     `json:"rows"`                    // of the file
	Preview float64 `json:"preview_rows_per_second"` // upload, parse, check, match
	Commit  float64 `json:"commit_rows_per_second"`
	Copy    float64 `json:"copy_rows_per_second"` // of the same persons, sources, facts and households
	PeakMB  float64 `json:"rss_mb_peak"`          // of the server meanwhile
	Failed  string  `json:"failed,omitempty"`     // why there are no rates, such as the limit of five minutes
}

// ofCopy is the commit's rate as a share of COPY's.
func (i Import) ofCopy() float64 { return i.Commit / i.Copy }

// Short names the promises that are not kept.
func (i Import) Short() (short []string) {
	if i.Failed != "" {
		return []string{i.Failed}
	}
	if i.Preview < promisedPreview {
		short = append(short, "preview")
	}
	if i.ofCopy() < promisedOfCopy {
		short = append(short, "commit")
	}
	if i.PeakMB > promisedMemory {
		short = append(short, "memory")
	}
	return short
}

// imports takes files into the last puskesmas but one and the last, and ranks the people of
// the one whose facts came last. It comes after all else: it makes them grow. An import that
// fails is a result: the other rows stand.
func (o Options) imports(ctx context.Context, w *world, product *child) ([]Import, []Latency, error) {
	if !o.wants("import", rankAll, rankOne) {
		return nil, nil, nil
	}
	sizes := []int{10_000}
	if o.Long {
		sizes = append(sizes, 50_000)
	}
	var out []Import
	var last *tenant
	for n, rows := range sizes {
		if err := w.signIn(ctx, product.url); err != nil {
			return nil, nil, err
		}
		t, begin := w.tenants[len(w.tenants)-len(sizes)+n], time.Now()
		i, err := w.take(ctx, product, t, rows)
		switch {
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case err != nil:
			i.Failed = fmt.Sprintf("failed after %.0f s: %v", time.Since(begin).Seconds(), err)
			if p, ok := errors.AsType[*homecare.Problem](err); ok {
				i.Failed = fmt.Sprintf("failed after %.0f s: %s", time.Since(begin).Seconds(), p.Code)
			}
		default:
			last = t
		}
		out = append(out, i)
	}
	if last == nil {
		return out, nil, nil
	}
	ranked, err := w.rank(ctx, product, last)
	return out, ranked, err
}

// take imports one file.
func (w *world) take(ctx context.Context, product *child, t *tenant, rows int) (out Import, err error) {
	out = Import{Scale: w.scale, Rows: rows}
	villages, err := w.villages(ctx, t)
	if err != nil {
		return out, err
	}
	c, in := sdk(product, t), homecare.NewImport{Source: "ptm", FileName: "banyak.csv", File: file(villages, rows)}
	stop := product.watch()
	defer func() { out.PeakMB = stop() }()
	begin := time.Now()
	seen, err := c.Import(ctx, in)
	if err != nil {
		return out, err
	}
	if seen.Counts.NewPatients != rows {
		return out, fmt.Errorf("not %d new people: %+v", rows, seen.Counts)
	}
	out.Preview = float64(rows) / time.Since(begin).Seconds()
	begin = time.Now()
	if _, err := c.CommitImport(ctx, seen.ID, seen.Version); err != nil {
		return out, err
	}
	out.Commit = float64(rows) / time.Since(begin).Seconds()
	took, err := w.copy(ctx, t, seen.ID)
	out.Copy = float64(rows) / took.Seconds()
	return out, err
}

func (w *world) villages(ctx context.Context, t *tenant) (codes []string, err error) {
	err = w.wal.QueryRow(ctx, `select array_agg(village_code order by village_code) from puskesmas_village
		where puskesmas_id = $1`, t.id).Scan(&codes)
	return codes, err
}

// file is a PTM file of people whom the load does not know, seven facts each.
func file(villages []string, rows int) []byte {
	var b bytes.Buffer
	b.WriteString("tanggal;nik;nama;tanggal_lahir;jenis_kelamin;no_kk;no_bpjs;no_hp;alamat;rt;rw;desa_kode;desa_nama;" +
		"diagnosa;kunjungan_baru_lama;sistol;diastol;gds;gdp;kolesterol;trigliserida;asam_urat;berat_kg;tinggi_cm;" +
		"lingkar_perut_cm\n")
	for i := range rows {
		b.WriteString(line(villages, i, 110+i%90))
	}
	return b.Bytes()
}

// line is the row of person i.
func line(villages []string, i, systolic int) string {
	r := rand.New(rand.NewPCG(4, uint64(i)))
	day, month, year := 1+i%28, 1+i/28%12, 1940+i/336%60
	name := names[r.IntN(len(names))] + " " + names[r.IntN(len(names))] + " " + names[r.IntN(len(names))]
	return fmt.Sprintf("%02d/%02d/2026;637201%02d%02d%02d%04d;%s;%02d/%02d/%d;L;%016d;%013d;0850%08d;Gg. Amanah;004;"+
		"002;%s;;I10;Lama;%d;101;106;;247;;8,9;57,2;160;77,5\n", 1+i%28, 1+i%9, day, month, year%100, 1+i%9000, name,
		day, month, year, 6372010000000000+int64(i/4), 9_000_000_000+i, i, villages[i%len(villages)], systolic)
}

// copy takes the rows of an import into empty tables with the same columns, checks and
// indexes, in one transaction: the least that PostgreSQL needs for them.
func (w *world) copy(ctx context.Context, t *tenant, importID string) (time.Duration, error) {
	type part struct {
		table, columns string
		rows           bytes.Buffer
	}
	const persons = `select patient_id from patient_source where puskesmas_id = {t} and first_import_id = '{i}'`
	var parts []*part
	conn := w.wal.PgConn()
	for _, x := range []struct{ table, of string }{
		{"household", `id in (select household_id from patient where puskesmas_id = {t} and id in (` + persons + `))`},
		{"patient", `id in (` + persons + `)`}, {"patient_source", `first_import_id = '{i}'`},
		{"patient_fact", `import_id = '{i}'`},
	} {
		p := &part{table: x.table}
		if err := w.wal.QueryRow(ctx, `select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
			where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''`, x.table).
			Scan(&p.columns); err != nil {
			return 0, err
		}
		where := strings.NewReplacer("{t}", fmt.Sprint(t.id), "{i}", importID).Replace(`puskesmas_id = {t} and ` + x.of)
		if _, err := conn.CopyTo(ctx, &p.rows, `copy (select `+p.columns+` from `+x.table+` where `+where+
			`) to stdout (format binary)`); err != nil {
			return 0, err
		}
		if _, err := w.wal.Exec(ctx, `drop table if exists floor.`+x.table+`; create table floor.`+x.table+
			` (like public.`+x.table+` including all)`); err != nil {
			return 0, err
		}
		parts = append(parts, p)
	}
	begin := time.Now()
	tx, err := w.wal.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	for _, p := range parts {
		if _, err := conn.CopyFrom(ctx, &p.rows, `copy floor.`+p.table+` (`+p.columns+
			`) from stdin (format binary)`); err != nil {
			return 0, err
		}
	}
	err = tx.Commit(ctx)
	return time.Since(begin), err
}

// The rows of rank; the first one's name goes on with how many they are.
const rankAll, rankOne = "rank all people of a puskesmas", "rank after one changed fact: a file of one row, committed"

// rank orders the people of one puskesmas: all of them, and one of whom something changed.
func (w *world) rank(ctx context.Context, product *child, t *tenant) ([]Latency, error) {
	if err := w.signIn(ctx, product.url); err != nil {
		return nil, err
	}
	people := 0
	all, err := repeat(3, func(int) error {
		r, err := sdk(product, t).RecomputePriorities(ctx)
		people = r.Patients
		return err
	})
	if err != nil {
		return nil, err
	}
	villages, err := w.villages(ctx, t)
	if err != nil {
		return nil, err
	}
	// A fact comes with a file. Its preview is not the ranking.
	var one []time.Duration
	head, _, _ := bytes.Cut(file(villages, 0), []byte("\n"))
	for n := range 20 {
		c := sdk(product, t)
		text := string(head) + "\n" + line(villages, n, 211+n)
		i, err := c.Import(ctx, homecare.NewImport{Source: "ptm", FileName: "satu.csv", File: []byte(text)})
		if err != nil {
			return nil, err
		}
		begin := time.Now()
		if i, err = c.CommitImport(ctx, i.ID, i.Version); err != nil {
			return nil, err
		}
		one = append(one, time.Since(begin))
		if i.Counts.MatchedRows != 1 || i.Counts.NewFacts == 0 {
			return nil, fmt.Errorf("no changed fact of a known person: %+v", i.Counts)
		}
	}
	// 5 s are promised for 100,000 people.
	return []Latency{
		latency(fmt.Sprintf("%s: %d", rankAll, people), w.scale, float64(people)/20, all),
		latency(rankOne, w.scale, 50, one),
	}, nil
}
