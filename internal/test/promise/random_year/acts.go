//go:build sabotage

package random_year

import (
	"fmt"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/test/promise/recount"
	"github.com/balangan/homecare/pkg/homecare"
)

// kinds are the acts of a year.
var kinds = []kind{
	{"register", 5, (*year).register},
	{"care", 12, (*year).care},
	{"propose", 5, (*year).propose},
	{"decide", 5, (*year).decide},
	{"team", 3, (*year).team},
	{"review", 3, (*year).review},
	{"plan", 9, (*year).plan},
	{"visit on time", 8, func(y *year) error { return y.visit(0) }},
	{"visit late", 8, func(y *year) error { return y.visit(20) }},
	{"visit planned", 8, (*year).keep},
	{"visit closed by the office", 5, (*year).keepClosed},
	{"reschedule", 4, (*year).reschedule},
	{"cancel", 3, (*year).cancel},
	{"miss", 3, func(y *year) error { return y.miss("planned") }},
	{"miss closed by the office", 4, func(y *year) error { return y.miss("cancelled", "rescheduled") }},
	{"amend", 4, (*year).amend},
	{"end", 10, (*year).end},
	{"entered in error", 3, (*year).enteredInError},
	{"sign", 5, (*year).sign},
	{"retract refusal", 6, (*year).retractRefusal},
	{"retract death", 6, (*year).retractDeath},
	{"correct days", 6, (*year).correctDays},
	{"merge", 4, (*year).merge},
	{"unmerge", 4, (*year).unmerge},
	{"void", 3, (*year).void},
	{"correct", 4, (*year).correct},
	{"task", 3, (*year).task},
	{"task act", 7, (*year).taskAct},
	{"session", 3, (*year).session},
	{"members", 3, (*year).members},
	{"take", 7, (*year).take},
	{"revise", 6, (*year).reviseReport},
}

var sources = []string{"walk_in", "hospital", "community_report"}

func (y *year) register() error {
	_, err := y.newPerson()
	return err
}

func (y *year) newPerson() (string, error) {
	p := recount.Person{Sex: pick(y.r, []string{"male", "female", "unknown"}), Sources: map[string]string{}}
	if y.r.IntN(6) > 0 {
		p.Born = time.Date(1940+y.r.IntN(84), time.Month(1+y.r.IntN(12)), 1+y.r.IntN(28), 0, 0, 0, 0, time.UTC).
			Format(time.DateOnly)
	}
	source := pick(y.r, sources)
	got, err := y.koordinator.RegisterPatient(y.t.Context(),
		homecare.NewPatient{Name: fmt.Sprintf("Warga %s %s", word(y.r.Uint64()), word(y.r.Uint64())), Sex: p.Sex,
			BirthDate: p.Born, Village: y.village, Source: source})
	if err != nil {
		return "", err
	}
	p.Sources[source] = recount.Day(y.now)
	y.book.Persons[got.ID] = &p
	y.note("registered %s, born %q", got.ID, p.Born)
	return got.ID, nil
}

// word is an invented name.
func word(n uint64) string {
	out := []byte{'A' + byte(n%26)}
	for range 6 {
		n /= 26
		out = append(out, 'a'+byte(n%26))
	}
	return string(out)
}

// told notes the state of a case.
func (y *year) told(c homecare.Case) {
	k := y.book.Cases[c.ID]
	if k == nil {
		k = &recount.Case{Programme: c.Programme, Proposed: c.ProposedOn}
		y.book.Cases[c.ID] = k
	}
	k.Person, k.State, k.Ending, k.Ended = c.PatientID, c.State, c.Ending, c.EndedOn
	k.Decided, k.Activated = "", ""
	if c.DecidedAt != nil {
		k.Decided = recount.Day(*c.DecidedAt)
	}
	if c.ActivatedAt != nil {
		k.Activated = recount.Day(*c.ActivatedAt)
	}
	y.note("case %s of %s: %s %s %s, proposed %s, decided %s, active %s", c.ID, c.PatientID, c.State, c.Ending,
		c.EndedOn, k.Proposed, k.Decided, k.Activated)
}

func (y *year) propose() error {
	person, err := some(y, y.book.Persons, func(p *recount.Person) bool {
		return !p.Voided && p.MergedInto == "" &&
			p.Died == ""
	})
	if err != nil {
		return err
	}
	_, err = y.proposeFor(person, pick(y.r, y.programmes), y.r.IntN(2)*30)
	return err
}

