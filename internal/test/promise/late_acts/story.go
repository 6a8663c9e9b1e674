//go:build sabotage

package late_acts

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	mrand "math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// puskesmas is one office with its phones. Its stories run one after the other,
// each on its own days.
type puskesmas struct {
	*tally
	t           *testing.T
	s           *apitest.Server
	slug        string
	seed        uint64
	r           *mrand.Rand
	village     string
	clients     map[string]*homecare.Client // by account
	names       map[string]string           // account to user name
	kepala      string
	koordinator string
	doctor      string // petugas1
	nurse       string // petugas2, whose phone is offline
	midwife     string // petugas3, of another team
	now         time.Time
	spans       map[string][]service
	kept        map[string]*act // parked acts of all stories
	hasty, stop bool
	broken      error
	stories     int
}

// lines are the connections of all clients.
var lines = &http.Transport{MaxIdleConnsPerHost: 32}

const (
	day0    = "2023-02-06"
	apart   = 20 // days from story to story
	petugas = "petugas"
)

func newPuskesmas(t *testing.T, s *apitest.Server, slug string, seed uint64) *puskesmas {
	t.Helper()
	o := &puskesmas{tally: newTally(), t: t, s: s, slug: slug, seed: seed, r: mrand.New(mrand.NewPCG(seed, 4)),
		clients: map[string]*homecare.Client{}, names: map[string]string{},
		spans: map[string][]service{}, kept: map[string]*act{}}
	s.Database.Row(t, `select w.code from puskesmas p join puskesmas_village v on v.puskesmas_id = p.id
		join village w on w.code = v.village_code where p.slug = $1 order by 1 limit 1`, []any{slug}, &o.village)
	for name, into := range map[string]*string{"kepala": &o.kepala, "koordinator": &o.koordinator,
		"petugas1": &o.doctor, "petugas2": &o.nurse, "petugas3": &o.midwife} {
		c := s.As(t, name+"."+slug)
		c.HTTP = &http.Client{Transport: lines} // another measure checks the contract
		c.Clock = func() time.Time { return o.now }
		me, err := c.Me(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		*into = me.AccountID
		o.clients[me.AccountID], o.names[me.AccountID] = c, name+"."+slug
		role := map[string]string{"kepala": "kepala_puskesmas", "koordinator": "koordinator"}[name]
		if role == "" {
			role = petugas
		}
		o.spans[me.AccountID] = []service{{role: role, from: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}}
	}
	return o
}

// fault is the panic of a story that cannot continue: nothing is measured.
type fault struct{ error }

func must[T any](what string) func(T, error) T {
	return func(v T, err error) T {
		if err != nil {
			panic(fault{fmt.Errorf("%s: %w", what, err)})
		}
		return v
	}
}

func pick[T any](r *mrand.Rand, s []T) T { return s[r.IntN(len(s))] }

// story is one interleaving of acts of the office and acts of offline phones.
type story struct {
	*puskesmas
	*model
	n          int
	base       time.Time // 08:00 WITA of its first day
	p, q       string    // persons; q is the other record of p, or another person
	c          string    // the case
	a, b       string    // teams
	planned    []string
	acts       []*act
	log        []string
	takenSoFar int
	lastDeed   string
	unanswered []lostAnswer
}

func (s *story) note(format string, args ...any) {
	s.log = append(s.log, s.now.Add(8*time.Hour).Format("01-02 15:04:05 ")+fmt.Sprintf(format, args...))
}

// differ keeps a difference between the product and the rules.
func (s *story) differ(format string, args ...any) {
	s.note("DIFFERS: "+format, args...)
	s.tally.differ++
	s.stop = s.stop || s.hasty
	if len(s.tally.differences) < 6 {
		s.tally.differences = append(s.tally.differences, fmt.Sprintf("%s seed %d story %d: ", s.slug, s.seed, s.n)+
			fmt.Sprintf(format, args...)+"\n    "+join(s.log))
	}
}

func (o *puskesmas) run(stories int, until time.Time) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(fault)
			if !ok {
				panic(r)
			}
			o.broken = f.error
		}
	}()
	first, _ := time.Parse(time.DateOnly, day0)
	for n := range stories {
		if o.stop || time.Now().After(until) {
			break
		}
		s := &story{puskesmas: o, model: newModel(o.spans), n: n, base: first.AddDate(0, 0, n*apart)}
		s.live()
		o.stories++
	}
	if o.stop || o.stories == 0 {
		return
	}
	o.list()
}

