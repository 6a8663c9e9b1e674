package visit

import (
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// closing is how a visit ends: the time, and the next visit in its plan.
type closing struct {
	departed time.Time
	nextID   *string
	next     stop
}

// closing checks that v may be completed and returns how. A next visit that is
// impossible (its hour is over, the case has ended) stays open: it is never a
// reason to refuse the record.
func (s *Service) closing(tx pg.Tx, v homecare.Visit, sub record.Subject, a act, departed time.Time) (closing, error) {
	out := closing{departed: departed.UTC().Truncate(time.Microsecond)}
	if err := ready(v); err != nil {
		return out, err
	}
	var check fault.Check
	check.That(v.ArrivedAt == nil || !out.departed.Before(*v.ArrivedAt), "/departed_at", "span",
		"Waktu pulang tidak boleh sebelum waktu tiba.", "Departure cannot precede arrival.")
	check.That(v.ArrivedAt == nil || out.departed.Sub(*v.ArrivedAt) <= record.MaxStay, "/departed_at", "span",
		"Waktu pulang paling lama 12 jam sesudah waktu tiba.", "Departure is at most 12 hours after arrival.")
	check.That(!departed.After(tx.Now().Add(clock.Skew)), "/departed_at", "future",
		"Waktu ini belum terjadi. Periksa jam perangkat.", "This time is yet to come. Check the device's clock.")
	next := v.Plan.NextVisit
	if next != nil && next.StartsAt != nil {
		check.That(a.vouched || next.StartsAt.After(departed), "/plan/next_visit/starts_at", "span",
			"Kunjungan berikutnya harus sesudah kunjungan ini.", "The next visit must follow this one.")
	}
	if err := check.Err(); err != nil {
		return out, err
	}
	if next == nil || next.StartsAt == nil || !next.StartsAt.After(tx.Now()) || sub.CaseState != "active" {
		return out, nil
	}
	c := careCase{ID: v.CaseID, PatientID: v.PatientID, ProgrammeCode: v.Programme, Subject: sub}
	members := next.Members
	if clock.Day(departed) < tx.Today() { // for today's team, without members who left
		members = slices.DeleteFunc(slices.Clone(members), func(m string) bool {
			return !slices.Contains(sub.TeamNow, m)
		})
	}
	var err error
	if out.next, err = place(homecare.PlanVisit{StartsAt: next.StartsAt, DurationMinutes: next.DurationMinutes,
		Members: members}, c, sub.TeamNow, nil,
		&stop{village: v.Village, members: accounts(v.Members)}); err != nil {
		return out, err
	}
	id := pg.NewID(next.ID)
	out.nextID = &id
	return out, nil
}

// queueNext plans the next visit if its members are free and the person may be
// visited then. Otherwise it plans none, and the answer says that the next visit
// is open.
func queueNext(tx pg.Tx, b *pgx.Batch, t target, programme string, c closing) {
	if c.nextID == nil {
		return
	}
	me, st := tx.Principal(), c.next
	// Members and period stand in sub-selects: PostgreSQL, which could estimate by their
	// values, would plan the statement again each time.
	b.Queue(`insert into stop (puskesmas_id, id, programme_code, village_code, starts_at, ends_at, created_at,
		created_by)
		select $1, $2, $3, $4, $5, $6, $7, $8 where not home_visit_refused($1, $9::uuid, $5)
			and not exists (select from patient p where p.puskesmas_id = $1 and p.id = $9
			and p.restricted_at is not null)
			and not exists (select from stop_member m where m.puskesmas_id = $1
			and m.account_id = any((select $10::text[]::uuid[])::uuid[])
				and m.active and m.during && (select tstzrange($5, $6)))`,
		me.PuskesmasID, st.id, st.programme, st.village, st.startsAt, st.endsAt, tx.Now(), me.UserID, t.PatientID,
		st.members)
	b.Queue(`insert into stop_member (puskesmas_id, stop_id, account_id, during) select s.puskesmas_id, s.id, m,
		tstzrange(s.starts_at, s.ends_at)
		from stop s, unnest($2::text[]::uuid[]) m where s.id = $1`, st.id, st.members)
	b.Queue(`insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state, planned_for,
		kind, created_at, created_by)
		select s.puskesmas_id, $2, s.id, $3, $4, $5, 'planned', s.starts_at, 'follow_up', $6, $7 from stop s
		where s.id = $1`,
		st.id, *c.nextID, t.CaseID, t.PatientID, programme, tx.Now(), me.UserID)
}

// nextMade is the id of a next visit if queueNext made it.
func nextMade(param string) string {
	return `(select n.id from visit n where n.id = ` + param + `::uuid)`
}

// queuePromises stores the promises of v's plan: when the next visit of an open
// case is due, unless a later visit set that, and its follow-ups.
func queuePromises(tx pg.Tx, b *pgx.Batch, v homecare.Visit, sub record.Subject) {
	if next := v.Plan.NextVisit; next != nil && sub.CaseState == "active" {
		b.Queue(`insert into visit_due (puskesmas_id, case_id, due_on, visit_id, set_at)
			values ($1, $2, $3::text::date, $4, $5)
			on conflict on constraint visit_due_pk do update set due_on = excluded.due_on, visit_id = excluded.visit_id,
			set_at = excluded.set_at
			where not exists (select from visit n where n.puskesmas_id = $1 and n.id = visit_due.visit_id and n.id <> $4
			and n.arrived_at > $6)`,
			tx.Principal().PuskesmasID, v.CaseID, next.Date, v.ID, tx.Now(), *v.ArrivedAt)
	}
	for _, f := range v.Plan.FollowUps {
		followup.QueueIn(tx, b, pg.NewID(f.ID), v.CaseID, &v.ID, f)
	}
}
