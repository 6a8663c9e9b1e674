package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/pkg/homecare"
)

// The district at 1x: twelve puskesmas with 12,000 visits and 20,000 people
// together.
const (
	people        = 20_000
	casesPerScale = 2_400 // of five visits each
	benchCases    = 100   // per side and puskesmas, for the bundles
	sample        = 2_000 // persons per puskesmas that are requested
)

// world is a loaded database and the data that the clients request.
type world struct {
	c              *cluster
	scale          int
	database       string
	people, visits int
	tenants        []*tenant
	written        [2]counter // next visits made per side, so that none overlaps another
	wal            *pgx.Conn  // asks how much PostgreSQL has written
}

// meter reads the usage of a server: the product has roles of its own, the floor is
// PostgreSQL's superuser.
func (w *world) meter(c *child) meter {
	if c.figures == "" {
		return meter{c, w.database, "postgres ", w.wal}
	}
	return meter{c, w.database, "homecare_", w.wal}
}

// tenant is one puskesmas as its clients know it.
type tenant struct {
	id      int16
	slug    string
	token   string
	persons []person
	cursors []string // of the product's list, spread over it
	cases   [2][]careCase
}

type person struct{ id, name string }

type careCase struct{ id, owner string }

type random = rand.Rand

func (w *world) close() {
	_ = w.wal.Close(context.Background())
	_ = w.c.exec(context.Background(), "postgres", `drop database `+w.database+` with (force)`)
}

// load creates a database of that many districts.
func (c *cluster) load(ctx context.Context, scale int) (*world, error) {
	w := &world{c: c, scale: scale, database: fmt.Sprintf("bench_%d", scale), people: people * scale,
		visits: casesPerScale * 5 * scale}
	a, err := c.prepare(ctx, w.database)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	conn, err := pgx.Connect(ctx, c.server.DSN("postgres", w.database))
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(ctx) }()
	// The rows are correct by construction, so foreign keys need no check.
	if _, err := conn.Exec(ctx, `set session_replication_role = replica; set synchronous_commit = off; create schema
		floor;
		create table floor.person (like patient including generated including defaults, numbers text not null);
		alter table floor.person drop column key_wrapped, drop column identity_sealed, drop column nik_index,
		drop column bpjs_index, drop column phone_index,
			alter created_at set default now(), alter updated_at set default now(), alter version
			set default 1, alter weak set default false`); err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, `select p.id, p.slug, array_agg(v.village_code) from puskesmas p
		join puskesmas_village v on v.puskesmas_id = p.id group by 1, 2 order by 1`)
	if err != nil {
		return nil, err
	}
	var villages [][]string
	for rows.Next() {
		t, list := &tenant{}, []string{}
		if err := rows.Scan(&t.id, &t.slug, &list); err != nil {
			return nil, err
		}
		w.tenants, villages = append(w.tenants, t), append(villages, list)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if err := w.loadPeople(ctx, conn, villages, a.DB.Keys().For); err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf(records, casesPerScale*scale/len(w.tenants), benchCases*2)); err != nil {
		return nil, fmt.Errorf("records: %w", err)
	}
	if err := w.readCases(ctx, conn); err != nil {
		return nil, err
	}
	_, err = conn.Exec(ctx, `vacuum analyze`)
	if err == nil {
		_, err = conn.Exec(ctx, `checkpoint`)
	}
	if err != nil {
		return nil, err
	}
	w.wal, err = pgx.Connect(ctx, c.server.DSN("postgres", w.database))
	return w, err
}

var names = strings.Fields(
	"Siti Ahmad Noor Muhammad Rusmini Hamdan Jumiati Bahrani Mastura Aliansyah Norhayati Syahrani Halimah Kaspul Rabiatul Masrani Fitriah Suriansyah Hasanah Rahmadi")

