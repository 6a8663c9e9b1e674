//go:build sabotage

package late_acts

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// act is an act done while the phone was offline. It is one of: sent and in the
// record, sent and parked, sent and refused.
type act struct {
	kind                      string
	by                        string    // who did it
	at                        time.Time // when
	on                        string    // its day
	id                        string    // of the record that it creates, chosen by the phone
	kase, visit, task, person string    // what it names
	ending                    string
	slot                      int // it is sent after this act of the office
	key                       string
	record                    string // what its address names
	path                      string
	body                      map[string]any
	done                      bool
	// The result.
	verdict verdict
	parked  string // its id in the park
	state   string // of the parked act
	sender  string
	again   bool // sent under another key; the first request was sent before it
}

var kinds = []struct {
	name   string
	weight int
}{{"new visit", 8}, {"planned visit", 7}, {"steps", 4}, {"miss", 4}, {"propose", 4}, {"end", 4}, {"done", 2},
	{"answer", 2}, {"hand over", 2}, {"drop", 1},
	{"consent", 3}}

// onTask are the acts on a task.
var onTask = []string{"done", "answer", "hand over", "drop"}

// offline are the acts at the homes until the last act of the office.
func (s *story) offline(slots int) {
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	for range 5 + s.r.IntN(3) {
		w, i := s.r.IntN(total), 0
		for ; w >= kinds[i].weight; i++ {
			w -= kinds[i].weight
		}
		s.happens(kinds[i].name, slots)
	}
}

// happens makes an act at a random time.
func (s *story) happens(kind string, slots int) {
	x := &act{kind: kind, by: s.nurse, at: s.at(s.r.IntN(1 + s.r.IntN(10))).
		Add(time.Duration(s.r.IntN(50)) * time.Second), slot: s.r.IntN(slots+1) - 1, key: homecare.NewKey(),
		id: newID(), kase: s.c, person: s.p}
	switch s.r.IntN(12) {
	case 0:
		x.by = s.midwife
	case 1:
		x.by = s.doctor
	case 2:
		x.at = s.at(-2 - s.r.IntN(9))
	}
	if kind == "planned visit" || kind == "steps" || kind == "miss" {
		if len(s.planned) == 0 {
			return
		}
		x.visit = pick(s.r, s.planned[:3])
	}
	if slices.Contains(onTask, kind) {
		if len(s.tasks) == 0 {
			return
		}
		x.task = pick(s.r, sorted(s.tasks))
	}
	if (kind == "propose" || kind == "consent") && s.r.IntN(2) == 0 {
		x.person = s.q
	}
	if kind == "consent" && s.r.IntN(3) > 0 {
		x.at = s.at(s.r.IntN(9)) // not a day before the person was registered
	}
	x.ending = pick(s.r, []string{"referral", "death"})
	if kind != "steps" {
		s.acts = append(s.acts, x)
		return
	}
	x.kind = "check-in"
	y := *x
	y.kind, y.at, y.key, y.slot = "complete", x.at.Add(40*time.Minute), homecare.NewKey(), x.slot+s.r.IntN(slots-x.slot)
	s.acts = append(s.acts, x, &y)
}

