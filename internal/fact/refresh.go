package fact

import "github.com/balangan/homecare/internal/platform/pg"

// RefreshIn brings current_fact of these persons up to date and returns how many rows
// changed.
func RefreshIn(tx pg.Tx, persons []string) (int, error) {
	return pg.Scalar[int](tx, `select refresh_facts($1::text[]::uuid[])`, persons)
}
