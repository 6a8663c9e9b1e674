package team

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const columns = `t.id, t.programme_code as programme, t.mode, t.name, coalesce(t.decree_number, '') as decree_number,
	t.valid_from::text as valid_from, coalesce(t.valid_until::text, '') as valid_until, t.created_at, t.version, ` + members + ` as members`

const members = `(select coalesce(jsonb_agg(jsonb_build_object('account_id', m.account_id, 'name', m.name, 'profession', m.profession, 'lead', m.lead, 'joined_at', to_char(m.joined_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
	order by m.lead desc, m.name, m.account_id), '[]') from team_member m where m.team_id = t.id and m.left_at is null)`

const former = `(select jsonb_agg(jsonb_build_object('account_id', m.account_id, 'name', m.name, 'profession', m.profession, 'lead', m.lead, 'joined_at', to_char(m.joined_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'left_at', to_char(m.left_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
	order by m.left_at desc, m.name, m.account_id) from team_member m where m.team_id = t.id and m.left_at is not null) as former_members`

type key struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

// last sorts after every row of a list that is read from the newest on.
var last = key{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}

// In returns a team with its present members. Error: fault.ErrNotFound.
func In(tx pg.Tx, id string) (homecare.Team, error) {
	return pg.Row[homecare.Team](tx, `select `+columns+` from team t where t.id = $1`, id)
}

func single(tx pg.Tx, id string) (homecare.Team, error) {
	return pg.Row[homecare.Team](tx, `select `+columns+`, `+former+` from team t where t.id = $1`, id)
}

// QueueIn asks for a team as its own route answers it, with those who left;
// put gets it once the batch was sent, unless there is none.
func QueueIn(b *pgx.Batch, id string, put func(homecare.Team)) {
	b.Queue(`select `+columns+`, `+former+` from team t where t.id = $1`, id).Query(func(rows pgx.Rows) error {
		list, err := pg.Collect[homecare.Team](rows)
		for _, t := range list {
			put(t)
		}
		return err
	})
}

func listed(tx pg.Tx, in listParams, k key) ([]homecare.Team, error) {
	return pg.Rows[homecare.Team](tx, `select `+columns+` from team t
		where (t.created_at, t.id) < ($1, $2) and ($3 = '' or t.programme_code = $3) and ($4 = '' or t.mode = $4)
		  and (not $5 or t.id in (select team_id from team_member where account_id = $6 and left_at is null))
		order by t.created_at desc, t.id desc limit $7`, k.At, k.ID, in.Programme, in.Mode, in.Mine, tx.Principal().UserID, in.Rows())
}

// modeOf is the team mode of the SOP version in force; fault.ErrNotFound when
// the puskesmas does not run the programme.
func modeOf(tx pg.Tx, programme string) (string, error) {
	return pg.Scalar[string](tx, `select s.team_mode from sop_version s
		join puskesmas_programme p on p.programme_code = s.programme_code and p.puskesmas_id = $2 and p.starts_on <= $3::text::date
		where s.programme_code = $1 and s.effective_from <= $3::text::date
		order by s.effective_from desc, s.revision desc limit 1`, programme, tx.Principal().PuskesmasID, clock.Day(tx.Now()))
}

func insert(tx pg.Tx, t homecare.NewTeam, mode string) error {
	p := tx.Principal()
	_, err := tx.Exec(`insert into team (puskesmas_id, id, programme_code, mode, name, decree_number, valid_from, valid_until, created_at, created_by)
		values ($1, $2, $3, $4, $5, nullif($6, ''), $7::text::date, nullif($8, '')::date, $9, $10)`,
		p.PuskesmasID, t.ID, t.Programme, mode, t.Name, t.DecreeNumber, t.ValidFrom, t.ValidUntil, tx.Now(), p.UserID)
	return err
}

// setMembers ends the time of who is no longer in the list, or serves in it
// otherwise, and begins that of who is new, all at one moment, but nobody's before
// their membership began.
func setMembers(tx pg.Tx, team string, members []Chosen, from time.Time) error {
	accounts, professions, leads := make([]string, len(members)), make([]string, len(members)), make([]bool, len(members))
	for i, m := range members {
		accounts[i], professions[i], leads[i] = m.AccountID, m.Profession, m.Lead
	}
	if _, err := tx.Exec(`update team_member m set left_at = greatest($2, m.joined_at)
		where m.team_id = $1 and m.left_at is null and not exists (
			select from unnest($3::uuid[], $4::text[], $5::boolean[]) as w (account_id, profession, lead)
			where w.account_id = m.account_id and w.profession = m.profession and w.lead = m.lead)`,
		team, from, accounts, professions, leads); err != nil {
		return err
	}
	for _, m := range members {
		if _, err := tx.Exec(`insert into team_member (puskesmas_id, id, team_id, account_id, membership_id, name, profession, lead, joined_at)
			select $1, $2, $3, $4, $5, $6, $7, $8, greatest($9, (select min(least(s.since, h.from_at)) from membership s
				left join membership_past h on h.membership_id = s.id where s.puskesmas_id = $1 and s.account_id = $4))
			where not exists (select from team_member where team_id = $3 and account_id = $4 and left_at is null)`,
			tx.Principal().PuskesmasID, uuid.Must(uuid.NewV7()).String(), team, m.AccountID, m.MembershipID, m.Name, m.Profession, m.Lead, from); err != nil {
			return err
		}
	}
	return nil
}