// at is a random time in office hours of a day of the story.
func (s *story) at(d int) time.Time {
	return s.base.AddDate(0, 0, d).Add(time.Duration(s.r.IntN(7*60)) * time.Minute)
}

// live runs the story.
func (s *story) live() {
	s.begin()
	slots := 3 + s.r.IntN(3)
	s.offline(slots)
	d := 2
	s.now = s.at(d).Add(30 * time.Second)
	s.send(-1) // who had a line all the time
	for slot := range slots {
		d += 1 + s.r.IntN(2)
		s.now = s.at(d).Add(30 * time.Second)
		s.officeAct()
		s.retry()
		s.send(slot)
	}
	s.now = s.base.AddDate(0, 0, d+1)
	s.decide()
	s.count()
	s.back(s.base.AddDate(0, 0, d+3))
}

// begin is the state when the phones went offline: a case in care, or a proposed one,
// with planned visits and tasks.
func (s *story) begin() {
	ctx := s.t.Context()
	s.now = s.base
	office := s.clients[s.koordinator]
	for _, id := range []*string{&s.p, &s.q} {
		x := must[homecare.Patient]("register")(office.RegisterPatient(ctx,
			homecare.NewPatient{Name: "Warga " + word26(s.r.Uint64()), Sex: "unknown", Village: s.village}))
		*id = x.ID
		s.persons[x.ID] = &person{id: x.ID}
	}
	s.words(s.p)
	s.a, s.b = s.team(s.doctor, s.nurse), s.team(s.midwife)
	proposer := s.koordinator
	waits := s.r.IntN(4) == 0
	if waits && s.r.IntN(4) > 0 || s.r.IntN(8) == 0 {
		proposer = s.nurse
	}
	s.c = s.proposed(s.p, proposer, day(s.now))
	if !waits {
		s.approve(s.c)
		s.form(s.c, s.a)
		for _, d := range []int{2, 3, 5} {
			s.plan(s.c, s.at(d))
		}
		for i := range 2 {
			f := must[homecare.FollowUp]("task")(office.AddFollowUp(ctx,
				homecare.NewFollowUp{CaseID: s.c, PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat",
					OwnerAccountID: s.nurse, DueOn: day(s.now)}}))
			s.tasks[f.ID] = &task{id: f.ID, kase: s.c, state: "open", opened: day(s.now)}
			if i == 0 {
				must[homecare.FollowUp]("hand over")(office.HandOverFollowUp(ctx, f.ID, f.Version,
					homecare.HandOver{Unit: "Dinas Sosial"}))
				s.tasks[f.ID].state = "handed_over"
			}
		}
	}
	if s.r.IntN(3) == 0 { // the other record is in care too
		c := s.proposed(s.q, s.koordinator, day(s.now))
		s.approve(c)
		s.form(c, s.b)
	}
}

func (s *story) words(person string) {
	c := must[homecare.Consent]("consent")(s.clients[s.koordinator].GiveConsent(s.t.Context(), person,
		homecare.NewConsent{Kind: "home_visit", GivenBy: "Ibu", Relation: "self", GivenOn: day(s.now)}))
	p := s.persons[person]
	p.words = append(p.words, word{id: c.ID, given: day(s.now), created: s.now})
	p.consents = append(p.consents, c.ID)
}

func (s *story) team(accounts ...string) string {
	in := homecare.NewTeam{Programme: programme, Name: "Tim " + word26(s.r.Uint64()), DecreeNumber: "188/1",
		ValidFrom: "2022-01-03"}
	var of []member
	for i, a := range accounts {
		in.Members = append(in.Members, homecare.TeamMemberInput{AccountID: a, Lead: i == 0})
		of = append(of, member{account: a, from: s.now})
	}
	t := must[homecare.Team]("team")(s.clients[s.kepala].CreateTeam(s.t.Context(), in))
	s.teams[t.ID] = of
	return t.ID
}

const programme = "homecare_sanggam"