// bundle is a complete record of a visit.
func bundle(at time.Time) homecare.VisitBundle {
	return homecare.VisitBundle{ArrivedAt: at, DepartedAt: at.Add(stay), VisitParts: homecare.VisitParts{
		Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas"},
		Vitals:    &homecare.VitalsPart{AbsentReason: "Alat rusak"},
		Services:  homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"})},
		Plan: &homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral", Reason: "Rujukan"}}}
}

// write makes the request as an account sends it.
func (s *story) write(x *act, sender string) {
	var body any
	x.on, x.record = day(x.at), ""
	by := x.by
	if by == sender {
		by = ""
	}
	told := homecare.FollowUpDay{HappenedOn: x.on, PerformedBy: by}
	switch x.kind {
	case "new visit":
		b := bundle(x.at)
		b.Visit, b.PerformedBy = &homecare.PlanVisit{ID: x.id, CaseID: x.kase}, by
		x.path, body = "/v1/visits/bundle", b
	case "planned visit":
		b := bundle(x.at)
		b.VisitID, b.PerformedBy = x.visit, by
		x.path, body = "/v1/visits/bundle", b
	case "check-in":
		x.path, x.record, body = "/v1/visits/"+x.visit+"/check-in", x.visit,
			homecare.CheckIn{ArrivedAt: x.at, PerformedBy: by}
	case "complete":
		x.path, x.record, body = "/v1/visits/"+x.visit+"/complete", x.visit, homecare.CompleteVisit{DepartedAt: x.at,
			PerformedBy: by}
	case "miss":
		x.path, x.record, body = "/v1/visits/"+x.visit+"/miss", x.visit, homecare.MissVisit{ReasonCode: "not_home",
			Reason: "Ke kebun", At: &x.at, PerformedBy: by}
	case "propose":
		x.path, body = "/v1/cases", homecare.NewCase{ID: x.id, PatientID: x.person, Programme: programme,
			Origin: "walk_in", Reason: "Dari lapangan", ProposedOn: x.on, PerformedBy: by}
	case "end":
		e := s.ending(x.ending, x.on)
		e.PerformedBy = by
		x.path, x.record, body = "/v1/cases/"+x.kase+"/end", x.kase, e
	case "done":
		x.path, x.record, body = "/v1/follow-ups/"+x.task+"/done", x.task, homecare.CloseFollowUp{Result: "Sudah",
			FollowUpDay: told}
	case "answer":
		x.path, x.record, body = "/v1/follow-ups/"+x.task+"/answer", x.task, homecare.AnswerFollowUp{Answer: "Dibantu",
			FollowUpDay: told}
	case "hand over":
		x.path, x.record, body = "/v1/follow-ups/"+x.task+"/hand-over", x.task, homecare.HandOver{Unit: "Dinas Sosial",
			FollowUpDay: told}
	case "drop":
		x.path, x.record, body = "/v1/follow-ups/"+x.task+"/cancel", x.task,
			homecare.CloseFollowUp{Result: "Tidak perlu", FollowUpDay: told}
	case "consent":
		x.path, body = "/v1/patients/"+x.person+"/consents", homecare.NewConsent{ID: x.id, Kind: "home_visit",
			GivenBy: "Ibu", Relation: "self", GivenOn: x.on}
	}
	b, _ := json.Marshal(body)
	x.body = nil
	_ = json.Unmarshal(b, &x.body)
}

// send makes the phones that have a connection after this act of the office send, in
// random order. An account that left the staff passes the act to the koordinator.
func (s *story) send(slot int) {
	var now []*act
	for _, x := range s.acts {
		// A device whose clock is ahead sometimes sends a future time.
		if !x.done && x.slot <= slot && (x.at.Before(s.now) || s.r.IntN(6) == 0) {
			now = append(now, x)
		}
	}
	s.r.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
	for _, x := range now {
		s.now = s.now.Add(time.Minute)
		sender := x.by
		if s.model.role(sender, s.now) == "" || s.r.IntN(12) == 0 && x.kind != "consent" {
			sender = pick(s.r, []string{s.koordinator, s.doctor})
		}
		x.done = true
		if x.kind == "complete" && !s.visits[x.visit].written {
			// The record has no begin, for example because that was parked: the
			// phone sends the whole visit.
			x.kind, x.at = "planned visit", x.at.Add(-40*time.Minute)
		}
		s.write(x, sender)
		s.sent(x, sender)
		if s.r.IntN(5) > 0 || s.stop {
			continue
		}
		// The client lost its key: only the record's id identifies the act.
		y := *x
		y.key, y.again, y.parked, y.state = homecare.NewKey(), true, "", ""
		s.acts = append(s.acts, &y)
		s.sent(&y, sender)
	}
}

// recorded writes the parts of the record of a visit that has just begun.
func (s *story) recorded(id string) {
	b := bundle(s.now)
	ctx, office := s.t.Context(), s.clients[s.koordinator]
	now := must[homecare.Visit]("visit")(office.Visit(ctx, id))
	for part, body := range map[string]any{"anamnesis": b.Anamnesis, "vitals": b.Vitals, "services": b.Services,
		"plan": b.Plan} {
		now = must[homecare.Visit]("part " + part)(apitest.PutPart(ctx, office, id, part, now.Version, body))
	}
	s.visits[id].written = true
}

// sent sends an act, perhaps twice under its key, and compares the answers with the
// rules.
func (s *story) sent(x *act, sender string) {
	a := asked{sender: sender, by: x.by, now: s.now, at: x.at}
	x.verdict, x.sender = s.judge(x, a), sender
	s.tally.sent[x.kind]++
	call := homecare.Call{Method: "POST", Path: x.path, Body: x.body, Key: x.key, IfMatch: s.seen(x)}
	got, id, body, p := s.answer(sender, call)
	if p != nil && p.Code == "record.stale" && !x.verdict.early && x.verdict.what != "parked" || p != nil &&
		p.Code == "record.stale" && s.generic(x) {
		// Its version is old: it reads the version in the answer.
		s.tally.stale++
		call.IfMatch, call.Key = p.CurrentVersion, homecare.NewKey()
		x.key = call.Key
		got, id, body, p = s.answer(sender, call)
	}
	s.note("%s sends %s of %s at %s (visit %s case %s new %s): %s; rules say %s", s.who(sender), x.kind, s.who(x.by),
		x.at.Add(8*time.Hour).Format("01-02 15:04:05"), x.visit, x.kase, x.id, got, x.verdict)
	if got != x.verdict.String() {
		detail := ""
		if p != nil {
			detail = fmt.Sprintf("%s %+v", p.Detail, p.Errors)
		}
		s.differ("%s: got %s, the rules say %s %s", x.kind, got, x.verdict, detail)
	}
	s.tally.verdicts[x.verdict.what+" "+x.verdict.why]++
	if x.verdict.what == "parked" {
		s.tally.reasons[x.verdict.why]++
		x.parked, x.state = id, "parked"
		if id != "" {
			s.kept[id] = x
		}
	}
	if x.verdict.what == "taken" {
		s.take(x, a)
		s.takenSoFar++
		if x.verdict.late {
			s.tally.late++
		}
		if x.kind == "check-in" {
			s.recorded(x.visit)
		}
	}
	if x.verdict.what == "refused" || s.stop {
		return
	}
	switch s.r.IntN(4) {
	case 0:
	case 1: // and the connection was lost with it
		l := lostAnswer{act: x, call: call, got: got, id: id, body: body, kase: x.kase}
		if c := s.caseOf(x); c != nil {
			l.kase = c.id
		}
		s.unanswered = append(s.unanswered, l)
		return
	default:
		return
	}
	// The answer was lost: the same request gets the same answer.
	s.tally.lost++
	got2, id2, body2, _ := s.answer(sender, call)
	if got2 != got || id2 != id || string(body2) != string(body) {
		s.differ("the same %s again: got %s %s, before %s %s", x.kind, got2, id2, got, id)
		if id2 != "" && id2 != id {
			s.tally.doubled++
		}
	}
}

// lostAnswer is a request without an answer. It is sent again after the next act
// of the office.
type lostAnswer struct {
	*act
	call          homecare.Call
	got, id, kase string
	body          []byte
}

// retry sends unanswered requests again: the same key gets the same answer, if the
// sender may still see it.
func (s *story) retry() {
	for _, l := range s.unanswered {
		if s.model.role(l.sender, s.now) == "" {
			continue // signed out for good
		}
		s.now = s.now.Add(time.Minute)
		s.tally.lost++
		s.tally.lostLong++
		got, id, body, _ := s.answer(l.sender, l.call)
		switch want := s.mayAgain(l); {
		case want && (got != l.got || id != l.id || string(body) != string(l.body)):
			s.differ("the same %s after an act of the office: got %s %s, before %s %s", l.kind, got, id, l.got, l.id)
		case !want && got != "refused "+notFound:
			s.differ("the same %s is shown to whom it belongs no longer: %s", l.kind, got)
		}
	}
	s.unanswered = nil
}

// mayAgain says whether an account still sees the records of an answer, or made or recorded that visit or
// that proposal without a team; the answer that an act is parked goes to its sender.
func (s *story) mayAgain(l lostAnswer) bool {
	seen := func(c *kase) bool { return s.sees(l.sender, c, s.now) }
	if l.id != "" {
		return true
	}
	switch l.kind {
	case "consent":
		return s.opens(s.persons[l.person], l.sender, s.now)
	case "propose":
		c := s.cases[l.act.id]
		return c.team() == "" || seen(c)
	case "new visit", "planned visit", "complete":
		return true // who sent it wrote it down
	case "check-in", "miss":
		v := s.visits[l.visit]
		return v.by == l.sender || seen(s.cases[l.kase]) && seen(s.cases[v.kase])
	}
	return seen(s.cases[l.kase])
}

// generic says whether an act compares the version before the state.
func (s *story) generic(x *act) bool {
	return (x.kind == "end" || slices.Contains(onTask, x.kind)) && x.verdict.why != notFound
}

// seen is the version of its record that the phone saw: the earlier or the
// current one.
func (s *story) seen(x *act) int64 {
	if x.record == "" {
		return 0
	}
	if s.r.IntN(3) == 0 {
		return 1
	}
	ctx, office := s.t.Context(), s.clients[s.kepala]
	switch x.kind {
	case "end":
		return s.version(x.record)
	case "done", "answer", "hand over", "drop":
		return must[homecare.FollowUp]("task")(office.FollowUp(ctx, x.record)).Version
	}
	return must[homecare.Visit]("visit")(office.Visit(ctx, x.record)).Version
}

// answer is the actual result, as a verdict.
func (s *story) answer(sender string, call homecare.Call) (said, id string, body []byte, p *homecare.Problem) {
	call.Out = &body
	err := s.clients[sender].Do(s.t.Context(), call)
	if kept, is := errors.AsType[*homecare.ParkedError](err); is {
		return "parked " + kept.Reason, kept.ID, nil, nil
	}
	if p = problem(err); p != nil && p.Status < 500 {
		return "refused " + p.Code, "", nil, p
	}
	if err != nil {
		panic(fault{fmt.Errorf("%s: %w\n%s", call.Path, err, join(s.log))})
	}
	var v struct{ Late bool }
	_ = json.Unmarshal(body, &v)
	said = "taken"
	if v.Late {
		said += ", late"
	}
	return said, "", body, nil
}

func (s *story) who(account string) string {
	for n, a := range map[string]string{"the nurse": s.nurse, "the midwife": s.midwife, "the doctor": s.doctor,
		"the koordinator": s.koordinator, "Kepala": s.kepala} {
		if a == account {
			return n
		}
	}
	return account
}
