package followup

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/team"
)

// caseFacts is what a task must know about its case.
type caseFacts struct {
	ProposedOn string
	Team       []string // the team's members today
	EndedOn    string   // "" while it goes on
	Dead       bool     // the person
	DeathCase  string   // the case that the death ended; "" for none
}

// queueSeen queues the read of a case that the caller may see. The share lock prevents the
// case from ending meanwhile. It is a statement of its own: a joined statement that had to
// wait would join the current case to the person as it was before, and find nobody after a
// merge.
func queueSeen(b *pgx.Batch, id string, into *caseFacts) {
	b.Queue(`select from care_case where id = $1 for share`, id)
	queueFacts(b, id, ` and `+access.Case("c"), into)
}

func queueFacts(b *pgx.Batch, id, and string, into *caseFacts) {
	b.Queue(`select c.proposed_on::text as proposed_on, `+team.Serving+` as team,
			coalesce(case when c.state = 'terminated' then c.ended_on end::text, '') as ended_on,
			p.deceased_on is not null as dead,
			coalesce((select d.id::text from care_case d where d.puskesmas_id = c.puskesmas_id
				and d.patient_id = c.patient_id and d.ending = 'death' order by d.terminated_at, d.id limit 1), '') as
				death_case
		from care_case c join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
		where c.id = $1`+and, id).Query(pg.Into(into))
}