func (w *world) loadPeople(ctx context.Context, conn *pgx.Conn, villages [][]string,
	keysOf func(int16) (crypt.Tenant, error)) error {
	r := rand.New(rand.NewPCG(1, uint64(w.scale)))
	pick := func() string { return names[r.IntN(len(names))] }
	var plain, sources [][]any
	next := func(i int) ([]any, error) {
		n := i % len(w.tenants)
		t := w.tenants[n]
		k, err := keysOf(t.id)
		if err != nil {
			return nil, err
		}
		id := uuid.Must(uuid.NewV7()).String()
		name := pick() + " " + pick() + " " + pick()
		birth := time.Date(1940+r.IntN(80), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
		numbers := patient.Numbers{NIK: fmt.Sprintf("631105%06d%04d", i%1_000_000, 1+i/1_000_000),
			KK: fmt.Sprintf("631105%010d", i/4), BPJSCard: fmt.Sprintf("%013d", i),
			Phone: fmt.Sprintf("+62840%08d", i), Address: fmt.Sprintf("RT %d RW 2", 1+r.IntN(9))}
		wrapped, sealed, found, err := patient.SealIdentity(k, id, numbers)
		if err != nil {
			return nil, err
		}
		open, err := json.Marshal(numbers)
		village := villages[n][r.IntN(len(villages[n]))]
		sex := []string{"male", "female"}[r.IntN(2)]
		plain = append(plain, []any{t.id, id, name, sex, birth, village, string(open)})
		sources = append(sources, []any{t.id, id, "pispk", birth, birth})
		if r.IntN(2) == 0 {
			sources = append(sources, []any{t.id, id, "ptm", birth, birth})
		}
		if len(t.persons) < sample || r.IntN(w.people/len(w.tenants)) < sample {
			p := person{id, name}
			if len(t.persons) < sample {
				t.persons = append(t.persons, p)
			} else {
				t.persons[r.IntN(sample)] = p
			}
		}
		return []any{t.id, id, name, sex, birth, village, wrapped, sealed, found.NIK, found.BPJSCard, found.Phone}, err
	}
	columns := []string{"puskesmas_id", "id", "name", "sex", "birth_date", "village_code", "key_wrapped",
		"identity_sealed", "nik_index", "bpjs_index", "phone_index"}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"patient"}, columns, pgx.CopyFromSlice(w.people, next)); err != nil {
		return err
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"patient_source"}, []string{"puskesmas_id", "patient_id", "source",
		"first_seen", "last_seen"}, pgx.CopyFromRows(sources)); err != nil {
		return err
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"floor", "person"}, append(columns[:6:6], "numbers"),
		pgx.CopyFromRows(plain)); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, `alter table floor.person add primary key (puskesmas_id, id); create index on floor.person
		(puskesmas_id, name_search, id)`)
	return err
}

