//go:build sabotage

package late_acts

import (
	"slices"
	"time"
)

// verdict is the expected result of an act: "taken", "parked" with a reason, or
// "refused" with a code.
type verdict struct {
	what, why string
	late      bool
	early     bool // decided before the version of the record is compared
}

func (v verdict) String() string {
	out := v.what
	if v.why != "" {
		out += " " + v.why
	}
	if v.late {
		out += ", late"
	}
	return out
}

func parked(why string) verdict  { return verdict{what: "parked", why: why, early: true} }
func refused(why string) verdict { return verdict{what: "refused", why: why} }

const (
	notFound = "record.not_found"
	invalid  = "request.invalid"
	state    = "record.state"
	skew     = 15 * time.Minute
	longest  = 12 * time.Hour   // that a visit lasts
	stay     = 30 * time.Minute // of a visit that is sent as a whole
)

// asked is the input of a verdict: the caller, the act and the time.
type asked struct {
	sender, by string
	now, at    time.Time
	vouched    bool
}

// ofVisit checks a visit to a case at that time, in the programme's order:
// right, time, author of the record, case, person, team.
func (m *model) ofVisit(a asked, c *kase) verdict {
	own := a.by == a.sender
	if !m.sees(a.sender, c, a.now) && !(own && (m.ofTeam(a.by, c, a.at) || m.everOfTeam(a.by, c))) {
		return verdict{what: "refused", why: notFound, early: true}
	}
	role := m.role(a.by, a.at)
	if a.at.After(a.now.Add(skew)) || role == "" {
		return verdict{what: "refused", why: invalid, early: true}
	}
	p, on := m.persons[c.person], day(a.at)
	switch {
	case p.voided:
		return parked("person_voided")
	case on < c.proposed:
		return parked("before_proposal")
	case c.state == "proposed" || c.state == "approved":
		return parked("case_not_active")
	case c.state == "rejected" || c.state == "withdrawn" || c.state == "terminated" &&
		(c.ending == "entered_in_error" || c.ended < on) ||
		c.state == "terminating" && c.ended < on:
		return parked("case_ended")
	case c.state == "terminated" && c.activated == "":
		return parked("case_not_active")
	case p.died != "" && p.died < on:
		return parked("person_deceased")
	case !p.restricted.IsZero() && !p.restricted.After(a.at):
		return parked("person_restricted")
	case p.refuses(a.at):
		return parked("consent_withdrawn")
	case role == "petugas" && !m.ofTeam(a.by, c, a.at) && !a.vouched:
		return parked("not_in_team")
	}
	return verdict{what: "taken", late: c.state == "terminated"}
}

func closed(state string) bool {
	return slices.Contains([]string{"missed", "cancelled", "rescheduled"}, state)
}

// judge is the expected result of an act that is sent now.
func (m *model) judge(x *act, a asked) verdict {
	switch x.kind {
	case "new visit":
		v := m.ofVisit(a, m.cases[x.kase])
		switch {
		case v.what != "refused" && a.at.Add(stay).After(a.now.Add(skew)): // has not left yet
			return refused(invalid)
		case v.what == "taken" && m.visits[x.id] != nil:
			return refused("record.duplicate")
		case v.what == "taken" && m.recorded(x.kase, x.id, a):
			return parked("already_recorded")
		}
		return v
	case "planned visit", "check-in", "complete", "miss":
		return m.judgePlanned(x, a)
	case "propose":
		return m.late(x, a, m.judgeProposal(x, a))
	case "end":
		return m.late(x, a, m.judgeEnd(x, a))
	case "done", "answer", "hand over", "drop":
		return m.late(x, a, m.judgeTask(x, a))
	case "consent":
		return m.late(x, a, m.judgeConsent(x, a))
	}
	panic(x.kind)
}

// recorded says whether the same performer was at another visit of the case, or of
// another case of its person that was not entered in error, at exactly that time.
func (m *model) recorded(kase, except string, a asked) bool {
	for _, v := range m.visits {
		of := m.cases[v.kase]
		if v.id != except && (v.kase == kase || of.person == m.cases[kase].person && of.ending != "entered_in_error") &&
			v.by == a.by && v.arrived.Equal(a.at) && (v.state == "in_progress" || v.state == "completed") {
			return true
		}
	}
	return false
}

