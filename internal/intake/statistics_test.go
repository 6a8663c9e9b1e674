package intake_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
)

// TestPuskesmasWithoutStatistics: where the statistics have one puskesmas only,
// another counts as empty and lookups of its persons read all its rows, until
// analyze_registry has run. On a PostgreSQL without this problem the first half
// fails: then the function can be removed.
func TestPuskesmasWithoutStatistics(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	fill := func(slug string) {
		s.Database.Exec(t, `insert into patient (puskesmas_id, id, name, sex, key_wrapped, identity_sealed)
			select $1, gen_random_uuid(), 'Orang Uji', 'unknown', '\x00', '\x00'
			from generate_series(1, 5000)`, s.PuskesmasID(t, slug))
	}
	byKey := func() bool {
		return strings.Contains(s.Database.Plan(t, fmt.Sprintf(`explain select from patient
			where puskesmas_id = %d and id = '0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f' for key
			share`, s.PuskesmasID(t, "tanah-habang"))), "patient_pk")
	}
	fill("uren")
	s.Database.Exec(t, `analyze patient`)
	if byKey() {
		t.Error("without statistics the key is taken: analyze_registry is not needed")
	}
	fill("tanah-habang")
	told := false
	for range 10 { // it does nothing during another analyze of the table
		s.Database.Exec(t, `select analyze_registry()`)
		if told = byKey(); told {
			break
		}
		time.Sleep(time.Second)
	}
	if !told {
		t.Error("with statistics the key is not taken")
	}
	var unknown []string
	s.Database.Row(t, `select coalesce(array_agg(relname::text), '{}') from pg_class where reltuples < 0
		and relname in ('patient', 'household', 'patient_fact', 'import_row')`, nil, &unknown)
	if len(unknown) > 0 {
		t.Errorf("an import fills %q, which have no statistics yet", unknown)
	}
}