func (y *year) proposeFor(person, programme string, back int) (homecare.Case, error) {
	in := homecare.NewCase{PatientID: person, Programme: programme, Origin: "walk_in", Reason: "Uji",
		ProposedOn: y.day(back)}
	c, err := y.koordinator.ProposeCase(y.t.Context(), in)
	if err == nil {
		y.told(c)
		y.book.Cases[c.ID].Proposed = in.ProposedOn
	}
	return c, err
}

// care brings a new person into care.
func (y *year) care() error {
	person, err := y.newPerson()
	if err != nil {
		return err
	}
	c, err := y.proposeFor(person, pick(y.r, y.programmes), y.r.IntN(2)*20)
	if err == nil && c.State == "proposed" {
		if c, err = y.kepala.ApproveCase(y.t.Context(), c.ID, c.Version, homecare.ApproveCase{}); err == nil {
			y.told(c)
		}
	}
	if err == nil {
		err = y.form(c)
	}
	if err == nil && y.book.Cases[c.ID].State == "approved" {
		err = y.reviewed(c.ID)
	}
	return err
}

func (y *year) case_(states ...string) (homecare.Case, error) {
	id, err := some(y, y.book.Cases, func(c *recount.Case) bool { return slices.Contains(states, c.State) })
	if err != nil {
		return homecare.Case{}, err
	}
	return y.kepala.Case(y.t.Context(), id)
}

func (y *year) decide() error {
	c, err := y.case_("proposed")
	if err != nil {
		return err
	}
	ctx := y.t.Context()
	switch y.r.IntN(4) {
	case 0:
		c, err = y.kepala.RejectCase(ctx, c.ID, c.Version, homecare.Why{Reason: "Bukan sasaran"})
	case 1:
		c, err = y.koordinator.WithdrawCase(ctx, c.ID, c.Version, homecare.Why{Reason: "Salah orang"})
	default:
		c, err = y.kepala.ApproveCase(ctx, c.ID, c.Version, homecare.ApproveCase{})
	}
	if err == nil {
		y.told(c)
	}
	return err
}

func (y *year) team() error {
	c, err := y.case_("approved", "active")
	if err != nil {
		return err
	}
	return y.form(c)
}

// form gives a case its first or a new team.
func (y *year) form(c homecare.Case) error {
	in := homecare.CaseTeam{TeamID: y.standing}
	if c.Demands.TeamMode == "per_case" {
		in = homecare.CaseTeam{Members: []homecare.TeamMemberInput{{AccountID: y.ids[1], Lead: true},
			{AccountID: y.ids[2*y.r.IntN(2)]}}}
	}
	if c.TeamID != "" {
		in.Reason = "Pergantian"
	}
	c, err := y.kepala.FormCaseTeam(y.t.Context(), c.ID, c.Version, in)
	if err == nil {
		y.told(c)
	}
	return err
}

func (y *year) review() error {
	c, err := y.case_("approved", "active")
	if err != nil {
		return err
	}
	return y.reviewed(c.ID)
}

func (y *year) reviewed(id string) error {
	c, err := y.kepala.Case(y.t.Context(), id)
	if err == nil {
		c, err = y.staff[1].ReviewCase(y.t.Context(), id, c.Version, homecare.ReviewCase{Problems: []string{"Luka"},
			Goals:           []string{"Kering"},
			PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}},
			VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2},
			Participants:    []string{y.ids[1]}})
	}
	if err == nil {
		y.told(c)
	}
	return err
}

func (y *year) end() error {
	c, err := y.case_("active", "active", "active", "approved")
	if err != nil {
		return err
	}
	in := homecare.CaseEnd{Kind: pick(y.r, append(c.Demands.Endings, "death", "refusal")), Date: y.day(25)}
	switch in.Kind {
	case "death":
		in.Death = &homecare.Death{Place: "home", Cause: "Gagal jantung"}
	case "refusal":
		in.Refusal = &homecare.Refusal{Reason: "Pindah", Refused: "Kunjungan", Signer: homecare.Signer{Name: "Rusdi",
			Relation: "child"}, Witness: "Hamdani",
			Risk: "Memburuk", Explains: y.ids[1]}
	case "referral":
		in.Referral = &homecare.Referral{Hospital: "RSUD Balangan",
			Diagnoses: []homecare.ReferralDiagnosis{{Code: "I10"}}, Anamnesis: "Lemas", Physical: "TD 200/110",
			Therapy: "Amlodipin", Purpose: "Tata laksana", Urgency: "urgent", SignedBy: y.ids[0]}
	}
	return y.ends(c, in)
}

