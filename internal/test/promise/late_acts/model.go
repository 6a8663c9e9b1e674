//go:build sabotage

package late_acts

import (
	"maps"
	"slices"
	"time"
)

// model is the state of one story as an outsider would note it: persons, roles and
// cases with their periods. It is written from the rules of the programme and knows
// the product only through the answers to its requests.
type model struct {
	persons map[string]*person
	cases   map[string]*kase
	visits  map[string]*visit
	tasks   map[string]*task
	teams   map[string][]member
	staff   map[string][]service // by account; of the puskesmas, over all stories
}

func newModel(staff map[string][]service) *model {
	return &model{persons: map[string]*person{}, cases: map[string]*kase{}, visits: map[string]*visit{},
		tasks: map[string]*task{},
		teams: map[string][]member{}, staff: staff}
}

// person is a person of the story. A word is a statement about home visits.
type person struct {
	id, into, died string
	voided         bool
	restricted     time.Time
	words          []word
	consents       []string // ids
	before         *model   // the state before the merge into another
	taken          int      // acts of phones accepted until then
}

type word struct {
	id                 string
	given              string // day
	created, withdrawn time.Time
}

type kase struct {
	id, person, proposer, proposed       string // proposed: a day
	at                                   time.Time
	state, before, ending, ended, merged string
	mergedAt                             time.Time
	activated                            string // a day
	teams                                []teamSpan
}

type teamSpan struct {
	team        string
	from, until time.Time
}

type member struct {
	account     string
	from, until time.Time
}

type service struct {
	role        string
	from, until time.Time
}

type visit struct {
	id, kase, state string
	planned         time.Time
	arrived         time.Time
	next            string // made in its place
	cancelledBy     string // the kind of ending that cancelled it
	by              string // who arrived, or gave it up
	late, written   bool
}

type task struct {
	id, kase, state, opened string
	dropped, droppedOn      string // "death" if that closed it, and the day
	found                   string // its state when it was closed
}

func during(from, until, at time.Time) bool {
	return !from.After(at) && (until.IsZero() || until.After(at))
}

// day is the business day of a moment in WITA (UTC+8).
func day(at time.Time) string { return at.UTC().Add(8 * time.Hour).Format(time.DateOnly) }

// copy is the current model, for a merge that may be undone.
func (m *model) copy() *model {
	out := newModel(m.staff)
	for id, p := range m.persons {
		q := *p
		q.words, q.consents = slices.Clone(p.words), slices.Clone(p.consents)
		out.persons[id] = &q
	}
	for id, c := range m.cases {
		k := *c
		k.teams = slices.Clone(c.teams)
		out.cases[id] = &k
	}
	for id, v := range m.visits {
		w := *v
		out.visits[id] = &w
	}
	for id, f := range m.tasks {
		g := *f
		out.tasks[id] = &g
	}
	out.teams = maps.Clone(m.teams)
	return out
}

// role is the role of an account at that time; "" if not on the staff. Of two
// roles the higher counts.
func (m *model) role(account string, at time.Time) string {
	role := ""
	for _, s := range m.staff[account] {
		if during(s.from, s.until, at) && (role == "" || s.role != "petugas") {
			role = s.role
		}
	}
	return role
}

// staffOn says whether an account was on the staff at the start or end of a
// business day.
func (m *model) staffOn(account, on string) bool {
	from, _ := time.Parse(time.DateOnly, on)
	from = from.Add(-8 * time.Hour)
	return m.role(account, from) != "" || m.role(account, from.Add(24*time.Hour-time.Microsecond)) != ""
}

func (m *model) seesAll(account string, now time.Time) bool {
	r := m.role(account, now)
	return r != "" && r != "petugas"
}

// inTeam says whether an account was in a team at that time.
func (m *model) inTeam(team, account string, at time.Time) bool {
	return slices.ContainsFunc(m.teams[team], func(x member) bool {
		return x.account == account &&
			during(x.from, x.until, at)
	})
}

// sees says whether an account may see a case now: the office sees all, others those
// of their current team, and the proposer until there is a team.
func (m *model) sees(account string, c *kase, now time.Time) bool {
	team := c.team()
	return m.seesAll(account, now) || team != "" && m.inTeam(team, account, now) || team == "" && c.proposer == account
}

func (c *kase) team() string {
	if n := len(c.teams); n > 0 {
		return c.teams[n-1].team
	}
	return ""
}

// isOf says whether o is the case c or was merged into it, through any number of
// merges.
func (m *model) isOf(o, c *kase) bool {
	for ; o != nil; o = m.cases[o.merged] {
		if o == c {
			return true
		}
	}
	return false
}