func (s *story) proposed(person, by, on string) string {
	c := must[homecare.Case]("propose")(s.clients[by].ProposeCase(s.t.Context(), homecare.NewCase{PatientID: person,
		Programme: programme, Origin: "walk_in", Reason: "Uji", ProposedOn: on}))
	s.cases[c.ID] = &kase{id: c.ID, person: person, proposer: by, proposed: on, at: s.now, state: "proposed"}
	return c.ID
}

func (s *story) version(id string) int64 {
	return must[homecare.Case]("case")(s.clients[s.kepala].Case(s.t.Context(), id)).Version
}

func (s *story) approve(id string) {
	must[homecare.Case]("approve")(s.clients[s.kepala].ApproveCase(s.t.Context(), id, s.version(id),
		homecare.ApproveCase{}))
	s.cases[id].state = "approved"
}

// form gives a case its team. A case that waited for it becomes active, and acts that
// waited for that are taken.
func (s *story) form(id, team string) {
	in := homecare.CaseTeam{TeamID: team, Reason: "Pergantian"}
	if s.cases[id].team() == "" {
		in.Reason = ""
	}
	must[homecare.Case]("form")(s.clients[s.kepala].FormCaseTeam(s.t.Context(), id, s.version(id), in))
	c := s.cases[id]
	if n := len(c.teams); n > 0 {
		if c.teams[n-1].team == team {
			return
		}
		c.teams[n-1].until = s.now
	}
	c.teams = append(c.teams, teamSpan{team: team, from: s.now})
	if c.state == "approved" {
		c.state, c.activated = "active", day(s.now)
		s.activated(c)
	}
}

func (s *story) plan(c string, at time.Time) {
	v := must[homecare.Visit]("plan")(s.clients[s.koordinator].PlanVisit(s.t.Context(),
		homecare.PlanVisit{CaseID: c, StartsAt: &at, Members: []string{s.nurse}}))
	s.visits[v.ID] = &visit{id: v.ID, kase: c, state: "planned", planned: at}
	s.planned = append(s.planned, v.ID)
}

// back restores the nurse's role for the next story.
func (s *story) back(at time.Time) {
	s.now = at
	last := &s.spans[s.nurse][len(s.spans[s.nurse])-1]
	if last.until.IsZero() && last.role == petugas {
		return
	}
	ctx, kepala := s.t.Context(), s.clients[s.kepala]
	if last.until.IsZero() {
		s.becomes(petugas)
		return
	}
	must[homecare.Membership]("join")(kepala.AddMembership(ctx, homecare.NewMembership{AccountID: s.nurse,
		Role: petugas, Profession: "nurse"}))
	from, _ := time.Parse(time.DateOnly, day(at))
	s.spans[s.nurse] = append(s.spans[s.nurse], service{role: petugas, from: from.Add(-8 * time.Hour)})
	s.signIn()
}

func (o *puskesmas) membership() homecare.Membership {
	l := must[homecare.Page[homecare.Membership]]("memberships")(o.clients[o.kepala].Memberships(o.t.Context(),
		map[string][]string{"account_id": {o.nurse}}))
	return l.Data[0]
}

func (o *puskesmas) becomes(role string) {
	m := o.membership()
	must[homecare.Membership]("role")(o.clients[o.kepala].ChangeMembership(o.t.Context(), m.ID, m.Version,
		homecare.MembershipChange{Role: role}))
	spans := o.spans[o.nurse]
	spans[len(spans)-1].until = o.now
	o.spans[o.nurse] = append(spans, service{role: role, from: o.now})
	o.signIn()
}

func (o *puskesmas) signIn() {
	if err := o.s.SignIn(o.t, o.clients[o.nurse], o.names[o.nurse]); err != nil {
		panic(fault{fmt.Errorf("sign in: %w", err)})
	}
}

// word26 is an invented name.
func word26(n uint64) string {
	out := []byte{'A' + byte(n%26)}
	for range 8 {
		n /= 26
		out = append(out, 'a'+byte(n%26))
	}
	return string(out)
}

// newID is an id chosen by a phone (UUIDv7).
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	ms := time.Now().UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (8 * (5 - i)))
	}
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// problem is the problem of an error; nil for none.
func problem(err error) *homecare.Problem {
	p, _ := errors.AsType[*homecare.Problem](err)
	return p
}
