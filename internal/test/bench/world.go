package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/pkg/homecare"
)

const (
	benchCases = 100   // per side and puskesmas, for the bundles
	sample     = 2_000 // persons per puskesmas that are requested
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
	signed         time.Time  // when the tokens were given
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
	_ = w.c.drop(context.Background(), w.database)
}

// open reads from a loaded database what the clients request.
func (c *cluster) open(ctx context.Context, scale int, database string) (*world, error) {
	w := &world{c: c, scale: scale, database: database, people: people * scale, visits: casesPerScale * 5 * scale}
	var err error
	if w.wal, err = pgx.Connect(ctx, c.server.DSN("postgres", database)); err != nil {
		return nil, err
	}
	rows, err := w.wal.Query(ctx, `select id, slug from puskesmas order by id`)
	if err == nil {
		w.tenants, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (*tenant, error) {
			t := &tenant{}
			return t, r.Scan(&t.id, &t.slug)
		})
	}
	for _, t := range w.tenants {
		if err == nil {
			err = w.readPersons(ctx, t)
		}
		if err == nil {
			err = w.readCases(ctx, t)
		}
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// size of the database, GB.
func (w *world) size(ctx context.Context) (gb float64, err error) {
	err = w.wal.QueryRow(ctx, `select pg_database_size(current_database()) / 1e9`).Scan(&gb)
	return gb, err
}

// rest waits until the background jobs of earlier work are done, at most that long, and
// returns how many are left.
func (w *world) rest(ctx context.Context, most time.Duration) (left int, err error) {
	for begin := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		err := w.wal.QueryRow(ctx, `select (select count(*) from outbox) + (select count(*) from river.river_job
			where state in ('available', 'running'))`).Scan(&left)
		if err != nil || left == 0 || time.Since(begin) > most {
			return left, err
		}
	}
}

// readPersons takes some persons from all over the puskesmas.
func (w *world) readPersons(ctx context.Context, t *tenant) error {
	rows, err := w.wal.Query(ctx, `select id::text, name from patient where puskesmas_id = $1
		order by hashtext(id::text) limit $2`, t.id, sample)
	if err != nil {
		return err
	}
	t.persons, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (person, error) {
		var p person
		return p, r.Scan(&p.id, &p.name)
	})
	return err
}

// readCases gives each side its cases for the bundles.
func (w *world) readCases(ctx context.Context, t *tenant) error {
	rows, err := w.wal.Query(ctx, `select c.id::text, m.account_id::text from care_case c
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
	return nil
}

// signIn gives every puskesmas a token and, once, cursors of its list. Tokens expire after
// ten minutes; to check twelve passwords takes a second.
func (w *world) signIn(ctx context.Context, url string) error {
	if time.Since(w.signed) < 5*time.Minute {
		return nil
	}
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
	w.signed = time.Now()
	return nil
}
