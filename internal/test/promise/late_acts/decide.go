//go:build sabotage

package late_acts

import (
	"net/url"
	"slices"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// activated takes the acts that waited for a case to become active and contradict
// nothing else. They were not reviewed.
func (s *story) activated(c *kase) {
	var waiting []*act
	for _, x := range s.acts {
		if x.state == "parked" && x.verdict.why == "case_not_active" && s.caseOf(x) == c {
			waiting = append(waiting, x)
		}
	}
	slices.SortFunc(waiting, func(a, b *act) int {
		if n := a.at.Compare(b.at); n != 0 {
			return n
		}
		return s.order(a) - s.order(b)
	})
	for _, x := range waiting {
		a := asked{sender: s.kepala, by: x.by, now: s.now, at: x.at}
		v := s.judge(x, a)
		if v.what != "taken" {
			continue
		}
		v.why = x.verdict.why
		x.verdict.late = v.late
		s.take(x, a)
		s.takenSoFar++
		x.state = "taken"
		s.tally.decided["taken by the activation"]++
		if x.kind == "check-in" {
			s.recorded(x.visit)
		}
	}
}

// order is the order in which acts were parked: their ids contain the time.
func (s *story) order(x *act) int {
	n := 0
	for _, y := range s.acts {
		if y.parked < x.parked {
			n++
		}
	}
	return n
}

func (s *story) caseOf(x *act) *kase {
	switch x.kind {
	case "planned visit", "check-in", "complete", "miss":
		return s.cases[s.visits[x.visit].kase]
	case "done", "answer", "hand over", "drop":
		return s.cases[s.tasks[x.task].kase]
	}
	return s.cases[x.kase]
}

// decide decides about most of the parked acts.
func (s *story) decide() {
	for _, x := range s.acts {
		if x.state != "parked" || x.parked == "" || s.stop {
			continue
		}
		s.now = s.now.Add(time.Minute)
		office := s.clients[s.koordinator]
		p, err := office.Parked(s.t.Context(), x.parked)
		if err != nil {
			s.differ("the parked %s is not to be found: %v", x.kind, err)
			continue
		}
		if p.State != "parked" {
			s.differ("the parked %s is %s by itself", x.kind, p.State)
			continue
		}
		s.decideOn(x, p)
	}
}

func (s *story) decideOn(x *act, p homecare.ParkedAct) {
	ctx, office := s.t.Context(), s.clients[s.koordinator]
	note := homecare.DecideParked{Note: "Uji"}
	how := pick(s.r, []string{"take", "take", "take", "redirect", "redirect", "return", "withdraw", "leave"})
	if how == "withdraw" && s.model.role(x.sender, s.now) == "" {
		how = "return" // the sender has no access any more
	}
	var err error
	switch how {
	case "leave":
		return
	case "return":
		_, err = office.ReturnParked(ctx, p.ID, p.Version, note)
		s.came(x, how, err, verdict{what: "taken"}, "returned", asked{})
		return
	case "withdraw":
		_, err = s.clients[x.sender].WithdrawParked(ctx, p.ID, p.Version, note)
		s.came(x, how, err, verdict{what: "taken"}, "withdrawn", asked{})
		return
	}
	a := asked{sender: s.koordinator, by: x.by, now: s.now, at: x.at, vouched: true}
	to := homecare.RedirectParked{Note: "Uji"}
	was := *x
	if how == "redirect" && !s.redirect(x, &to) {
		how = "take"
	}
	a.at = x.at
	v := s.judge(x, a)
	if v.what == "parked" { // an act that still contradicts the record stays parked
		v = verdict{what: "refused", why: x.code(v.why)}
	}
	if how == "take" {
		p, err = office.TakeParked(ctx, p.ID, p.Version, note)
	} else {
		p, err = office.RedirectParked(ctx, p.ID, p.Version, to)
	}
	s.came(x, how+" "+x.kind, err, v, "taken", a)
	if v.what != "taken" {
		x.kind, x.kase, x.visit, x.person, x.at, x.on = was.kind, was.kase, was.visit, was.person, was.at, was.on
		return
	}
	if err == nil && s.result(x) != "" && p.ResultID != s.result(x) {
		// A bundle that created its own visit has its own id.
		if v := s.visits[x.id]; v != nil && x.kind == "new visit" {
			delete(s.visits, x.id)
			v.id, x.id = p.ResultID, p.ResultID
			s.visits[v.id] = v
		} else {
			s.differ("%s of %s became %s", how, x.kind, p.ResultID)
		}
	}
}

// result is the record that an act creates or changes.
func (s *story) result(x *act) string {
	switch x.kind {
	case "planned visit", "check-in", "complete", "miss":
		return x.visit
	case "end":
		return x.kase
	case "done", "answer", "hand over", "drop":
		return x.task
	}
	return x.id
}

// code is the code with which a decision is refused for a remaining reason.
func (x *act) code(reason string) string {
	switch x.kind {
	case "new visit", "planned visit", "check-in", "complete", "miss":
		return "visit." + reason
	}
	return reason
}

// redirect chooses another case, person or time; false if none fits.
func (s *story) redirect(x *act, to *homecare.RedirectParked) bool {
	switch x.kind {
	case "new visit", "planned visit":
		if s.r.IntN(2) == 0 {
			break
		}
		c, err := s.caseIn("active")
		if err != nil {
			break
		}
		if x.kind == "planned visit" {
			x.id = newID() // a new id; an unplanned visit keeps the id chosen by its sender
		}
		to.CaseID, x.kase, x.kind = c.id, c.id, "new visit"
		return true
	case "propose":
		if s.r.IntN(2) == 0 {
			break
		}
		x.person = map[bool]string{true: s.q, false: s.p}[x.person == s.p]
		to.PatientID = x.person
		return true
	case "consent":
		x.person = map[bool]string{true: s.q, false: s.p}[x.person == s.p]
		to.PatientID = x.person
		return true
	}
	if x.kind == "complete" {
		return false
	}
	at := s.at(1 + s.r.IntN(4))
	if at.After(s.now) {
		return false
	}
	x.at, x.on, to.At = at, day(at), &at
	return true
}

// came compares the result of a decision with the rules.
func (s *story) came(x *act, how string, err error, want verdict, becomes string, a asked) {
	got := "taken"
	if p := problem(err); p != nil {
		got = "refused " + p.Code
	} else if err != nil {
		got = err.Error()
	}
	want.late = false
	s.note("%s of the parked %s: %s; rules say %s", how, x.id, got, want)
	s.tally.decided[how+": "+want.what]++
	if got != want.String() {
		s.differ("%s: got %s, the rules say %s", how, got, want)
		return
	}
	if want.what != "taken" {
		return
	}
	if x.state = becomes; becomes == "taken" {
		s.take(x, a)
		s.takenSoFar++
	}
}

// count looks for each act of the story, once in total: in the record, or among
// the parked acts.
func (s *story) count() {
	if s.stop {
		return
	}
	ctx, office := s.t.Context(), s.clients[s.kepala]
	s.now = s.now.Add(time.Minute)
	for _, id := range sorted(s.cases) {
		c := s.cases[id]
		got, err := office.Case(ctx, id)
		if p := problem(err); p != nil {
			s.tally.gone++
			s.differ("case %s is lost: %s", id, p.Code)
			continue
		}
		if got.State != c.state || got.PatientID != c.person {
			s.differ("case %s is %s of %s, by the rules %s of %s", id, got.State, got.PatientID, c.state, c.person)
		}
		if !s.persons[c.person].voided { // lists exclude voided persons
			s.countVisits(c)
		}
	}
	for _, id := range sorted(s.visits) {
		v := s.visits[id]
		got, err := office.Visit(ctx, id)
		if p := problem(err); p != nil {
			s.tally.gone++
			s.differ("visit %s is lost: %s", id, p.Code)
			continue
		}
		if got.State != v.state || !v.arrived.IsZero() && (got.ArrivedAt == nil || !got.ArrivedAt.Equal(v.arrived)) {
			s.differ("visit %s is %s, by the rules %s at %s", id, got.State, v.state, v.arrived)
		}
	}
	for _, id := range sorted(s.tasks) {
		if got := must[homecare.FollowUp]("task")(office.FollowUp(ctx, id)); got.State != s.tasks[id].state {
			s.differ("task %s is %s, by the rules %s", id, got.State, s.tasks[id].state)
		}
	}
	for _, id := range []string{s.p, s.q} {
		p := s.persons[id]
		if p.into != "" {
			continue
		}
		var got []string
		for _, c := range must[homecare.Page[homecare.Consent]]("consents")(office.Consents(ctx, id)).Data {
			got = append(got, c.ID)
		}
		s.same("consents of "+id, got, p.consents)
		if !p.voided {
			var cases, want []string
			for _, c := range must[homecare.Page[homecare.Case]]("cases")(office.Cases(ctx,
				url.Values{"patient_id": {id}})).Data {
				cases = append(cases, c.ID)
			}
			for _, c := range s.cases {
				if c.person == id {
					want = append(want, c.id)
				}
			}
			s.same("cases of "+id, cases, want)
		}
	}
}

func (s *story) countVisits(c *kase) {
	var got, want []string
	for _, v := range must[homecare.Page[homecare.VisitSummary]]("visits")(s.clients[s.kepala].Visits(s.t.Context(),
		url.Values{"case_id": {c.id}, "limit": {"500"}})).Data {
		got = append(got, v.ID)
	}
	for _, v := range s.visits {
		if v.kase == c.id {
			want = append(want, v.id)
		}
	}
	s.same("visits of "+c.id, got, want)
}

// same says whether two lists have the same elements, each once.
func (s *story) same(what string, got, want []string) {
	s.tally.counted += len(want)
	lost, doubled := apartFrom(got, want)
	s.tally.gone, s.tally.doubled = s.tally.gone+len(lost), s.tally.doubled+len(doubled)
	if len(lost)+len(doubled) > 0 {
		s.differ("%s: lost %v, too many %v", what, lost, doubled)
	}
}

func apartFrom(got, want []string) (lost, more []string) {
	left := slices.Clone(want)
	for _, id := range got {
		if i := slices.Index(left, id); i >= 0 {
			left = slices.Delete(left, i, i+1)
		} else {
			more = append(more, id)
		}
	}
	return left, more
}

// list checks that the parked acts are listed once each, in their state.
func (o *puskesmas) list() {
	var got []string
	query := url.Values{"limit": {"500"}}
	for {
		page := must[homecare.Page[homecare.ParkedAct]]("park")(o.clients[o.kepala].ParkedActs(o.t.Context(), query))
		for _, p := range page.Data {
			got = append(got, p.ID)
			if x := o.kept[p.ID]; x != nil && x.state != p.State {
				o.tally.differ++
				o.tally.differences = append(o.tally.differences, x.kind+" "+p.ID+" is "+p.State+
					" in the park, by the rules "+x.state)
			}
		}
		if page.NextCursor == "" {
			break
		}
		query.Set("cursor", page.NextCursor)
	}
	lost, more := apartFrom(got, sorted(o.kept))
	o.tally.counted += len(o.kept)
	o.tally.gone, o.tally.doubled = o.tally.gone+len(lost), o.tally.doubled+len(more)
	if len(lost)+len(more) > 0 {
		o.tally.differ++
		o.tally.differences = append(o.tally.differences, "the park of "+o.slug+" lost "+join(lost)+", too many "+
			join(more))
	}
}
