package pg_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// as returns the context of a signed-in account.
func as(t *testing.T, s *apitest.Server, username string) context.Context {
	t.Helper()
	p, err := s.App.Tokens.Verify(t.Context(), s.As(t, username).Tokens().AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	return auth.With(t.Context(), p)
}

func count(table string) func(pg.Tx) (int, error) {
	return func(tx pg.Tx) (int, error) { return pg.Scalar[int](tx, `select count(*) from `+table) }
}

func TestNobodyGetsATransaction(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	db := s.App.DB
	tenant, dinkes, analyst := as(t, s, "petugas1.uren"), as(t, s, "dinkes.admin"), as(t, s, "dinkes.analis")
	type open func(context.Context, *pg.DB, func(pg.Tx) (int, error)) (int, error)
	districtRead := func(ctx context.Context, db *pg.DB, f func(pg.Tx) (int, error)) (int, error) {
		return pg.DistrictRead(ctx, db, `select 1`, nil, func(pgx.Rows) (int, error) { return f(pg.Tx{}) })
	}
	for _, c := range []struct {
		name string
		ctx  context.Context
		open open
		want error
	}{
		{"nobody as a tenant", t.Context(), pg.Tenant[int], pg.ErrNoPrincipal},
		{"nobody as the district", t.Context(), pg.District[int], pg.ErrNoPrincipal},
		{"nobody as the district writing", t.Context(), pg.DistrictWrite[int], pg.ErrNoPrincipal},
		{"a tenant as the district", tenant, pg.District[int], pg.ErrForbidden},
		{"Dinkes as a tenant", dinkes, pg.Tenant[int], pg.ErrForbidden},
		{"an analyst writing", analyst, pg.DistrictWrite[int], pg.ErrForbidden},
		{"nobody reading what the district changes", t.Context(), districtRead, pg.ErrNoPrincipal},
		{"a tenant reading it", tenant, districtRead, pg.ErrForbidden},
		{"an analyst reading it", analyst, districtRead, pg.ErrForbidden},
	} {
		_, err := c.open(c.ctx, db, func(pg.Tx) (int, error) {
			t.Errorf("%s got a transaction", c.name)
			return 0,
				nil
		})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestTheWall(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	s.Database.Exec(t, `insert into household (puskesmas_id, id) values (5, gen_random_uuid()), (12, gen_random_uuid()),
		(12, gen_random_uuid())`)
	db := s.App.DB
	habang, uren, dinkes := as(t, s, "petugas1.tanah-habang"), as(t, s, "petugas1.uren"), as(t, s, "dinkes.admin")
	for ctx, want := range map[context.Context]int{habang: 1, uren: 2} {
		if n, err := pg.Tenant(ctx, db, count("household")); err != nil || n != want {
			t.Errorf("sees %d households (%v), want %d", n, err, want)
		}
	}
	// Into, over and across the isolation.
	for _, q := range []string{
		`insert into household (puskesmas_id, id) values (5, gen_random_uuid())`,
		`update household set puskesmas_id = 5`,
	} {
		_, err := pg.Tenant(uren, db, func(tx pg.Tx) (int, error) { _, err := tx.Exec(q); return 0, err })
		if !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("%s: %v, want not found", q, err)
		}
	}
	if _, err := pg.Tenant(uren, db, func(tx pg.Tx) (int, error) {
		tag, err := tx.Exec(`update household set version = 9 where puskesmas_id = 5`)
		return int(tag.RowsAffected()), err
	}); err != nil {
		t.Error(err)
	}
	// What the serving roles may never do.
	for _, c := range []struct {
		who string
		run func(string) error
		sql string
	}{
		{"a tenant truncates", tenantExec(uren, db), `truncate household cascade`},
		{"a tenant deletes", tenantExec(uren, db), `delete from household`},
		{"a tenant reads accounts", tenantExec(uren, db), `select * from account`},
		{"a tenant alters", tenantExec(uren, db), `alter table household disable row level security`},
		{"Dinkes reads households", districtExec(dinkes, db), `select * from household`},
		{"Dinkes writes by the reading role", districtExec(dinkes, db), `update programme set version = 9`},
	} {
		if err := c.run(c.sql); err == nil {
			t.Errorf("%s: allowed", c.who)
		}
	}
}

func tenantExec(ctx context.Context, db *pg.DB) func(string) error {
	return func(q string) error {
		_, err := pg.Tenant(ctx, db, func(tx pg.Tx) (int, error) { _, err := tx.Exec(q); return 0, err })
		return err
	}
}

func districtExec(ctx context.Context, db *pg.DB) func(string) error {
	return func(q string) error {
		_, err := pg.District(ctx, db, func(tx pg.Tx) (int, error) { _, err := tx.Exec(q); return 0, err })
		return err
	}
}

// TestUnscopedFailsLoudly: without the tenant setting the answer is an error,
// never an empty list.
func TestUnscopedFailsLoudly(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, err := pgx.Connect(t.Context(), s.Database.DSN("homecare_app"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	s.Database.Exec(t, `insert into household (puskesmas_id, id) values (5, gen_random_uuid())`)
	var n int
	if err := c.QueryRow(t.Context(), `select count(*) from household`).Scan(&n); err == nil {
		t.Fatalf("an unscoped query answered %d", n)
	}
	// After a transaction-local setting ended, too.
	if _, err := c.Exec(t.Context(), `begin; select set_config('app.puskesmas_id', '5', true); commit`); err != nil {
		t.Fatal(err)
	}
	if err := c.QueryRow(t.Context(), `select count(*) from household`).Scan(&n); err == nil {
		t.Fatalf("a query after the transaction answered %d", n)
	}
}

type household struct {
	PuskesmasID int16
	ID          string
}

func TestGormAndPgxShareATransaction(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := as(t, s, "petugas1.uren")
	boom := errors.New("boom")
	id := uuid.NewString()
	_, err := pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (int, error) {
		if err := pg.Insert(tx, household{PuskesmasID: 12, ID: id}); err != nil {
			return 0, err
		}
		if n, err := pg.Scalar[int](tx, `select count(*) from household where id = $1`, id); err != nil || n != 1 {
			t.Errorf("pgx does not see what GORM wrote: %d, %v", n, err)
		}
		if err := pg.Update[household](tx, id, nil); err != nil {
			t.Errorf("GORM does not see its row: %v", err)
		}
		if version, err := pg.Scalar[int](tx, `select version from household where id = $1`, id); err != nil ||
			version != 2 {
			t.Errorf("version %d after a change, %v", version, err)
		}
		return 0, boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if n, err := pg.Tenant(ctx, s.App.DB, count("household")); err != nil || n != 0 {
		t.Fatalf("%d rows after the rollback, %v", n, err)
	}
}

// TestRoundTrips counts the round trips of a request: one for a read by
// pg.Read; for a write, one to open (begin, session, tenant, idempotency key)
// and one to close (audit, outbox, answer, commit) around its statements.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	var trips apitest.Trips
	s := apitest.New(t, trips.Option())
	ctx := as(t, s, "petugas1.uren")
	warm := func(f func()) int64 { f(); return trips.During(f) }
	read := warm(func() {
		if _, err := pg.Read(ctx, s.App.DB, `select id::text from household limit 50`, nil,
			func(rows pgx.Rows) ([]string, error) {
				return pgx.CollectRows(rows, pgx.RowTo[string])
			}); err != nil {
			t.Fatal(err)
		}
	})
	write := warm(func() {
		if _, err := pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (int, error) {
			tx.AtCommit(`select 1`)
			tx.AtCommit(`select 2`)
			_, err := tx.Exec(`insert into household (puskesmas_id, id) values (12, $1)`, uuid.NewString())
			return 0, err
		}); err != nil {
			t.Fatal(err)
		}
	})
	if read != 1 || write != 3 {
		t.Fatalf("a read took %d round trips (want 1), a write with one statement %d (want 3)", read, write)
	}
}

func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := as(t, s, "petugas1.uren")
	const secret = "6311050107500001"
	for _, q := range []string{
		`select '` + secret + `'::uuid`,
		`insert into household (puskesmas_id, id, village_code) values (12, gen_random_uuid(), '` + secret + `')`,
		`do $$ begin raise exception '` + secret + `'; end $$`,
	} {
		err := tenantExec(ctx, s.App.DB)(q)
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%v", err)
		}
	}
}

// TestPanicGivesTheConnectionBack: after a panic inside a transaction the next
// caller gets a clean connection.
func TestPanicGivesTheConnectionBack(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, apitest.Pools(func(c *pg.Config) { c.MaxConns = 2 }))
	ctx := as(t, s, "petugas1.uren")
	for range 5 {
		func() {
			defer func() { _ = recover() }()
			_, _ = pg.Tenant(ctx, s.App.DB, func(pg.Tx) (int, error) { panic("x") })
		}()
	}
	if n, err := pg.Tenant(ctx, s.App.DB, count("household")); err != nil || n != 0 {
		t.Fatalf("%d, %v", n, err)
	}
	if busy := s.App.DB.Stat().AcquiredConns(); busy != 0 {
		t.Fatalf("%d connections still taken", busy)
	}
}

