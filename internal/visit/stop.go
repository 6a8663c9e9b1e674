package visit

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/platform/pg"
)

// target is the visit to which parts are written.
type target struct {
	alert.Visit
	stop stop // of a new visit
	row  visitRow
}

// queueStopFor creates a stop with its members, or joins one. For a plan, the
// exclusion constraint stop_member_clash refuses a person who is planned
// elsewhere at that time. A recorded presence blocks no other stop.
func queueStopFor(tx pg.Tx, b *pgx.Batch, s stop) {
	me := tx.Principal()
	if !s.joined {
		b.Queue(`insert into stop (puskesmas_id, id, programme_code, village_code, starts_at, ends_at, created_at,
			created_by) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			me.PuskesmasID, s.id, s.programme, s.village, s.startsAt, s.endsAt, tx.Now(), me.UserID)
	}
	b.Queue(`insert into stop_member as o (puskesmas_id, stop_id, account_id, during, active) select $1, $2, m,
		tstzrange($4, $5), $6
		from unnest($3::text[]::uuid[]) m on conflict on constraint stop_member_pk do update set active = o.active
		or excluded.active`,
		me.PuskesmasID, s.id, s.members, s.startsAt, s.endsAt, !s.fact)
}

// queueRelease releases the members of a stop without planned visits.
func queueRelease(b *pgx.Batch, stopID string) {
	b.Queue(`update stop_member m set active = false where m.stop_id = $1 and m.active and not exists
		(select from visit v where v.puskesmas_id = m.puskesmas_id and v.stop_id = m.stop_id
		and v.state = 'planned')`, stopID)
}

// stop is a call at a household before it is created or joined.
type stop struct {
	id, programme, village string
	startsAt, endsAt       time.Time
	members                []string
	joined                 bool
	fact                   bool // somebody is or was there
}
