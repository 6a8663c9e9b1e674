// Package recount counts the figures of a month independently: a model in
// memory gets each act with its answer, and counts by the section "What counts
// when" of docs/domain.md. It uses no table, no statement and no package of the
// product, which archtest checks.
package recount

import (
	"fmt"
	"strings"
	"time"
)

// Person is a person in the registry of a puskesmas. Days are YYYY-MM-DD, WITA;
// "" is unknown or not yet.
type Person struct {
	Sex, Born, Died string
	Voided          bool
	MergedInto      string            // the record that continues, "" when this one does
	Sources         map[string]string // source to the day on which it first named the person
}

// Case is a case of a person in a programme.
type Case struct {
	Person, Programme, State     string
	Proposed, Decided, Activated string // days
	Ending, Ended                string // kind and day
}

// TookPlace is the state of a visit planned in place of one that took place after
// all: the two are one visit, and this one is counted nowhere.
const TookPlace = "took_place"

// Visit is one visit. Arrived is "" until somebody came.
type Visit struct {
	Person, Case, Programme, Village, State string
	Planned, Arrived                        string // days
	Unplanned                               bool
	Services, Diagnoses                     []string
	Professions                             []string // of the members, each once or more often
}

// Act is an act on a follow-up.
type Act struct{ Kind, On string }

// FollowUp is a task of a case, with its acts.
type FollowUp struct {
	Case string
	Acts []Act
}

// undone says whether an act is a reversed cancellation, or its reversal:
// neither counts.
func (f *FollowUp) undone(i int) bool {
	if f.Acts[i].Kind == "cancelled" {
		return i+1 < len(f.Acts)
	}
	return i > 0 && f.Acts[i-1].Kind == "cancelled" && f.Acts[i].Kind == "taken_back"
}

// Session is a group session.
type Session struct {
	Programme, On string
	Participants  int64
}

// Book is everything that happened in one puskesmas.
type Book struct {
	Persons   map[string]*Person
	Cases     map[string]*Case
	Visits    map[string]*Visit
	FollowUps map[string]*FollowUp
	Sessions  map[string]*Session
	// Sensitive diagnoses appear in no table.
	Sensitive map[string]bool
}

// New is an empty book.
func New() *Book {
	return &Book{Persons: map[string]*Person{}, Cases: map[string]*Case{}, Visits: map[string]*Visit{},
		FollowUps: map[string]*FollowUp{},
		Sessions:  map[string]*Session{}, Sensitive: map[string]bool{}}
}

// Day is the day of a time in WITA, eight hours ahead of UTC all year.
func Day(t time.Time) string { return t.UTC().Add(8 * time.Hour).Format(time.DateOnly) }

// Figures are cells by name: a dashboard's "visits_completed", a report's
// "visits_by_village/6311052001/1" (section, row, column). A missing cell is 0.
type Figures map[string]int64

// root is the record that continues for a person.
func (b *Book) root(id string) (string, *Person) {
	p := b.Persons[id]
	for p != nil && p.MergedInto != "" {
		id = p.MergedInto
		p = b.Persons[id]
	}
	return id, p
}

// of says whether a day is in a month.
func of(day, month string) bool { return strings.HasPrefix(day, month) }

// by says whether a day is in a month or before it.
func by(day, month string) bool { return day != "" && day[:7] <= month }

// Count counts a programme's month for the dashboard and the report.
func (b *Book) Count(programme, month string) (dashboard, report Figures) {
	d, r := Figures{}, Figures{}
	b.targets(r, month)
	b.cases(d, r, programme, month)
	b.visits(d, r, programme, month)
	for _, f := range b.FollowUps {
		c := b.Cases[f.Case]
		if c.Programme != programme || !b.tookPlace(c) {
			continue
		}
		for i, a := range f.Acts {
			if of(a.On, month) && !f.undone(i) {
				r["follow_ups/"+a.Kind+"/0"]++
			}
		}
	}
	for _, s := range b.Sessions {
		if s.Programme == programme && of(s.On, month) {
			r["education/sessions/0"]++
			r["education/participants/0"] += s.Participants
		}
	}
	return d, r
}

