package visit

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
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

// inTheWay is err, and where it is ErrTeamClash, with the first stop that keeps a member of st
// at that time, except one that a visit leaves. It tells only of a stop of which the caller
// may see a visit.
func (s *Service) inTheWay(ctx context.Context, err error, st stop, left string) error {
	if !errors.Is(err, ErrTeamClash) || call.Of(ctx).Again != nil { // again: inside a transaction that has ended
		return err
	}
	id, none := pg.Read(ctx, s.db, `select s.id from stop s where s.id::text <> $4
		and exists (select from stop_member m where m.puskesmas_id = s.puskesmas_id and m.stop_id = s.id and m.active
			and m.account_id = any ($1::text[]::uuid[]) and m.during && tstzrange($2, $3))
		and exists (select from visit v join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
			where v.puskesmas_id = s.puskesmas_id and v.stop_id = s.id and `+access.Listed("c")+`)
		order by s.starts_at, s.id limit 1`,
		[]any{st.members, st.startsAt, st.endsAt, left},
		func(rows pgx.Rows) (string, error) {
			row, err := pg.CollectOne[struct{ ID string }](rows)
			return row.ID, err
		})
	if none != nil {
		return err // the conflict is the answer
	}
	return fault.From(err).Extend("stop_id", id)
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
