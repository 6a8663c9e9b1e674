package access

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// NotOwner is the message for an account that cannot own a task or an
// evaluation of a case.
var NotOwner = fault.Text{ID: "Penanggung jawab harus anggota tim kasus ini, koordinator, atau kepala puskesmas.",
	EN: "The owner must be of the case's team, a koordinator or the head."}

// MayOwnIn says whether an account of the puskesmas may own a record about a
// case or visit: a member of the case's team, a koordinator or Kepala. Any other
// account could not see it. A record about a month has no id and may belong to
// any member of the staff.
func MayOwnIn(tx pg.Tx, account, kind, id string) (bool, error) {
	return pg.Scalar[bool](tx, `select exists (select from staff_of_puskesmas() s
		where s.account_id = $1::uuid and s.ended_at is null and s.role <> 'integrator'
			and (s.role in ('koordinator', 'kepala_puskesmas') or $3 = ''
				or exists (select from care_case c
					join team_member m on m.puskesmas_id = c.puskesmas_id and m.team_id = c.team_id
					where c.id = coalesce((select v.case_id from visit v where $2 = 'visit'
							and v.id = nullif($3, '')::uuid), nullif($3, '')::uuid)
						and m.account_id = s.account_id and m.left_at is null)))`, account, kind, id)
}
