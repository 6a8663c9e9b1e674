package record

import (
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Writer writes parts of the record of a visit in a transaction that has locked
// the visit.
type Writer struct {
	Tx      pg.Tx
	Visit   alert.Visit
	Subject Subject
	Facts   *Facts
	At      time.Time // when the visit began
	// Pregnant says whether the person is pregnant according to the record so
	// far.
	Pregnant bool
	// Late says that the people named are not compared with today's team only: a member
	// or owner of that time may have left since.
	Late bool
	// Vouched says that the office confirms the team at that time; Anybody says that being on the
	// staff then is enough.
	Vouched, Anybody bool
}

// Began is when a visit began, or was planned to begin.
func Began(v homecare.Visit) time.Time {
	if v.ArrivedAt != nil {
		return *v.ArrivedAt
	}
	return v.PlannedFor
}

// Check validates p and returns it with what the server computes. nested says that the
// parts are members of the body and not the body itself. Error: fault.ErrInvalid.
func (w Writer) Check(p Parts, nested bool) (Parts, error) {
	if err := p.askOffice(w.Tx, w.Facts, w.Subject.TeamNow); err != nil {
		return p, err
	}
	team := slices.Concat(w.Subject.TeamNow, w.Subject.Team)
	if w.Late {
		var err error
		if team, err = ServedIn(w.Tx, w.Visit.CaseID, team, named(p), w.At, w.Anybody); err != nil {
			return p, err
		}
		p = w.handed(p, team)
	}
	who := w.Subject.person(w.At, w.Tx.Now(), w.Pregnant)
	if w.Vouched {
		who.plansFrom = time.Time{} // the plan is the author's; the office may have set the time
	}
	return p, p.check(*w.Facts, who, nested, team)
}

// Queue replaces the parts in p in the record of an existing visit.
func (w Writer) Queue(b *pgx.Batch, p Parts) error {
	if err := w.QueueParts(b, p); err != nil {
		return err
	}
	if err := queueDocuments(b, w.Visit, p); err != nil {
		return err
	}
	b.Queue(`update visit set version = version + 1 where id = $1`, w.Visit.ID)
	return nil
}

// handed is a late p in which tasks of people who served then and can no longer see
// the case go to the lead of its team.
func (w Writer) handed(p Parts, served []string) Parts {
	if p.Plan == nil || len(w.Subject.TeamNow) == 0 {
		return p
	}
	plan := *p.Plan
	plan.FollowUps = slices.Clone(plan.FollowUps)
	for i, f := range plan.FollowUps {
		if slices.Contains(served, f.OwnerAccountID) && !followup.Owners(w.Facts.office,
			w.Subject.TeamNow)(f.OwnerAccountID) {
			plan.FollowUps[i].OwnerAccountID = w.Subject.TeamNow[0]
		}
	}
	p.Plan = &plan
	return p
}

// ServedIn is the team of a case, with those named accounts that belonged to it at
// that time. With anybody, being on the staff then is enough.
func ServedIn(tx pg.Tx, caseID string, team, named []string, at time.Time, anybody bool) ([]string, error) {
	others := slices.DeleteFunc(slices.Clone(named), func(id string) bool {
		return id == "" || slices.Contains(team, id)
	})
	if len(others) == 0 {
		return team, nil
	}
	then, err := pg.Scalar[[]string](tx, `select array(select x.id::text from unnest($1::text[]::uuid[]) x(id)
		where exists (select from staff_at(x.id, $2))
		and ($4 or of_team_at($3, x.id, $2)))`, others, at, caseID, anybody)
	return slices.Concat(team, then), err
}