// records are teams, cases and completed visits: %[1]d cases per puskesmas in
// one team, and %[2]d with their own team for the bundles.
const records = `
create temp table person as select puskesmas_id, id, village_code, row_number() over (partition by puskesmas_id
order by id) as n from patient;
create temp table new_case as select puskesmas_id, id as patient_id, village_code, n, gen_random_uuid() as id,
n > %[1]d as own,
	md5('team' || puskesmas_id || '/' || case when n > %[1]d then n else 0 end)::uuid as team_id from person
	where n <= %[1]d + %[2]d;
insert into team (puskesmas_id, id, programme_code, mode, name, valid_from, created_by)
	select distinct puskesmas_id, team_id, 'kupinang', 'per_case', 'Tim', date '2026-01-01', team_id from new_case;
insert into team_member (puskesmas_id, id, team_id, account_id, membership_id, name, profession, lead, joined_at)
	select t.puskesmas_id, gen_random_uuid(), t.id, md5(t.id::text || m)::uuid, md5(t.id::text || m)::uuid,
	'Petugas ' || m, case m when 1 then 'physician' else 'nurse' end, m = 1, '2026-01-01'
	from team t, generate_series(1, 2) m;
insert into account (id, username, name, password_hash)
	select account_id, 'p' || replace(account_id::text, '-', ''), name, '' from team_member;
insert into membership (puskesmas_id, id, account_id, role, profession)
	select puskesmas_id, membership_id, account_id, 'petugas', profession from team_member;
insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state, origin, reason, team_id,
	proposed_at, proposed_by, proposed_on, activated_at, team_since)
	select puskesmas_id, id, patient_id, 'kupinang', (select id from sop_version where programme_code = 'kupinang'
	limit 1), 'active', 'walk_in', 'ukur', team_id,
		timestamptz '2026-01-01' + n * interval '1 minute', team_id, date '2026-01-01', timestamptz '2026-01-01',
		timestamptz '2026-01-01' from new_case;
create temp table new_visit as select c.*, gen_random_uuid() as visit_id, gen_random_uuid() as stop_id,
	timestamptz '2026-01-05 01:00Z' + (c.n %% 150 + g * 14) * interval '1 day' as at from new_case c,
	generate_series(1, 5) g where not own;
insert into stop (puskesmas_id, id, programme_code, village_code, starts_at, ends_at, created_by) select puskesmas_id,
stop_id, 'kupinang', village_code, at, at + interval '1 hour', team_id from new_visit;
insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state, planned_for, arrived_at,
arrived_recorded_at, departed_at, completed_at, completed_by, anamnesis, created_by)
	select puskesmas_id, visit_id, stop_id, id, patient_id, 'kupinang', 'completed', at, at, at, at + interval '1 hour',
	at + interval '1 hour', team_id, '{"chief_complaint": "Nyeri kepala"}', team_id from new_visit;
insert into visit_vital (puskesmas_id, visit_id, n, code, value, unit, level, taken_at)
	select puskesmas_id, visit_id, m, (array['sbp','dbp','hr','rr','temp','spo2','weight','height'])[m], 80, 'unit',
	'normal', at from new_visit, generate_series(1, 8) m;
insert into visit_service (puskesmas_id, visit_id, type, data) select puskesmas_id, visit_id, 'limited_medical_care',
'{"condition": "unchanged"}' from new_visit;
drop table new_visit, new_case, person`

// readCases gives each side its cases for the bundles.
func (w *world) readCases(ctx context.Context, conn *pgx.Conn) error {
	for _, t := range w.tenants {
		rows, err := conn.Query(ctx, `select c.id::text, m.account_id::text from care_case c
			join team_member m on m.puskesmas_id = c.puskesmas_id and m.team_id = c.team_id and m.lead
			where c.puskesmas_id = $1 order by c.proposed_at desc limit $2`, t.id, benchCases*2)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (careCase, error) {
			var c careCase
			return c, r.Scan(&c.id, &c.owner)
		})
		if err != nil {
			return err
		}
		t.cases = [2][]careCase{all[:benchCases], all[benchCases:]}
	}
	return nil
}

// signIn gives every puskesmas a token and, once, cursors of its list.
func (w *world) signIn(ctx context.Context, url string) error {
	for _, t := range w.tenants {
		c := homecare.New(url)
		tokens, err := c.SignIn(ctx, homecare.SignIn{Username: "koordinator." + t.slug, Password: password})
		if err != nil {
			return fmt.Errorf("sign in at %s: %w", t.slug, err)
		}
		t.token = tokens.AccessToken
		if t.cursors != nil {
			continue
		}
		query := map[string][]string{"limit": {"200"}}
		for len(t.cursors) < 40 {
			p, err := c.Patients(ctx, query)
			if err != nil {
				return err
			}
			if p.NextCursor == "" {
				break
			}
			t.cursors = append(t.cursors, p.NextCursor)
			query["cursor"] = []string{p.NextCursor}
		}
		t.cursors = t.cursors[:len(t.cursors)-1] // a whole page follows each
	}
	return nil
}
