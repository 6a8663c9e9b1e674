//go:build sabotage

package late_acts

import (
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// errNothing says that an act of the office found no record to act on.
var errNothing = errors.New("nothing to do it to")

// deed is an act of the office; often is its weight.
type deed struct {
	name   string
	weight int
	do     func(*story) error
}

var deeds = []deed{
	{"nothing", 3, func(*story) error { return nil }},
	{"activate", 40, (*story).activate},
	{"referral", 6, func(s *story) error { return s.ends("referral") }},
	{"refusal", 5, func(s *story) error { return s.ends("refusal") }},
	{"death", 6, func(s *story) error { return s.ends("death") }},
	{"entered in error", 3, func(s *story) error { return s.ends("entered_in_error") }},
	{"sign", 5, (*story).sign},
	{"retract refusal", 3, (*story).retractRefusal},
	{"retract death", 4, (*story).retractDeath},
	{"reopen", 8, (*story).reopen},
	{"another team", 6, (*story).anotherTeam},
	{"leaves the team", 6, (*story).leaves},
	{"joins the team", 3, (*story).joins},
	{"membership ended", 2, (*story).membershipEnds},
	{"role changed", 2, (*story).roleChanges},
	{"cancel", 3, func(s *story) error { return s.visitAct("cancel") }},
	{"miss", 4, func(s *story) error { return s.visitAct("miss") }},
	{"reschedule", 4, func(s *story) error { return s.visitAct("reschedule") }},
	{"a colleague records it", 5, (*story).colleague},
	{"merge", 8, (*story).merge},
	{"unmerge", 30, (*story).unmerge},
	{"void", 5, (*story).void},
	{"restrict", 4, (*story).restrict},
	{"withdraw consent", 7, (*story).withdraw},
	{"consent again", 4, (*story).again},
	{"correct the death", 40, (*story).correctDeath},
	{"close a task", 4, (*story).closeTask},
}

// officeAct does one possible act of the office.
func (s *story) officeAct() {
	total := 0
	for _, d := range deeds {
		total += d.weight
	}
	for range 20 {
		w := s.r.IntN(total)
		i := 0
		for ; w >= deeds[i].weight; i++ {
			w -= deeds[i].weight
		}
		err := deeds[i].do(s)
		if errors.Is(err, errNothing) {
			continue
		}
		if p := problem(err); p != nil && p.Status < 500 {
			s.note("office: %s refused: %s", deeds[i].name, p.Code)
			s.officeRefused[deeds[i].name+" "+p.Code]++
			continue
		}
		if err != nil {
			panic(fault{err})
		}
		s.note("office: %s", deeds[i].name)
		s.officeDone[deeds[i].name]++
		if deeds[i].name != "nothing" {
			s.lastDeed = deeds[i].name
		}
		return
	}
}

// caseIn is a case of the story in one of these states.
func (s *story) caseIn(states ...string) (*kase, error) {
	var fit []*kase
	for _, id := range sorted(s.cases) {
		if slices.Contains(states, s.cases[id].state) {
			fit = append(fit, s.cases[id])
		}
	}
	if len(fit) == 0 {
		return nil, errNothing
	}
	if c := s.cases[s.c]; slices.Contains(fit, c) && s.r.IntN(4) > 0 {
		return c, nil
	}
	return pick(s.r, fit), nil
}

func (s *story) activate() error {
	c, err := s.caseIn("proposed", "approved")
	if err != nil || s.persons[c.person].voided {
		return errNothing
	}
	if c.state == "proposed" {
		if _, err := s.clients[s.kepala].ApproveCase(s.t.Context(), c.id, s.version(c.id),
			homecare.ApproveCase{}); err != nil {
			return err
		}
		c.state = "approved"
		if s.r.IntN(4) == 0 {
			return nil
		}
	}
	s.form(c.id, s.a)
	return nil
}

// ending is the body of an ending.
func (s *story) ending(kind, on string) homecare.CaseEnd {
	in := homecare.CaseEnd{Kind: kind, Date: on, Note: "Uji"}
	switch kind {
	case "death":
		in.Death = &homecare.Death{Place: "home", Cause: "Gagal jantung"}
	case "refusal":
		in.Refusal = &homecare.Refusal{Reason: "Pindah", Refused: "Kunjungan", Signer: homecare.Signer{Name: "Rusdi",
			Relation: "child"}, Witness: "Hamdani",
			Risk: "Memburuk", Explains: s.doctor}
	case "referral":
		in.Referral = &homecare.Referral{Hospital: "RSUD Balangan",
			Diagnoses: []homecare.ReferralDiagnosis{{Code: "I10"}}, Anamnesis: "Lemas", Physical: "TD 200/110",
			Therapy: "Amlodipin", Purpose: "Tata laksana", Urgency: "urgent", SignedBy: s.doctor}
	}
	return in
}

func (s *story) ends(kind string) error {
	c, err := s.caseIn(map[string][]string{"referral": {"active"}, "refusal": {"approved", "active"},
		"death":            {"proposed", "approved", "active", "terminating"},
		"entered_in_error": {"proposed", "approved", "active", "terminating"}}[kind]...)
	if err != nil {
		return err
	}
	on := day(s.now.AddDate(0, 0, -s.r.IntN(3)))
	if _, err := s.clients[s.koordinator].EndCase(s.t.Context(), c.id, s.version(c.id),
		s.ending(kind, on)); err != nil {
		return err
	}
	s.note("%s of %s on %s", kind, c.id, on)
	switch kind {
	case "death":
		s.die(c.person, on)
	case "refusal":
		c.before, c.state, c.ending, c.ended = c.state, "terminating", kind, on
	default:
		s.end(c, kind, on)
	}
	return nil
}

func (s *story) sign() error {
	c, err := s.caseIn("terminating")
	if err != nil {
		return err
	}
	ctx, office := s.t.Context(), s.clients[s.koordinator]
	docs, err := office.Documents(ctx, url.Values{"case_id": {c.id}, "kind": {"refusal_letter"}})
	if err != nil {
		return err
	}
	for _, d := range docs.Data {
		if d.State != "issued" {
			continue
		}
		a, err := office.Upload(ctx, homecare.NewAttachment{Kind: "signed_letter", SubjectKind: "document",
			SubjectID: d.ID, File: []byte("%PDF-1.4\nuji\n%%EOF\n")})
		if err == nil {
			_, err = office.AttachSignedCopy(ctx, d.ID, d.Version, homecare.SignedCopy{AttachmentID: a.ID})
		}
		if err == nil {
			s.end(c, "refusal", c.ended)
		}
		return err
	}
	return errNothing
}

func (s *story) retractRefusal() error {
	c, err := s.caseIn("terminating")
	if err == nil {
		_, err = s.clients[s.kepala].RetractRefusal(s.t.Context(), c.id, s.version(c.id),
			homecare.Retraction{Reason: "Berubah pikiran"})
	}
	if err == nil {
		c.state, c.ending, c.ended = c.before, "", ""
	}
	return err
}

func (s *story) endedBy(kind string) *kase {
	for _, id := range sorted(s.cases) {
		if c := s.cases[id]; c.state == "terminated" && (c.ending == kind || kind == "" && c.ending != "death" &&
			c.ending != "entered_in_error" && c.ending != "merged") {
			return c
		}
	}
	return nil
}

func (s *story) retractDeath() error {
	c := s.endedBy("death")
	if c == nil {
		return errNothing
	}
	_, err := s.clients[s.kepala].RetractDeath(s.t.Context(), c.id, s.version(c.id),
		homecare.Retraction{Reason: "Orang lain"})
	if err == nil {
		s.undie(c.person, s.now)
		// Of two merged records each had a case: one continues.
		var back []*kase
		for _, id := range sorted(s.cases) {
			if k := s.cases[id]; k.person == c.person && open(k) {
				back = append(back, k)
			}
		}
		if len(back) == 2 {
			s.joinCases(back[0], back[1])
		}
	}
	return err
}

func (s *story) reopen() error {
	c := s.endedBy("")
	if c == nil {
		return errNothing
	}
	n, err := s.clients[s.koordinator].ReopenCase(s.t.Context(), c.id, s.version(c.id),
		homecare.ReopenCase{Origin: "back_referral", Reason: "Rujuk balik"})
	if err == nil {
		s.cases[n.ID] = &kase{id: n.ID, person: n.PatientID, proposer: s.koordinator, proposed: day(s.now), at: s.now,
			state: "proposed"}
	}
	return err
}

func (s *story) anotherTeam() error {
	c, err := s.caseIn("active")
	if err != nil {
		return err
	}
	s.form(c.id, map[bool]string{true: s.b, false: s.a}[c.team() == s.a])
	return nil
}

// members gives the first team a new list: with the nurse or without.
func (s *story) members(nurse bool) error {
	ctx, kepala := s.t.Context(), s.clients[s.kepala]
	in := homecare.TeamMembers{Members: []homecare.TeamMemberInput{{AccountID: s.doctor, Lead: true}},
		Reason: "Pergantian"}
	if nurse {
		in.Members = append(in.Members, homecare.TeamMemberInput{AccountID: s.nurse})
	}
	t, err := kepala.Team(ctx, s.a)
	if err == nil {
		_, err = kepala.ChangeTeamMembers(ctx, s.a, t.Version, in)
	}
	return err
}

func (s *story) leaves() error {
	of := slices.Clone(s.teams[s.a])
	if !s.inTeam(s.a, s.nurse, s.now) {
		return errNothing
	}
	if err := s.members(false); err != nil {
		return err
	}
	for i := range of {
		if of[i].account == s.nurse && of[i].until.IsZero() {
			of[i].until = s.now
		}
	}
	s.teams[s.a] = of
	return nil
}

func (s *story) joins() error {
	if s.inTeam(s.a, s.nurse, s.now) || s.model.role(s.nurse, s.now) == "" {
		return errNothing
	}
	if err := s.members(true); err != nil {
		return err
	}
	s.teams[s.a] = append(slices.Clone(s.teams[s.a]), member{account: s.nurse, from: s.now})
	return nil
}

func (s *story) membershipEnds() error {
	if s.model.role(s.nurse, s.now) != petugas {
		return errNothing
	}
	m := s.membership()
	if _, err := s.clients[s.kepala].EndMembership(s.t.Context(), m.ID, m.Version,
		homecare.Why{Reason: "Pindah tugas"}); err != nil {
		return err
	}
	s.spans[s.nurse][len(s.spans[s.nurse])-1].until = s.now
	return nil
}

func (s *story) roleChanges() error {
	if s.model.role(s.nurse, s.now) != petugas {
		return errNothing
	}
	s.puskesmas.becomes("koordinator")
	return nil
}

// visitAct is an act of the office on a planned visit.
func (s *story) visitAct(kind string) error {
	var fit []*visit
	for _, id := range sorted(s.visits) {
		if v := s.visits[id]; v.state == "planned" || v.state == "in_progress" && kind != "reschedule" {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		return errNothing
	}
	v := pick(s.r, fit)
	ctx, office := s.t.Context(), s.clients[s.koordinator]
	now, err := office.Visit(ctx, v.id)
	if err != nil {
		return err
	}
	switch kind {
	case "cancel":
		_, err = office.CancelVisit(ctx, v.id, now.Version, homecare.CancelVisit{Reason: "Salah jadwal"})
	case "miss":
		if s.ofVisit(asked{sender: s.koordinator, by: s.koordinator, now: s.now, at: s.now}, s.cases[v.kase]).
			what != "taken" {
			return errNothing // it is judged as any other
		}
		_, err = office.MissVisit(ctx, v.id, now.Version, homecare.MissVisit{ReasonCode: "not_home",
			Reason: "Ke kebun"})
	case "reschedule":
		at := s.now.AddDate(0, 0, 1+s.r.IntN(4)).Add(time.Duration(s.r.IntN(120)) * time.Minute)
		var next homecare.Visit
		if next, err = office.RescheduleVisit(ctx, v.id, now.Version, homecare.RescheduleVisit{StartsAt: &at,
			Reason: "Hujan", Members: []string{s.nurse}}); err == nil {
			s.visits[next.ID] = &visit{id: next.ID, kase: v.kase, state: "planned", planned: at}
			s.planned = append(s.planned, next.ID)
			v.next = next.ID
		}
	}
	if err == nil {
		if kind == "miss" {
			v.by = s.koordinator
		}
		v.state, v.cancelledBy = map[string]string{"cancel": "cancelled", "miss": "missed",
			"reschedule": "rescheduled"}[kind], ""
		s.note("%s %s", kind, v.id)
	}
	return err
}

// colleague records a planned visit that the phone will send too.
func (s *story) colleague() error {
	for _, id := range s.planned {
		v := s.visits[id]
		at := s.now.Add(-time.Hour)
		a := asked{sender: s.koordinator, by: s.doctor, now: s.now, at: at}
		if v.state != "planned" || s.ofVisit(a, s.cases[v.kase]).what != "taken" {
			continue
		}
		in := bundle(at)
		in.VisitID, in.PerformedBy = id, s.doctor
		if _, err := s.clients[s.koordinator].RecordVisit(s.t.Context(), in); err != nil {
			return err
		}
		v.state, v.arrived, v.by = "completed", at, s.doctor
		s.note("recorded %s", id)
		return nil
	}
	return errNothing
}

func (s *story) closeTask() error {
	for _, id := range sorted(s.tasks) {
		f := s.tasks[id]
		if f.state != "open" && f.state != "handed_over" {
			continue
		}
		office := s.clients[s.koordinator]
		now, err := office.FollowUp(s.t.Context(), id)
		if err == nil {
			_, err = office.CancelFollowUp(s.t.Context(), id, now.Version,
				homecare.CloseFollowUp{Result: "Tidak perlu"})
		}
		if err == nil {
			f.found, f.state, f.droppedOn = f.state, "cancelled", day(s.now)
		}
		return err
	}
	return errNothing
}
