package pg

import "github.com/jackc/pgx/v5"

// QueuePermitted makes the batch fail with ErrWithheld where the puskesmas
// withholds one of these permissions from the caller's role: for answers that
// carry what another route shows.
func QueuePermitted(tx Tx, b *pgx.Batch, permissions ...string) {
	b.Queue(`select exists (select from withheld_permission where role = $1 and permission = any($2))`, string(tx.Principal().Role), permissions).
		QueryRow(func(row pgx.Row) error {
			var withheld bool
			if err := row.Scan(&withheld); err != nil {
				return err
			}
			if withheld {
				return ErrWithheld
			}
			return nil
		})
}
