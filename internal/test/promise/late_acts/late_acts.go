//go:build sabotage

// Package late_acts measures: acts done offline while the office acts are accepted, or
// parked exactly where an oracle says so, or refused with an answer. Nothing is lost or
// duplicated. The oracle is written from the rules and knows the product only through its
// API.
package late_acts

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/sabotage"
)

const promised = "1,000 interleavings: each act taken, parked or refused as an oracle says, 0 lost, 0 doubled"

// fixed is the seed of every measure; the others are random.
const fixed = 4

// atOnce is the number of puskesmas with concurrent stories.
const atOnce = 3

var slugs = []string{"uren", "paringin", "paringin-selatan", "batumandi", "lampihong", "lok-batu", "awayan", "juai",
	"pirsus", "halong", "tebing-tinggi"}

// reasons are the reasons for parking an act. The long form must meet each of
// them.
var reasons = []string{"before_proposal", "case_not_active", "case_ended", "person_voided", "person_restricted",
	"consent_withdrawn", "not_in_team",
	"already_recorded", "closed", "state", "cancelled", "ending_not_now", "visit_after_end", "open_exists",
	"patient_deceased", "gone", "restricted"}

// Promise is the long form of REC-4.
var Promise = promise.Promise{ID: "REC-4", Promised: promised,
	Measure: func(t *testing.T) promise.Result { return measure(t, 1000, 5, 8*time.Minute, "", false) },
	Control: promise.Control{Measure: func(t *testing.T) promise.Result { return broken(t, breaks) }}}

// Short is REC-4 in a few seconds: a fixed and a random seed, and one break, a
// different one each day.
var Short = promise.Promise{ID: "REC-4",
	Promised: "as in the long form, 32 interleavings (short, one break of the day)",
	Measure:  func(t *testing.T) promise.Result { return measure(t, 32, 0, time.Minute, "", false) },
	Control: promise.Control{Measure: func(t *testing.T) promise.Result {
		return broken(t, breaks[time.Now().YearDay()%len(breaks):][:1])
	}}}

// breaks make the product judge an earlier act by the current state, or store it
// more than once.
var breaks = []struct{ name, sql string }{
	{"today's team", `create or replace function of_team_at(p_case uuid, p_account uuid, p_at timestamptz) returns
		boolean language sql stable as $$
		select exists (select from care_case c join team_member m on m.puskesmas_id = c.puskesmas_id
		and m.team_id = c.team_id
			where c.puskesmas_id = current_setting('app.puskesmas_id')::smallint and c.id = p_case
			and m.account_id = p_account and m.left_at is null) $$`},
	{"no consent withdrawn", `create or replace function home_visit_refused(p_puskesmas smallint, p_patient uuid,
		p_at timestamptz) returns boolean language sql stable
		as $$ select false $$`},
	{"keys forgotten", ""},
	{"the day of the end forgotten", `create function ended_today() returns trigger language plpgsql as $$ begin
		new.ended_on := new.proposed_on; return new; end $$;
		create trigger a_ended_today before update of ended_on on care_case for each row when (new.ended_on is not null)
		execute function ended_today()`},
	{"the role of today", `create or replace function staff_at(p_account uuid, p_at timestamptz) returns table
		(role text, profession text)
		language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
		select m.role, m.profession from public.membership m
		where m.puskesmas_id = current_setting('app.puskesmas_id')::smallint
			and m.account_id = p_account and m.ended_at is null $$`},
}

// broken measures once per break. A break that is not found keeps the control
// green.
func broken(t *testing.T, breaks []struct{ name, sql string }) promise.Result {
	var said []string
	unnoticed := false
	for _, b := range breaks {
		if b.sql == "" {
			sabotage.Set("no_idempotency")
		}
		found := measure(t, 300, 0, time.Minute, b.sql, true)
		sabotage.Set("")
		said = append(said, b.name+": "+found.Measured)
		unnoticed = unnoticed || found.Kept
	}
	return promise.Result{Measured: strings.Join(said, "; "), Kept: unnoticed}
}

