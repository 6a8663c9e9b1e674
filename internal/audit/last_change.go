package audit

import (
	"cmp"
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Changing is a kind of records that say when they changed: their table, with changed_at and
// version, and the kind of the acts that change them (case for case.approve), or AnyKind.
// Acts stand in the trail under the record's id, or under the one in the column Under.
type Changing struct{ Table, Kind, Under string }

// AnyKind is the Kind of all acts on a record, for who may read the trail.
const AnyKind = "%"

// LastChange is the newest change of a record that the caller sees, and the act that made it:
// the first of that kind recorded after the write, except acts that change nothing. No act is
// told where the change followed from one on another record, or where the trail of the
// caller's puskesmas, or of Dinkes, does not have it. Error: fault.ErrNotFound.
func LastChange(ctx context.Context, db *pg.DB, of Changing, except []string, id string) (homecare.Change, error) {
	read, trail, name := pg.Read[homecare.Change], "audit_event",
		`select s.name from staff_of_puskesmas() s where s.account_id = e.actor_id limit 1`
	if p, _ := auth.From(ctx); p.District() {
		read, trail, name = pg.DistrictRead[homecare.Change], "audit_event_district",
			`select a.name from account a where a.id = e.actor_id`
	}
	return read(ctx, db, `select t.changed_at as at, coalesce(e.action, '') as action,
		coalesce(e.actor_id::text, '') as by_id, coalesce((`+name+`), '') as by_name
		from `+of.Table+` t left join lateral (select a.action, a.actor_id from `+trail+` a
			where a.subject_id = t.`+cmp.Or(of.Under, "id")+` and not a.dry_run
			and a.action like $2 || '.%' and a.action <> all ($3)
			and a.recorded_at between t.changed_at and t.changed_at + interval '2 seconds'
			order by a.recorded_at, a.id limit 1) e on true
		where t.id = $1`, []any{id, of.Kind, except}, func(rows pgx.Rows) (homecare.Change, error) {
		return pg.CollectOne[homecare.Change](rows)
	})
}
