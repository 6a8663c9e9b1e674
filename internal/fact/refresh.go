package fact

import "github.com/balangan/homecare/internal/platform/pg"

// RefreshIn brings current_fact of these persons up to date.
func RefreshIn(tx pg.Tx, persons []string) error {
	_, err := tx.Exec(`select refresh_facts($1::text[]::uuid[])`, persons)
	return err
}
