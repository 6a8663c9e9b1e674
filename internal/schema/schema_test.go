package schema_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/test/mutant"
	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func migrated(t *testing.T) (pgtest.Database, *pgx.Conn) {
	t.Helper()
	db := pgtest.New(t, "schema_"+pgtest.Version(), postgres.Roles, func(ctx context.Context, dsn string) error {
		_, err := schema.Migrate(ctx, dsn)
		return err
	})
	c, err := pgx.Connect(t.Context(), db.Admin())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return db, c
}

func TestWallHolds(t *testing.T) {
	t.Parallel()
	_, c := migrated(t)
	found, err := schema.Findings(t.Context(), c, patient.HoldingTables())
	if err != nil {
		t.Fatal(err)
	}
	distributed, err := schema.Undistributed(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(found, distributed...) {
		t.Error(f)
	}
}

// TestWallBreaks breaks the schema in every way that the guard knows and
// expects a finding each time.
func TestWallBreaks(t *testing.T) {
	t.Parallel()
	_, c := migrated(t)
	for _, m := range slices.Concat(mutant.All, mutant.Undistributed) {
		if named, err := m.Named(t.Context(), c); err != nil || !named {
			t.Errorf("after %q the guard does not say %q (%v)", m.SQL, m.Says, err)
		}
	}
}
