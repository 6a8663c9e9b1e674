package followup

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
)

// QueueOffice queues the question which of the accounts see every case of this
// puskesmas. Such an account, or a member of the case's team, may own a task.
func QueueOffice(tx pg.Tx, b *pgx.Batch, want []string, office map[string]bool) {
	me := tx.Principal()
	// The caller's own role needs no query.
	office[me.UserID] = me.Role == access.Koordinator || me.Role == access.Kepala
	want = slices.DeleteFunc(want, func(id string) bool { return id == "" || id == me.UserID })
	if len(want) > 0 {
		b.Queue(`select a::text from unnest($1::text[]::uuid[]) a where a = any (`+staff.Office+`)`, want).
			Query(pg.IntoSet(office))
	}
}

// Owners are the accounts that may own a task.
func Owners(office map[string]bool, team []string) func(string) bool {
	return func(id string) bool { return office[id] || slices.Contains(team, id) }
}