// TestDeadlockIsTriedAgain: a transaction that PostgreSQL aborted because of
// another one runs again, with its Idempotency-Key, and is answered once.
func TestDeadlockIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	claim := &pg.Claim{Key: [32]byte{1}, Request: [32]byte{2}, Encode: func(any) (pg.Answer, error) {
		return pg.Answer{Status: 201, Body: []byte("1")}, nil
	}}
	ctx := pg.WithClaim(as(t, s, "petugas1.uren"), claim)
	tries := 0
	work := func(tx pg.Tx) (int, error) {
		tries++
		if _, err := tx.Exec(`insert into household (puskesmas_id, id) values (12, gen_random_uuid())`); err != nil {
			return 0, err
		}
		if tries < 3 {
			_, err := tx.Exec(`do $$ begin raise exception 'deadlock' using errcode = '40P01'; end $$`)
			return 0, err
		}
		return 1, nil
	}
	if n, err := pg.Tenant(ctx, s.App.DB, work); err != nil || n != 1 || tries != 3 {
		t.Fatalf("%d after %d tries, %v", n, tries, err)
	}
	// A second writing transaction of the same request is a mistake of ours.
	if _, err := pg.Tenant(ctx, s.App.DB, work); err == nil {
		t.Fatal("one key served two transactions")
	}
	var rows int
	s.Database.Row(t, `select count(*) from household`, nil, &rows)
	if rows != 1 || tries != 3 {
		t.Fatalf("%d rows after %d tries", rows, tries)
	}
}
