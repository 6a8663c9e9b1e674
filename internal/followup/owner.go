package followup

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
)

// QueueOffice asks which of the accounts see every case of this puskesmas: a task may be
// theirs, or one of the case's team, who see the case too.
func QueueOffice(tx pg.Tx, b *pgx.Batch, want []string, office map[string]bool) {
	me := tx.Principal()
	// The caller's own role is known without asking.
	office[me.UserID] = me.Role == access.Koordinator || me.Role == access.Kepala
	want = slices.DeleteFunc(want, func(id string) bool { return id == "" || id == me.UserID })
	if len(want) > 0 {
		b.Queue(`select a::text from unnest($1::text[]::uuid[]) a where a = any (`+staff.Office+`)`, want).Query(pg.IntoSet(office))
	}
}

// Owners are the accounts to which a task may be given.
func Owners(office map[string]bool, team []string) func(string) bool {
	return func(id string) bool { return office[id] || slices.Contains(team, id) }
}
