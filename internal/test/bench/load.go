package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/source"
)

// The district at 1x: twelve puskesmas with 12,000 visits and 20,000 people
// together.
const (
	people        = 20_000
	casesPerScale = 2_400 // of five visits each
)

// chunk is how many people are in memory at a time.
const chunk = 50_000

// loader fills one database.
type loader struct {
	conn   *pgx.Conn
	scale  int
	places []place
	log    io.Writer
	began  time.Time
}

// place is one puskesmas that gets people.
type place struct {
	id       int16
	key      crypt.Tenant
	villages []string
}

// load creates a database of that many districts.
func (c *cluster) load(ctx context.Context, scale int, database string, log io.Writer) error {
	a, err := c.prepare(ctx, database)
	if err != nil {
		return err
	}
	defer a.Close()
	conn, err := pgx.Connect(ctx, c.server.DSN("postgres", database))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	l := &loader{conn: conn, scale: scale, log: log, began: time.Now()}
	if l.places, err = readPlaces(ctx, conn, a.DB.Keys().For); err != nil {
		return err
	}
	// Foreign keys are checked at the end, all rows at once.
	if err := l.exec(ctx, `set session_replication_role = replica; set synchronous_commit = off;
		set maintenance_work_mem = '1GB'; set work_mem = '256MB'; set temp_buffers = '256MB'; create schema floor;
		create table floor.person (like patient including generated including defaults, numbers text not null);
		alter table floor.person drop column key_wrapped, drop column identity_sealed, drop column nik_index,
		drop column bpjs_index, drop column phone_index,
			alter created_at set default now(), alter updated_at set default now(), alter version
			set default 1, alter weak set default false`); err != nil {
		return err
	}
	again, err := withoutIndexes(ctx, conn)
	if err != nil {
		return err
	}
	if err := l.people(ctx); err != nil {
		return err
	}
	l.say("people")
	for _, r := range records {
		if err := l.exec(ctx, r.query(casesPerScale*scale/len(l.places))); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		l.say(r.name)
	}
	for _, step := range []struct{ name, query string }{
		{"indexes", again + `alter table floor.person add primary key (puskesmas_id, id);
			create index on floor.person (puskesmas_id, name_search, id)`},
		{"foreign keys", foreignKeys},
		{"vacuum analyze", `vacuum analyze`},
		{"checkpoint", `checkpoint`},
	} {
		if err := l.exec(ctx, step.query); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		l.say(step.name)
	}
	return nil
}

func (l *loader) exec(ctx context.Context, query string) error {
	_, err := l.conn.Exec(ctx, query)
	return err
}

// say tells how long a part of a large load took.
func (l *loader) say(what string) {
	if took := time.Since(l.began); l.scale >= 10 {
		_, _ = fmt.Fprintf(l.log, "%dx loading: %s in %s\n", l.scale, what, took.Round(100*time.Millisecond))
	}
	l.began = time.Now()
}

func readPlaces(ctx context.Context, conn *pgx.Conn, keysOf func(int16) (crypt.Tenant, error)) ([]place, error) {
	rows, err := conn.Query(ctx, `select puskesmas_id, array_agg(village_code order by village_code)
		from puskesmas_village group by 1 order by 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (p place, err error) {
		if err := r.Scan(&p.id, &p.villages); err != nil {
			return p, err
		}
		p.key, err = keysOf(p.id)
		return p, err
	})
}

var names = strings.Fields("Siti Ahmad Noor Muhammad Rusmini Hamdan Jumiati Bahrani Mastura Aliansyah Norhayati " +
	"Syahrani Halimah Kaspul Rabiatul Masrani Fitriah Suriansyah Hasanah Rahmadi")

// people copies persons with their sources and keys, and the floor's copies of them.
func (l *loader) people(ctx context.Context) error {
	r := rand.New(rand.NewPCG(1, uint64(l.scale)))
	columns := []string{"puskesmas_id", "id", "name", "sex", "birth_date", "village_code", "key_wrapped",
		"identity_sealed", "nik_index", "bpjs_index", "phone_index"}
	for from, all := 0, people*l.scale; from < all; from += chunk {
		n := min(chunk, all-from)
		var plain, sources, keys [][]any
		next := func(i int) ([]any, error) {
			i += from
			at := l.places[i%len(l.places)]
			p := newPerson(r, i, at)
			id, birth := p.id, p.BirthDate
			wrapped, sealed, found, err := patient.SealIdentity(at.key, id, p.numbers)
			if err != nil {
				return nil, err
			}
			open, err := json.Marshal(p.numbers)
			plain = append(plain, []any{at.id, id, p.Name, p.sex, birth, p.Village, string(open)})
			sources = append(sources, []any{at.id, id, "pispk", birth, birth})
			if r.IntN(2) == 0 {
				sources = append(sources, []any{at.id, id, "ptm", birth, birth})
			}
			for _, k := range source.Keys(p.Person) { // as package intake keeps them
				keys = append(keys, []any{at.id, at.key.Blind("key", k)[:16], id})
			}
			return []any{at.id, id, p.Name, p.sex, birth, p.Village, wrapped, sealed, found.NIK, found.BPJSCard,
				found.Phone}, err
		}
		if _, err := l.conn.CopyFrom(ctx, pgx.Identifier{"patient"}, columns, pgx.CopyFromSlice(n, next)); err != nil {
			return err
		}
		for _, t := range []struct {
			table   pgx.Identifier
			columns []string
			rows    [][]any
		}{
			{pgx.Identifier{"patient_source"}, []string{"puskesmas_id", "patient_id", "source", "first_seen",
				"last_seen"}, sources},
			{pgx.Identifier{"patient_key"}, []string{"puskesmas_id", "key", "patient_id"}, keys},
			{pgx.Identifier{"floor", "person"}, append(columns[:6:6], "numbers"), plain},
		} {
			if _, err := l.conn.CopyFrom(ctx, t.table, t.columns, pgx.CopyFromRows(t.rows)); err != nil {
				return fmt.Errorf("%s: %w", t.table.Sanitize(), err)
			}
		}
	}
	return nil
}

// newcomer is a person to load.
type newcomer struct {
	source.Person
	id, sex string
	numbers patient.Numbers
}

func newPerson(r *random, i int, at place) newcomer {
	pick := func() string { return names[r.IntN(len(names))] }
	p := newcomer{id: uuid.Must(uuid.NewV7()).String()}
	p.Name = pick() + " " + pick() + " " + pick()
	p.BirthDate = time.Date(1940+r.IntN(80), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	p.numbers = patient.Numbers{NIK: fmt.Sprintf("631105%06d%04d", i%1_000_000, 1+i/1_000_000),
		KK: fmt.Sprintf("631105%010d", i/4), BPJSCard: fmt.Sprintf("%013d", i),
		Phone: fmt.Sprintf("+62840%08d", i), Address: fmt.Sprintf("RT %d RW 2", 1+r.IntN(9))}
	p.Village = at.villages[r.IntN(len(at.villages))]
	p.sex = []string{"male", "female"}[r.IntN(2)]
	p.NIK, p.BPJSCard = number.NIK(p.numbers.NIK), p.numbers.BPJSCard
	return p
}