// everOfTeam says whether an account was ever in a team of the case, or of one merged
// into it.
func (m *model) everOfTeam(account string, c *kase) bool {
	for _, o := range m.cases {
		for _, s := range o.teams {
			if m.isOf(o, c) && slices.ContainsFunc(m.teams[s.team], func(x member) bool {
				return x.account == account
			}) {
				return true
			}
		}
	}
	return false
}

// ofTeam says whether an account was in the case's team at that time, or in that
// of a case merged into it later; before the first team, in the first.
func (m *model) ofTeam(account string, c *kase, at time.Time) bool {
	for _, o := range m.cases {
		if !m.isOf(o, c) {
			continue
		}
		for i, s := range o.teams {
			if i == 0 && s.from.After(at) && m.inTeam(s.team, account, s.from) ||
				during(s.from, s.until, at) && (o == c || at.Before(o.mergedAt)) && m.inTeam(s.team, account, at) {
				return true
			}
		}
	}
	return false
}

// refuses says whether a person's latest statement at that time was a refusal:
// the consent was withdrawn, and no later consent was valid.
func (p *person) refuses(at time.Time) bool {
	for _, w := range p.words {
		if w.withdrawn.IsZero() || w.withdrawn.After(at) {
			continue
		}
		again := slices.ContainsFunc(p.words, func(a word) bool {
			return a.created.After(w.withdrawn) && a.given >= day(w.withdrawn) && a.given <= day(at) &&
				(a.withdrawn.IsZero() || a.withdrawn.After(at))
		})
		if !again {
			return true
		}
	}
	return false
}

// everRefuses is refuses for acts without a day.
func (p *person) everRefuses() bool { return p.refuses(time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)) }

func open(c *kase) bool {
	return slices.Contains([]string{"proposed", "approved", "active", "terminating"}, c.state)
}

func (m *model) openOf(person string) *kase {
	for _, c := range m.cases {
		if c.person == person && open(c) {
			return c
		}
	}
	return nil
}

// end ends a case and cancels its planned visits.
func (m *model) end(c *kase, kind, on string) {
	if open(c) && c.state != "terminating" {
		c.before = c.state
	}
	c.state, c.ending, c.ended = "terminated", kind, on
	m.cancelPlanned(c, kind)
}

func (m *model) cancelPlanned(c *kase, why string) {
	for _, v := range m.visits {
		if v.kase == c.id && v.state == "planned" {
			v.state, v.cancelledBy = "cancelled", why
		}
	}
}

// die ends everything open of a person. Tasks handed over stay.
func (m *model) die(person, on string) {
	p := m.persons[person]
	if p.died == "" {
		p.died = on
	}
	for _, c := range m.cases {
		if c.person != person {
			continue
		}
		if open(c) {
			m.end(c, "death", on)
		}
		for _, f := range m.tasks {
			if f.kase == c.id && (f.state == "open" || f.state == "answered") {
				f.found, f.state, f.dropped, f.droppedOn = f.state, "cancelled", "death", max(on, f.opened)
			}
		}
	}
}

// undie reverses a death: each case that it ended returns to its earlier state.
func (m *model) undie(person string, now time.Time) {
	m.persons[person].died = ""
	for _, c := range m.cases {
		if c.person != person || c.ending != "death" {
			continue
		}
		c.state, c.ending, c.ended = c.before, "", ""
		for _, v := range m.visits {
			if v.kase == c.id && v.state == "cancelled" && v.cancelledBy == "death" {
				v.cancelledBy = ""
				if v.state = "missed"; v.planned.After(now) {
					v.state = "planned"
				}
			}
		}
	}
	for _, f := range m.tasks {
		if c := m.cases[f.kase]; c.person == person && f.dropped == "death" {
			f.state, f.dropped = "open", ""
		}
	}
}

// lastVisit is the last day of a visit, completed or in progress, to those
// cases.
func (m *model) lastVisit(of func(*kase) bool) string {
	last := ""
	for _, v := range m.visits {
		if c := m.cases[v.kase]; of(c) && (v.state == "completed" || v.state == "in_progress") &&
			!m.persons[c.person].voided {
			last = max(last, day(v.arrived))
		}
	}
	return last
}

// lastEnd is the last day on which a case of a person ended in any way other than
// death, merging or error.
func (m *model) lastEnd(person string) string {
	last := ""
	for _, c := range m.cases {
		if c.person == person && c.state == "terminated" &&
			!slices.Contains([]string{"death", "merged", "entered_in_error"}, c.ending) {
			last = max(last, c.ended)
		}
	}
	return last
}