func (m *model) judgePlanned(x *act, a asked) verdict {
	v, sent := m.visits[x.visit], a.at
	if !v.arrived.IsZero() && (v.state == "in_progress" || x.kind == "complete") {
		a.at = v.arrived
	}
	out := m.ofVisit(a, m.cases[v.kase])
	if out.what != "refused" && x.kind == "planned visit" && v.state == "in_progress" && v.by != a.by && !a.vouched {
		return refused("record.stale") // begun by another account, and its version was not seen
	}
	if out.what != "refused" && x.kind == "planned visit" && (sent.Add(stay).After(a.now.Add(skew)) ||
		sent.Add(stay).Before(a.at) || sent.Add(stay).Sub(a.at) > longest) {
		return refused(invalid) // its content is validated before its contradictions
	}
	if out.what != "taken" {
		return out
	}
	if x.kind != "miss" && m.recorded(v.kase, v.id, a) {
		return parked("already_recorded")
	}
	out.late = out.late && x.kind != "miss" || closed(v.state) && x.kind != "miss" || v.late
	switch x.kind {
	case "planned visit":
		if v.state == "completed" {
			return parked("already_recorded")
		}
		out.early = true // a bundle that saw no version
	case "miss":
		switch v.state {
		case "planned", "in_progress":
		case "missed":
			return refused(state)
		default:
			if v.state == "completed" || !a.vouched {
				return parked("closed")
			}
		}
	case "check-in":
		if v.state == "in_progress" || v.state == "completed" {
			return refused(state)
		}
	case "complete":
		switch {
		case v.state == "completed" || v.arrived.IsZero():
			return refused(state)
		case sent.After(a.now.Add(skew)) || sent.Before(v.arrived) || sent.Sub(v.arrived) > longest:
			return refused(invalid)
		}
	}
	return out
}

// late turns a conflict of an earlier day into a parked act, for field staff.
func (m *model) late(x *act, a asked, v verdict) verdict {
	conflict := v.what == "conflict"
	if conflict {
		v.what = "refused"
	}
	if conflict && !a.vouched && x.on < day(a.now) && !m.seesAll(a.sender, a.now) && v.why != "record.duplicate" {
		v.what, v.why = "parked", v.why[slices.Index([]byte(v.why), '.')+1:]
	}
	return v
}

func conflict(code string) verdict { return verdict{what: "conflict", why: code} }

func (m *model) judgeProposal(x *act, a asked) verdict {
	p := m.persons[x.person]
	switch {
	case p.into != "" || p.voided:
		return conflict("patient.gone")
	case x.on > day(a.now) || !m.staffOn(a.by, x.on) || m.inCare(x):
		return refused(invalid)
	case p.died != "":
		return conflict("case.patient_deceased")
	case !p.restricted.IsZero():
		return conflict("patient.restricted")
	case p.everRefuses():
		return conflict("patient.consent_withdrawn")
	case m.cases[x.id] != nil: // the same id again
		return refused("record.duplicate")
	case m.openOf(x.person) != nil:
		return conflict("case.open_exists")
	}
	return verdict{what: "taken"}
}

// inCare says whether the person was in the programme, on the day of a proposal, by a
// case that has ended since.
func (m *model) inCare(x *act) bool {
	for _, c := range m.cases {
		if c.person == x.person && c.id != x.id && c.state == "terminated" && c.ending != "merged" &&
			c.ending != "entered_in_error" && x.on < c.ended {
			return true
		}
	}
	return false
}

func (m *model) judgeEnd(x *act, a asked) verdict {
	c := m.cases[x.kase]
	switch {
	case !m.sees(a.sender, c, a.now):
		return verdict{what: "refused", why: notFound, early: true}
	case !open(c):
		return conflict(state)
	case x.ending == "referral" && c.state != "active":
		return conflict("case.ending_not_now")
	case x.on > day(a.now) || x.ending == "referral" && (x.on < c.proposed || x.on < c.activated):
		return refused(invalid)
	case x.ending == "referral" && m.lastVisit(func(o *kase) bool { return o == c || o.merged == c.id }) > x.on:
		return conflict("case.visit_after_end")
	case !m.staffOn(a.by, x.on):
		return refused(invalid)
	case x.ending == "death" &&
		m.lastVisit(func(o *kase) bool { return o.person == c.person && o.ending != "entered_in_error" }) > x.on:
		return conflict("case.visit_after_end")
	case x.ending == "death" && m.lastEnd(c.person) > x.on:
		return conflict("case.ended_after_death")
	}
	return verdict{what: "taken"}
}

