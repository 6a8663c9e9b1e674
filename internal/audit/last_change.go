package audit

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// LastChange is the newest change of a record of the caller's puskesmas, from a table with
// changed_at (a trusted name), and the act of that kind (case for case.approve) that made it:
// the first recorded after the write, except acts that change nothing. No act is told where
// the change followed from one on another record, or was made by Dinkes. Error:
// fault.ErrNotFound.
func LastChange(ctx context.Context, db *pg.DB, table, kind string, except []string,
	id string) (homecare.Change, error) {
	return pg.Read(ctx, db, `select t.changed_at as at, coalesce(e.action, '') as action,
		coalesce(e.actor_id::text, '') as by_id, coalesce((select s.name from staff_of_puskesmas() s
			where s.account_id = e.actor_id limit 1), '') as by_name
		from `+table+` t left join lateral (select a.action, a.actor_id from audit_event a
			where a.puskesmas_id = t.puskesmas_id and a.subject_id = t.id and not a.dry_run
			and a.action like $2 || '.%' and a.action <> all ($3)
			and a.recorded_at between t.changed_at and t.changed_at + interval '2 seconds'
			order by a.recorded_at, a.id limit 1) e on true
		where t.id = $1`, []any{id, kind, except}, func(rows pgx.Rows) (homecare.Change, error) {
		return pg.CollectOne[homecare.Change](rows)
	})
}
