package team

import (
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// FormIn creates a team for one case that serves from a given time, named after
// the programme, and returns its id. The caller records the act.
func FormIn(tx pg.Tx, programme, name string, members []Chosen, from time.Time) (string, error) {
	id := uuid.Must(uuid.NewV7()).String()
	in := homecare.NewTeam{ID: id, Programme: programme, Name: name, ValidFrom: clock.Day(from)}
	if err := insert(tx, in, PerCase); err != nil {
		return "", err
	}
	return id, setMembers(tx, id, members, from)
}

// ChangeIn replaces the members of a team from a given time. Members who are
// not in the list leave; the history stays. The caller records the act.
func ChangeIn(tx pg.Tx, id string, members []Chosen, from time.Time) error {
	if err := setMembers(tx, id, members, from); err != nil {
		return err
	}
	return pg.Update[team](tx, id, nil)
}

// setMembers ends the period of members who are not in the list or have another
// part in it, and begins the period of new ones, all at one time, but never before
// their membership began.
func setMembers(tx pg.Tx, team string, members []Chosen, from time.Time) error {
	accounts, professions, leads := make([]string, len(members)), make([]string, len(members)),
		make([]bool, len(members))
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
		if _, err := tx.Exec(`insert into team_member (puskesmas_id, id, team_id, account_id, membership_id, name,
			profession, lead, joined_at)
			select $1, $2, $3, $4, $5, $6, $7, $8, greatest($9, (select min(least(s.since, h.from_at)) from membership s
				left join membership_past h on h.membership_id = s.id where s.puskesmas_id = $1 and s.account_id = $4))
			where not exists (select from team_member where team_id = $3 and account_id = $4 and left_at is null)`,
			tx.Principal().PuskesmasID, uuid.Must(uuid.NewV7()).String(), team, m.AccountID, m.MembershipID, m.Name,
			m.Profession, m.Lead, from); err != nil {
			return err
		}
	}
	return nil
}
