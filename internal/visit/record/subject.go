package record

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

// Subject is what a use case needs to know about a visit besides its record.
type Subject struct {
	BirthDate *time.Time
	Sex       string
	CaseState string
	// ProposedOn is the day of the case's proposal.
	ProposedOn string
	TeamID     *string
	// Team are the members at the time of the act who were on the staff then; TeamNow
	// those of today. The lead comes first.
	Team, TeamNow []string
	Village       *string
	// MergedIntoCaseID is the case that continues in place of this one; "" for
	// none.
	MergedIntoCaseID string
}

// SubjectColumns are columns of a case c and its person p. $2 is the time of the
// team.
const SubjectColumns = `p.birth_date, p.sex, c.state as case_state, c.proposed_on::text as proposed_on,
	coalesce(c.merged_into_case_id::text, '') as merged_into_case_id, c.team_id, p.village_code as village,
	array(select m.account_id::text from case_team_at(c.id, $2) t join team_member m on m.puskesmas_id = c.puskesmas_id
			and m.team_id = t.team_id and m.joined_at <= t.at and (m.left_at is null or m.left_at > t.at)
		where exists (select from staff_at(m.account_id, t.at))
		group by m.account_id order by bool_or(m.lead) desc, max(m.name)) as team,
	` + team.Serving + ` as team_now`

// LockIn locks a visit and reads it whole, in one round trip. Error:
// fault.ErrNotFound when the caller may not see it.
func LockIn(tx pg.Tx, id string) (homecare.Visit, Subject, error) {
	var v homecare.Visit
	var s Subject
	var b pgx.Batch
	QueueLock(&b, id, tx.Now(), &s)
	QueueRead(tx, &b, id, &v)
	return v, s, tx.Send(&b)
}

// QueueLock locks a visit, and its case to prevent its end meanwhile.
func QueueLock(b *pgx.Batch, id string, at time.Time, into *Subject) {
	b.Queue(`select from visit where id = $1 for update`, id)
	b.Queue(`select from care_case where id = (select case_id from visit where id = $1) for share`, id)
	b.Queue(`select `+SubjectColumns+` from visit v join care_case c on c.puskesmas_id = v.puskesmas_id
		and c.id = v.case_id
		join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
		where v.id = $1`, id, at).Query(pg.Into(into))
}