// steps are the acts possible in a task's state.
var steps = map[string][]string{"open": {"hand over", "done", "drop"}, "handed_over": {"answer", "done", "drop"},
	"answered": {"done", "drop"}}

func (m *model) judgeTask(x *act, a asked) verdict {
	f := m.tasks[x.task]
	before := f.state == "cancelled" && x.kind != "answer" && slices.Contains(steps[f.found], x.kind)
	switch {
	case !m.sees(a.sender, m.cases[f.kase], a.now):
		return verdict{what: "refused", why: notFound, early: true}
	case before && x.on > f.droppedOn: // its acts are of a later day
		return conflict("follow_up.cancelled")
	case !before && !slices.Contains(steps[f.state], x.kind):
		return conflict(state)
	case x.on > day(a.now) || x.on < f.opened || a.by != a.sender && !m.staffOn(a.by, x.on):
		return refused(invalid)
	}
	return verdict{what: "taken"}
}

// opens says whether somebody may see what belongs to a person alone: a caller who
// sees a case of the person, or anybody if there is none; while a team cares for
// the person, only that team.
func (m *model) opens(p *person, account string, now time.Time) bool {
	stands := p.id
	if p.into != "" {
		stands = p.into
	}
	none, inCare, byTeam, seen := true, false, false, false
	for _, c := range m.cases {
		if c.person != stands || c.state == "rejected" || c.state == "withdrawn" {
			continue
		}
		none = false
		seen = seen || m.sees(account, c, now)
		if c.team() != "" && c.state != "terminated" {
			inCare, byTeam = true, byTeam || m.inTeam(c.team(), account, now)
		}
	}
	return m.seesAll(account, now) || none || inCare && byTeam || !inCare && seen
}

func (m *model) judgeConsent(x *act, a asked) verdict {
	p := m.persons[x.person]
	switch {
	case !m.opens(p, a.sender, a.now):
		return refused(notFound)
	case p.into != "" || p.voided:
		return conflict("patient.gone")
	case x.on > day(a.now):
		return refused(invalid)
	case slices.Contains(p.consents, x.id):
		return refused("record.duplicate")
	}
	return verdict{what: "taken"}
}

// take records an accepted act in the model.
func (m *model) take(x *act, a asked) {
	switch x.kind {
	case "new visit":
		m.visits[x.id] = &visit{id: x.id, kase: x.kase, state: "completed", arrived: a.at, by: a.by,
			late: x.verdict.late}
	case "planned visit", "check-in":
		v := m.visits[x.visit]
		if v.state != "in_progress" {
			v.arrived, v.by = a.at, a.by
		}
		was := v.state
		v.late = v.late || x.verdict.late
		if v.state = "in_progress"; x.kind == "planned visit" {
			v.state = "completed"
		}
		if was == "rescheduled" {
			m.tookPlace(v)
		}
	case "complete":
		v := m.visits[x.visit]
		if v.state == "rescheduled" {
			m.tookPlace(v)
		}
		v.state = "completed"
	case "miss":
		m.visits[x.visit].state, m.visits[x.visit].by = "missed", a.by
	case "propose":
		m.cases[x.id] = &kase{id: x.id, person: x.person, proposer: a.by, proposed: x.on, at: a.now, state: "proposed"}
	case "end":
		c := m.cases[x.kase]
		if x.ending == "death" {
			m.die(c.person, x.on)
		} else {
			m.end(c, x.ending, x.on)
		}
	case "done", "answer", "hand over", "drop":
		f := m.tasks[x.task]
		if f.dropped = ""; x.kind == "drop" {
			f.droppedOn = x.on
			if f.state != "cancelled" {
				f.found = f.state
			}
		}
		f.state = map[string]string{"done": "done", "answer": "answered", "hand over": "handed_over",
			"drop": "cancelled"}[x.kind]
	case "consent":
		p := m.persons[x.person]
		p.consents = append(p.consents, x.id)
		p.words = append(p.words, word{id: x.id, given: x.on, created: a.now})
	}
}

// tookPlace: a visit that took place after all cancels the visit planned in its
// place.
func (m *model) tookPlace(v *visit) {
	for next := m.visits[v.next]; next != nil; next = m.visits[next.next] {
		if next.state == "planned" {
			next.state = "cancelled"
		}
	}
}
