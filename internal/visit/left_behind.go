package visit

import (
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// LeftBehindIn counts what waits for an account that left the staff: its planned
// visits and its open tasks. It counts nothing while the account serves here by
// another membership.
func LeftBehindIn(tx pg.Tx, accountID string) (homecare.LeftBehind, error) {
	return pg.Row[homecare.LeftBehind](tx, `with gone as (select $1::uuid as id where $1::uuid <> all (`+staff.Present+
		`))
		select (select count(distinct v.id)::int from visit v
				join stop_member m on m.puskesmas_id = v.puskesmas_id and m.stop_id = v.stop_id and m.active
				join gone on gone.id = m.account_id where v.state = 'planned') as planned_visits,
			(select count(*)::int from follow_up f join gone on gone.id = f.owner_account_id
				where f.state in `+followup.Pending+`) as follow_ups`, accountID)
}

// unstaffed are the members of a planned visit v's stop who will not come: they are
// no longer on the staff, or they are petugas who left the case's team.
const unstaffed = `array(select m.account_id::text from stop_member m
	where m.puskesmas_id = v.puskesmas_id and m.stop_id = v.stop_id and m.active and v.state = 'planned'
		and (m.account_id <> all (` + staff.Present + `)
			or not exists (select from team_member t where t.puskesmas_id = v.puskesmas_id and t.team_id = c.team_id
					and t.account_id = m.account_id and t.left_at is null)
				and m.account_id <> all (` + staff.Office + `)) order by m.account_id)`