// targets are persons known by the month's end and not dead before its start.
func (b *Book) targets(r Figures, month string) {
	first := map[string]string{} // source and remaining person, to the day
	for id, p := range b.Persons {
		at, goesOn := b.root(id)
		if goesOn.Voided || goesOn.Died != "" && goesOn.Died[:7] < month {
			continue
		}
		for source, day := range p.Sources {
			if known := first[source+"/"+at]; known == "" || day < known {
				first[source+"/"+at] = day
			}
		}
	}
	for key, day := range first {
		if by(day, month) {
			source, _, _ := strings.Cut(key, "/")
			r["targets_by_source/"+source+"/0"]++
		}
	}
}

// counts says whether figures include a case.
func (b *Book) counts(c *Case) bool { return b.tookPlace(c) && c.Ending != "merged" }

// tookPlace says whether the acts in a case count on their days, also where another
// case continues it.
func (b *Book) tookPlace(c *Case) bool {
	_, p := b.root(c.Person)
	return !p.Voided && c.Ending != "entered_in_error"
}

func (b *Book) cases(d, r Figures, programme, month string) {
	for _, c := range b.Cases {
		if c.Programme != programme || !b.counts(c) {
			continue
		}
		if of(c.Proposed, month) {
			d["cases_proposed"]++
			r["cases/proposed/0"]++
		}
		switch {
		case !of(c.Decided, month):
		case c.State == "rejected":
			r["cases/rejected/0"]++
		default:
			r["cases/approved/0"]++
		}
		if of(c.Activated, month) {
			d["cases_begun"]++
			r["cases/activated/0"]++
		}
		over := c.State == "terminated"
		if by(c.Activated, month) && (!over || !by(c.Ended, month)) {
			d["cases_in_care"]++
			r["cases/active/0"]++
		}
		if over && of(c.Ended, month) {
			d["ended_"+c.Ending]++
			r["endings/"+c.Ending+"/0"]++
		}
	}
}

// day is the day of a visit: that of the arrival, else of the plan.
func (v *Visit) day() string {
	if v.Arrived != "" {
		return v.Arrived
	}
	return v.Planned
}

func (b *Book) visits(d, r Figures, programme, month string) {
	firsts := map[string]string{} // person to the day of the first visit
	for _, v := range b.Visits {
		id, p := b.root(v.Person)
		if v.Programme != programme || !of(v.day(), month) || p.Voided ||
			b.Cases[v.Case].Ending == "entered_in_error" || v.State == TookPlace {
			continue
		}
		place := "visits_by_village/" + v.Village
		if !v.Unplanned && v.State != "rescheduled" {
			d["visits_planned"]++
			r[place+"/0"]++
		}
		switch v.State {
		case "missed":
			d["visits_missed"]++
			r[place+"/2"]++
		case "cancelled":
			d["visits_cancelled"]++
			r[place+"/3"]++
		case "rescheduled":
			d["visits_moved"]++
			r[place+"/4"]++
		case "completed":
			d["visits_completed"]++
			r[place+"/1"]++
			if seen := firsts[id]; seen == "" || v.day() < seen {
				firsts[id] = v.day()
			}
			b.served(v, d, r)
		}
	}
	for id, day := range firsts {
		d["patients_served"]++
		p := b.Persons[id]
		r[fmt.Sprintf("patients_by_age/%s/%d", band(p.Born, day), map[string]int{"male": 0, "female": 1,
			"unknown": 2}[p.Sex])]++
	}
}

// served counts the services of a visit and their professions.
func (b *Book) served(v *Visit, d, r Figures) {
	for _, s := range v.Services {
		d["service_"+s]++
		r["visits_by_service/"+s+"/0"]++
	}
	for _, c := range v.Diagnoses {
		if !b.Sensitive[c] {
			r["top_diagnoses/"+c+"/0"]++
		}
	}
	went := map[string]bool{}
	for _, p := range v.Professions {
		if p != "" && !went[p] {
			r["visits_by_profession/"+p+"/0"]++
		}
		went[p] = true
	}
}

// band is the age on a day.
func band(born, day string) string {
	if born == "" {
		return "unknown"
	}
	var y, year int
	_, _ = fmt.Sscan(born[:4], &y)
	_, _ = fmt.Sscan(day[:4], &year)
	age := year - y
	if day[4:] < born[4:] {
		age--
	}
	switch {
	case age < 0:
		return "unknown"
	case age < 5:
		return "y0_4"
	case age < 15:
		return "y5_14"
	case age < 45:
		return "y15_44"
	case age < 60:
		return "y45_59"
	}
	return "y60_up"
}
