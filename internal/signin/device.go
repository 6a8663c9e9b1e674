package signin

import (
	"github.com/balangan/homecare/internal/platform/pg"
)

// deviceKnown says whether the device has completed a sign-in to the account.
func deviceKnown(tx pg.Tx, accountID string, device []byte) (bool, error) {
	return pg.Scalar[bool](tx, `select exists (select from known_device where account_id = $1 and device = $2)`,
		accountID, device)
}

func rememberDevice(tx pg.Tx, accountID string, device []byte) error {
	_, err := tx.Exec(`insert into known_device (account_id, device) values ($1, $2)
		on conflict (account_id, device) do update set seen_at = now()`, accountID, device)
	return err
}

// keepDevices is how many days a device stays known without a sign-in.
// keepAttempts is how long a wrong attempt is kept, longer than any window.
const keepDevices, keepAttempts = 180, 2

// Housekeep removes attempts that no longer count, and devices not seen for half a
// year.
func Housekeep(tx pg.Tx) error {
	if _, err := tx.Exec(`delete from sign_in_attempt where at < now() - make_interval(days => $1)`,
		keepAttempts); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from known_device where seen_at < now() - make_interval(days => $1)`, keepDevices)
	return err
}
