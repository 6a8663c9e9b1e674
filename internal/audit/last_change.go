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
// Acts stand in the trail under the record's id, or under the one in the column Under. Shared
// says that puskesmas and Dinkes change them, each with acts in its own trail.
type Changing struct {
	Table, Kind, Under string
	Shared             bool // changed_by of the table tells whose act it was
}

// AnyKind is the Kind of all acts on a record, for who may read the trail.
const AnyKind = "%"

// nameOfActor is the name of the actor of an event e of the caller's puskesmas.
const nameOfActor = `select s.name from staff_of_puskesmas() s where s.account_id = e.actor_id limit 1`

// LastChange is the newest change of a record that the caller sees, and the act that made it:
// the first of that kind recorded after the write, by who wrote it, except acts that change
// nothing. No act is told where the change followed from one on another record, or where the
// trail of the caller's puskesmas, or of Dinkes, does not have it. Error: fault.ErrNotFound.
func LastChange(ctx context.Context, db *pg.DB, of Changing, except []string, id string) (homecare.Change, error) {
	read, trail, name, by := pg.Read[homecare.Change], "audit_event", nameOfActor, ""
	if of.Shared {
		by = " and a.actor_id = t.changed_by"
	}
	if p, _ := auth.From(ctx); p.District() {
		read, trail, name = pg.DistrictRead[homecare.Change], "audit_event_district",
			`select a.name from account a where a.id = e.actor_id`
	}
	return read(ctx, db, `select t.changed_at as at, coalesce(e.action, '') as action,
		coalesce(e.actor_id::text, '') as by_id, coalesce((`+name+`), '') as by_name
		from `+of.Table+` t left join lateral (select a.action, a.actor_id from `+trail+` a
			where a.subject_id = t.`+cmp.Or(of.Under, "id")+` and not a.dry_run`+by+`
			and a.action like $2 || '.%' and a.action <> all ($3)
			and a.recorded_at between t.changed_at and t.changed_at + interval '2 seconds'
			order by a.recorded_at, a.id limit 1) e on true
		where t.id = $1`, []any{id, of.Kind, except}, func(rows pgx.Rows) (homecare.Change, error) {
		return pg.CollectOne[homecare.Change](rows)
	})
}

// LastActIn is the newest act of this name on a record of the caller's puskesmas. Error:
// fault.ErrNotFound.
func LastActIn(tx pg.Tx, action, id string) (homecare.Change, error) {
	return pg.Row[homecare.Change](tx, `select e.recorded_at as at, e.action, coalesce(e.actor_id::text, '') as by_id,
		coalesce((`+nameOfActor+`), '') as by_name from audit_event e where e.subject_id = $1 and e.action = $2
		and not e.dry_run order by e.recorded_at desc, e.id desc limit 1`, id, action)
}
