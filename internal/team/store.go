package team

import (
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const columns = `t.id, t.programme_code as programme, t.mode, t.name, coalesce(t.decree_number, '') as decree_number,
	t.valid_from::text as valid_from, coalesce(t.valid_until::text, '') as valid_until, t.created_at,
	t.changed_at as updated_at, t.version,
	` + members + ` as members`

const members = `(select coalesce(jsonb_agg(jsonb_build_object('account_id', m.account_id, 'name', m.name, 'profession',
	m.profession, 'lead', m.lead, 'joined_at', to_char(m.joined_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
	order by m.lead desc, m.name, m.account_id), '[]') from team_member m where m.team_id = t.id and m.left_at is null)`

const former = `(select jsonb_agg(jsonb_build_object('account_id', m.account_id, 'name', m.name, 'profession',
	m.profession, 'lead', m.lead, 'joined_at', to_char(m.joined_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
	'left_at', to_char(m.left_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
	order by m.left_at desc, m.name, m.account_id) from team_member m where m.team_id = t.id and m.left_at is not null)
	as former_members`

// modeOf is the team mode of the SOP version in force. Error: fault.ErrNotFound
// when the puskesmas does not run the programme.
func modeOf(tx pg.Tx, programme string) (string, error) {
	return pg.Scalar[string](tx, `select s.team_mode from sop_version s
		join puskesmas_programme p on p.programme_code = s.programme_code and p.puskesmas_id = $2
		and p.starts_on <= $3::text::date
		where s.programme_code = $1 and s.effective_from <= $3::text::date
		order by s.effective_from desc, s.revision desc
		limit 1`, programme, tx.Principal().PuskesmasID, clock.Day(tx.Now()))
}

// team is a row of the table.
type team struct {
	pg.Created
	ID, ProgrammeCode, Mode, Name, ValidFrom string
	DecreeNumber, ValidUntil                 *string
}

func insert(tx pg.Tx, t homecare.NewTeam, mode string) error {
	return pg.Insert(tx, team{Created: tx.Created(), ID: t.ID, ProgrammeCode: t.Programme, Mode: mode, Name: t.Name,
		DecreeNumber: pg.Null(t.DecreeNumber), ValidFrom: t.ValidFrom, ValidUntil: pg.Null(t.ValidUntil)})
}