func (y *year) enteredInError() error {
	c, err := y.case_("proposed", "approved", "active", "terminating")
	if err != nil {
		return err
	}
	return y.ends(c, homecare.CaseEnd{Kind: "entered_in_error", Date: recount.Day(y.now), Note: "Orang lain"})
}

func (y *year) ends(c homecare.Case, in homecare.CaseEnd) error {
	c, err := y.kepala.EndCase(y.t.Context(), c.ID, c.Version, in)
	if err != nil {
		return err
	}
	y.told(c)
	y.book.Cases[c.ID].Ended = in.Date
	if in.Kind == "death" {
		y.book.Persons[c.PatientID].Died = in.Date
	}
	return y.again(c.PatientID)
}

func (y *year) retractRefusal() error {
	c, err := y.case_("terminating")
	if err == nil {
		c, err = y.kepala.RetractRefusal(y.t.Context(), c.ID, c.Version, homecare.Retraction{Reason: "Berubah pikiran"})
	}
	if err == nil {
		y.told(c)
	}
	return err
}

func (y *year) retractDeath() error {
	id, err := some(y, y.book.Cases, func(c *recount.Case) bool {
		return c.State == "terminated" &&
			c.Ending == "death"
	})
	if err != nil {
		return err
	}
	c, err := y.kepala.Case(y.t.Context(), id)
	if err == nil {
		c, err = y.kepala.RetractDeath(y.t.Context(), c.ID, c.Version, homecare.Retraction{Reason: "Orang lain"})
	}
	if err != nil {
		return err
	}
	y.told(c)
	y.book.Persons[c.PatientID].Died = ""
	return y.again(c.PatientID)
}

// correctDays corrects the day of a proposal or an ending.
func (y *year) correctDays() error {
	c, err := y.case_("proposed", "rejected", "active", "terminating", "terminated", "terminated")
	if err != nil {
		return err
	}
	in := homecare.CorrectCaseDays{Reason: "Salah tulis"}
	if c.EndedOn == "" {
		in.ProposedOn = y.day(40)
	} else {
		in.EndedOn = y.day(40)
	}
	if c, err = y.koordinator.CorrectCaseDays(y.t.Context(), c.ID, c.Version, in); err != nil {
		return err
	}
	y.told(c)
	if in.ProposedOn != "" {
		y.book.Cases[c.ID].Proposed = in.ProposedOn
		return nil
	}
	y.book.Cases[c.ID].Ended = in.EndedOn
	if c.Ending == "death" {
		y.book.Persons[c.PatientID].Died = in.EndedOn
		for _, k := range y.book.Cases {
			if k.Person == c.PatientID && k.Ending == "death" {
				k.Ended = in.EndedOn
			}
		}
		return y.again(c.PatientID) // the tasks that the death cancelled
	}
	return nil
}

func (y *year) members() error {
	id := y.standing
	team, err := y.kepala.Team(y.t.Context(), id)
	if err != nil {
		return err
	}
	in := homecare.TeamMembers{Members: []homecare.TeamMemberInput{{AccountID: y.ids[1], Lead: true}},
		Reason: "Pergantian"}
	for _, i := range []int{0, 2} {
		if y.r.IntN(2) == 0 {
			in.Members = append(in.Members, homecare.TeamMemberInput{AccountID: y.ids[i]})
		}
	}
	_, err = y.kepala.ChangeTeamMembers(y.t.Context(), id, team.Version, in)
	return err
}

func (y *year) session() error {
	in := homecare.NewEducationSession{Programme: pick(y.r, y.programmes), Village: y.village, HeldOn: y.day(25),
		Topics: []string{"hipertensi"}, Method: "counselling",
		Participants: 1 + y.r.IntN(40), ConductedBy: []string{y.ids[1]}}
	s, err := y.staff[1].AddEducationSession(y.t.Context(), in)
	if err == nil {
		y.book.Sessions[s.ID] = &recount.Session{Programme: in.Programme, On: in.HeldOn,
			Participants: int64(in.Participants)}
		y.note("session %s on %s, %d", in.Programme, in.HeldOn, in.Participants)
	}
	return err
}
