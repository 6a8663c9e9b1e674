//go:build sabotage

package late_acts

import (
	"cmp"

	"github.com/balangan/homecare/pkg/homecare"
)

// further ranks how far a case has progressed; of two open cases the one
// further on continues.
var further = map[string]int{"proposed": 1, "approved": 2, "active": 3, "terminating": 4}

// merge merges one record into the other.
func (s *story) merge() error {
	from, into := s.persons[s.p], s.persons[s.q]
	if s.r.IntN(2) == 0 {
		from, into = into, from
	}
	if from.into != "" || into.into != "" || from.voided || into.voided {
		return errNothing
	}
	was := s.model.copy()
	ctx, office := s.t.Context(), s.clients[s.koordinator]
	p, err := office.Patient(ctx, from.id)
	if err == nil {
		_, err = office.MergePatient(ctx, from.id, p.Version, homecare.MergePatient{IntoID: into.id,
			Reason: "Orang yang sama"})
	}
	if err != nil {
		return err
	}
	s.note("merged %s into %s", from.id, into.id)
	from.into, from.before, from.taken = into.id, was, s.takenSoFar
	s.joinCases(s.openOf(from.id), s.openOf(into.id))
	for _, c := range s.cases {
		if c.person == from.id {
			c.person = into.id
		}
	}
	into.words, into.consents = append(into.words, from.words...), append(into.consents, from.consents...)
	from.words, from.consents = nil, nil
	into.died = cmp.Or(into.died, from.died)
	if into.restricted.IsZero() {
		into.restricted = from.restricted
	}
	if into.died != "" {
		s.die(into.id, into.died) // including the tasks of ended cases
	}
	if into.refuses(s.now) {
		for _, c := range s.cases {
			if c.person == into.id && open(c) && c.state != "proposed" {
				s.cancelPlanned(c, "consent")
			}
		}
	}
	return nil
}

// joinCases leaves one open case: the one further on, of equal ones the older.
func (s *story) joinCases(one, other *kase) {
	if one == nil || other == nil {
		return
	}
	stays, ends := one, other
	if ends.at.Before(stays.at) || ends.at.Equal(stays.at) && ends.id < stays.id {
		stays, ends = ends, stays
	}
	if further[ends.state] > further[stays.state] {
		stays, ends = ends, stays
	}
	for _, v := range s.visits {
		if v.kase == ends.id && (v.state == "planned" || v.state == "in_progress") {
			v.kase = stays.id
		}
	}
	for _, f := range s.tasks {
		if f.kase == ends.id && (f.state == "open" || f.state == "handed_over" || f.state == "answered") {
			f.kase = stays.id
		}
	}
	s.end(ends, "merged", day(s.now))
	ends.merged, ends.mergedAt = stays.id, s.now
}

// unmerge undoes the merge if nothing happened in between: everything is as before,
// except plans whose hour has passed.
func (s *story) unmerge() error {
	for _, id := range []string{s.p, s.q} {
		from := s.persons[id]
		if from.into == "" || from.taken != s.takenSoFar || s.lastDeed != "merge" {
			continue
		}
		ctx, kepala := s.t.Context(), s.clients[s.kepala]
		p, err := kepala.Patient(ctx, id)
		if err == nil {
			_, err = kepala.UnmergePatient(ctx, id, p.Version, homecare.Why{Reason: "Ternyata dua orang"})
		}
		if err != nil {
			return err
		}
		merged := s.model
		teams := merged.teams
		s.model = from.before
		s.model.teams = teams
		for id, v := range s.visits {
			if v.state == "planned" && merged.visits[id].state != "planned" && !v.planned.After(s.now) {
				v.state = "missed"
			}
		}
		return nil
	}
	return errNothing
}

func (s *story) void() error {
	for _, id := range []string{s.p, s.q} {
		p := s.persons[id]
		if p.voided || p.into != "" || s.openOf(id) != nil || id == s.q && s.r.IntN(3) > 0 {
			continue
		}
		ctx, office := s.t.Context(), s.clients[s.koordinator]
		x, err := office.Patient(ctx, id)
		if err == nil {
			_, err = office.VoidPatient(ctx, id, x.Version, homecare.Why{Reason: "Salah catat"})
		}
		if err == nil {
			p.voided = true
			s.note("voided %s", id)
		}
		return err
	}
	return errNothing
}

// someone is a record in use, usually that of the story's person.
func (s *story) someone() (*person, error) {
	p := s.persons[s.p]
	if p.into != "" {
		p = s.persons[p.into]
	}
	if p.voided {
		return nil, errNothing
	}
	return p, nil
}

func (s *story) restrict() error {
	p, err := s.someone()
	if err != nil || !p.restricted.IsZero() {
		return errNothing
	}
	ctx, office := s.t.Context(), s.clients[s.koordinator]
	r, err := office.RequestAboutData(ctx, homecare.NewDataSubjectRequest{PatientID: p.id, Kind: "restriction",
		ReceivedAt: s.now, Channel: "in_person"})
	if err == nil {
		_, err = s.clients[s.kepala].FinishDataSubjectRequest(ctx, r.ID, r.Version,
			homecare.DataSubjectOutcome{Outcome: "Dibatasi"})
	}
	if err == nil {
		p.restricted = s.now
	}
	return err
}

func (s *story) withdraw() error {
	p, err := s.someone()
	if err != nil {
		return err
	}
	for i := range p.words {
		w := &p.words[i]
		if !w.withdrawn.IsZero() {
			continue
		}
		ctx, office := s.t.Context(), s.clients[s.koordinator]
		l, err := office.Consents(ctx, p.id)
		if err != nil {
			return err
		}
		for _, c := range l.Data {
			if c.ID == w.id {
				_, err = office.WithdrawConsent(ctx, p.id, c.ID, c.Version,
					homecare.ConsentWithdrawn{Reason: "Berubah pikiran"})
			}
		}
		if err != nil {
			return err
		}
		w.withdrawn = s.now
		s.note("withdrawn %s of %s", w.id, p.id)
		if p.refuses(s.now) {
			for _, c := range s.cases {
				if c.person == p.id && open(c) && c.state != "proposed" {
					s.cancelPlanned(c, "consent")
				}
			}
		}
		return nil
	}
	return errNothing
}

func (s *story) again() error {
	p, err := s.someone()
	if err != nil || !p.refuses(s.now) {
		return errNothing
	}
	s.words(p.id)
	return nil
}

// correctDeath records the death of a person whose cases have ended, or corrects
// its day.
func (s *story) correctDeath() error {
	p, err := s.someone()
	if err != nil || s.openOf(p.id) != nil {
		return errNothing
	}
	for _, c := range s.cases {
		if c.person == p.id && c.ending == "death" {
			return errNothing
		}
	}
	on := day(s.now.AddDate(0, 0, -1-s.r.IntN(5)))
	if p.died != "" && s.r.IntN(3) == 0 {
		on = ""
	}
	ctx, office := s.t.Context(), s.clients[s.koordinator]
	x, err := office.Patient(ctx, p.id)
	if err == nil {
		change := homecare.PatientChange{DeceasedOn: homecare.Some(on)}
		if on == "" {
			change.DeceasedOn = homecare.Clear[string]()
		}
		_, err = office.ChangePatient(ctx, p.id, x.Version, change)
	}
	if err == nil {
		p.died = on
		s.note("died on %q", on)
	}
	return err
}