// measure runs stories in several puskesmas. Each reason must occur that often.
func measure(t *testing.T, stories, often int, within time.Duration, breakIt string, hasty bool) promise.Result {
	s := apitest.New(t, apitest.Configure(func(c *config.Config) {
		c.RateAccount, c.RateTenant, c.RateAddress = 0, 0,
			0
	}))
	if breakIt != "" {
		s.Database.Exec(t, breakIt)
	}
	here := slugs[:2]
	if stories > 300 {
		here = slugs
	}
	random := uint64(time.Now().UnixNano())
	var all []*puskesmas
	for i, slug := range here {
		seed := uint64(fixed)
		if i > 0 {
			seed = random + uint64(i)
		}
		o := newPuskesmas(t, s, slug, seed)
		o.hasty = hasty
		all = append(all, o)
	}
	start := time.Now()
	var wait sync.WaitGroup
	at := make(chan struct{}, atOnce)
	for _, o := range all {
		wait.Go(func() {
			at <- struct{}{}
			defer func() { <-at }()
			if !hasty || !slices.ContainsFunc(all, func(p *puskesmas) bool { return p != o && p.stop }) {
				o.run((stories+len(all)-1)/len(all), start.Add(within))
			}
		})
	}
	wait.Wait()
	sum := newTally()
	n := 0
	for _, o := range all {
		if o.broken != nil && !(hasty && sumDiffer(all) > 0) {
			t.Fatalf("%s: seed %d story %d: %v", o.slug, o.seed, o.stories, o.broken)
		}
		t.Logf("%s: seed %d, %d stories, %d differences", o.slug, o.seed, o.stories, o.differ)
		n += o.stories
		for i, d := range o.differences {
			if i < 4 && !hasty {
				t.Log(d)
			}
		}
		sum.add(o.tally)
	}
	if !hasty {
		t.Log(sum)
	}
	missing := slices.DeleteFunc(slices.Clone(reasons), func(r string) bool { return sum.reasons[r] >= often })
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d differences, %d lost, %d doubled in %d interleavings, %d acts sent (%d parked for %d reasons, %d late, %d answers lost), %d seldom met: %v",
			sum.differ, sum.gone, sum.doubled, n, total(sum.sent), total(sum.reasons), len(sum.reasons), sum.late,
			sum.lost, len(missing), missing),
		Kept: sum.differ == 0 && sum.gone == 0 && sum.doubled == 0 && len(missing) == 0 && (hasty || n >= stories),
	}
}

func sumDiffer(all []*puskesmas) (n int) {
	for _, o := range all {
		n += o.differ
	}
	return n
}

// tally is the result of the stories.
type tally struct {
	officeDone, officeRefused, sent, verdicts, reasons, decided map[string]int
	differ, gone, doubled, lost, lostLong, late, stale, counted int
	differences                                                 []string
}

func newTally() *tally {
	return &tally{officeDone: map[string]int{}, officeRefused: map[string]int{}, sent: map[string]int{},
		verdicts: map[string]int{}, reasons: map[string]int{},
		decided: map[string]int{}}
}

func (a *tally) add(o *tally) {
	for _, m := range []struct{ to, from map[string]int }{{a.officeDone, o.officeDone},
		{a.officeRefused, o.officeRefused}, {a.sent, o.sent},
		{a.verdicts, o.verdicts}, {a.reasons, o.reasons}, {a.decided, o.decided}} {
		for k, n := range m.from {
			m.to[k] += n
		}
	}
	for _, n := range []struct {
		to   *int
		from int
	}{{&a.differ, o.differ}, {&a.gone, o.gone}, {&a.doubled, o.doubled}, {&a.lost, o.lost}, {&a.lostLong, o.lostLong},
		{&a.late, o.late}, {&a.stale, o.stale}, {&a.counted, o.counted}} {
		*n.to += n.from
	}
}

func (a *tally) String() string {
	return fmt.Sprintf(
		"sent: %s\nverdicts: %s\nreasons: %s\ndecided: %s\noffice: %s\nrefused to the office: %s\nlate %d, answers lost %d (%d over an act of the office), versions old %d, counted %d",
		counts(a.sent), counts(a.verdicts), counts(a.reasons), counts(a.decided), counts(a.officeDone),
		counts(a.officeRefused), a.late, a.lost, a.lostLong, a.stale, a.counted)
}

func counts(m map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%s %d", strings.TrimSpace(k), m[k]))
	}
	return strings.Join(out, ", ")
}

func total(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

func join(lines []string) string { return strings.Join(lines, "\n    ") }
