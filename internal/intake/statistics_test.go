package intake_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/apitest"
)

// TestPuskesmasWithoutStatistics: where the statistics know one puskesmas only,
// another counts as empty and its persons are looked up through all of its
// rows, until analyze_registry has told of them.
func TestPuskesmasWithoutStatistics(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, err := pgx.Connect(t.Context(), s.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	fill := func(slug string) {
		if _, err := c.Exec(t.Context(), `insert into patient (puskesmas_id, id, name, sex, key_wrapped, identity_sealed)
			select $1, gen_random_uuid(), 'Orang Uji', 'unknown', '\x00', '\x00' from generate_series(1, 5000)`, s.PuskesmasID(t, slug)); err != nil {
			t.Fatal(err)
		}
	}
	byKey := func() bool {
		rows, err := c.Query(t.Context(), `explain select from patient where puskesmas_id = $1 and id = '0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f' for key share`,
			pgx.QueryExecModeSimpleProtocol, s.PuskesmasID(t, "tanah-habang"))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(strings.Join(plan, "\n"), "patient_pk")
	}
	fill("uren")
	if _, err := c.Exec(t.Context(), `analyze patient`); err != nil {
		t.Fatal(err)
	}
	if byKey() {
		t.Skip("this PostgreSQL takes the key without statistics")
	}
	fill("tanah-habang")
	if _, err := c.Exec(t.Context(), `select analyze_registry()`); err != nil {
		t.Fatal(err)
	}
	if !byKey() {
		t.Error("with statistics the key is not taken")
	}
}
