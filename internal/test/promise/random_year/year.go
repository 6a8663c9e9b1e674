//go:build sabotage

package random_year

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise/recount"
	"github.com/balangan/homecare/pkg/homecare"
)

// first is the first moment of the year in WITA, written as UTC: it determines
// the months; recount.Day determines the days.
var first = time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)

// year is a year of one puskesmas: its staff, their acts, and the book that
// counts them.
type year struct {
	*tally
	t                           *testing.T
	r                           *rand.Rand
	seed                        uint64
	slug, village, standing     string
	kepala, koordinator, dinkes *homecare.Client
	staff                       []*homecare.Client // petugas1 to petugas3
	ids                         []string           // their accounts
	programmes                  []string
	book                        *recount.Book
	now                         time.Time
	n, acts                     int
	differ                      []string
	broken                      error
	stop, hasty                 bool // hasty: stop at the first difference
	often                       int  // dashboards are read after so many acts
	log                         []string
	since                       time.Time // answer time of the oldest act after which no dashboard was read
	unseen                      int
	patience                    time.Duration
	drafts                      map[string]string // programme and month to report
	waiting                     []string          // parked
	undoable                    []string          // merged records
	before                      map[string]recount.Figures
}

func newYear(t *testing.T, s *apitest.Server, slug string, seed uint64, acts int) *year {
	t.Helper()
	y := &year{tally: newTally(), t: t, r: rand.New(rand.NewPCG(seed, 25)), seed: seed, slug: slug, acts: acts,
		programmes: []string{"homecare_sanggam"}, book: recount.New(),
		now: first.Add(time.Hour), drafts: map[string]string{}, patience: maxLag + time.Second, often: 12}
	if slug == "tanah-habang" {
		y.programmes = append(y.programmes, "kupinang")
	}
	for _, c := range []string{"B20", "F20"} {
		y.book.Sensitive[c] = true
	}
	s.Database.Row(t, `select w.code from puskesmas p join puskesmas_village v on v.puskesmas_id = p.id
		join village w on w.code = v.village_code where p.slug = $1 order by 1 limit 1`, []any{slug}, &y.village)
	as := func(name string) *homecare.Client {
		c := s.As(t, name)
		c.Clock = func() time.Time { return y.now }
		return c
	}
	y.kepala, y.koordinator, y.dinkes = as("kepala."+slug), as("koordinator."+slug), as("dinkes.admin")
	for _, name := range []string{"petugas1.", "petugas2.", "petugas3."} {
		c := as(name + slug)
		me, err := c.Me(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		y.staff, y.ids = append(y.staff, c), append(y.ids, me.AccountID)
	}
	team, err := y.kepala.CreateTeam(t.Context(), homecare.NewTeam{Programme: "homecare_sanggam", Name: "Tim tetap",
		DecreeNumber: "188/1", ValidFrom: "2022-01-03",
		Members: []homecare.TeamMemberInput{{AccountID: y.ids[1], Lead: true}, {AccountID: y.ids[0]},
			{AccountID: y.ids[2]}}})
	if err != nil {
		t.Fatal(err)
	}
	y.standing = team.ID
	return y
}

// kind is a kind of act and how often it is tried.
type kind struct {
	name   string
	weight int
	do     func(*year) error
}

// fault is the panic of a year that cannot continue: nothing is measured.
type fault struct{ error }

func (y *year) run(until time.Time) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(fault)
			if !ok {
				panic(r)
			}
			y.broken = f.error
		}
	}()
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	step := 365 * 24 * time.Hour / time.Duration(y.acts)
	at := y.now
	for y.n = 1; y.n <= y.acts && time.Now().Before(until) && !y.stop; y.n++ {
		month := y.now.Format("2006-01")
		at = at.Add(step)
		// Office hours, forward only.
		if y.now = at.Truncate(24 * time.Hour).Add(time.Hour +
			time.Duration(float64(at.Sub(at.Truncate(24*time.Hour)))/3)); y.now.Format("2006-01") != month {
			y.monthEnd(month)
		}
		w := y.r.IntN(total)
		for _, k := range kinds {
			if w -= k.weight; w < 0 {
				y.try(k.name, func() error { return k.do(y) })
				break
			}
		}
		if y.n%y.often == 0 {
			y.touched()
		}
		if y.n%200 == 0 || y.n == y.acts {
			y.rollups(y.months())
			y.reports(y.months())
		}
	}
}

// touched reads the dashboards of the months whose count changed since they
// were last read.
func (y *year) touched() {
	now := map[string]recount.Figures{}
	var months []string
	for _, month := range y.months() {
		for _, programme := range y.programmes {
			d, _ := y.book.Count(programme, month)
			if now[programme+month] = d; !maps.Equal(d, y.before[programme+month]) && !slices.Contains(months, month) {
				months = append(months, month)
			}
		}
	}
	y.before = now
	y.rollups(months)
}

// try does an act. A refused act changes nothing.
func (y *year) try(name string, do func() error) {
	if err := do(); !errors.Is(err, errNothing) {
		y.answered(name, err)
	}
}

func (y *year) answered(name string, err error) {
	if parked, ok := errors.AsType[*homecare.ParkedError](err); ok {
		y.parked++
		y.waiting = append(y.waiting, parked.ID)
		y.note("%s parked: %s", name, parked.Reason)
		return
	}
	if p, ok := errors.AsType[*homecare.Problem](err); ok && p.Status < 500 && p.Status != 429 {
		y.refused[name]++
		at := ""
		for _, f := range p.Errors {
			at = f.Pointer + " " + f.Code
		}
		y.why[name+" "+p.Code+" "+at]++
		return
	}
	if err != nil {
		panic(fault{fmt.Errorf("%s: %w", name, err)})
	}
	y.done[name]++
	if y.unseen++; y.unseen == 1 {
		y.since = time.Now()
	}
}

// note keeps a line for finding the cause of a difference.
func (y *year) note(format string, args ...any) {
	y.log = append(y.log, fmt.Sprintf("%d %s ", y.n, y.now.Format(time.DateOnly))+fmt.Sprintf(format, args...))
}

func must[T any](what string) func(T, error) T {
	return func(v T, err error) T {
		if err != nil {
			panic(fault{fmt.Errorf("%s: %w", what, err)})
		}
		return v
	}
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// day is a day at most that many before now, as YYYY-MM-DD.
func (y *year) day(back int) string { return recount.Day(y.now.AddDate(0, 0, -y.r.IntN(back+1))) }

// some chooses a key of m whose value is true.
func some[V any](y *year, m map[string]V, right func(V) bool) (string, error) {
	var fit []string
	for _, k := range sorted(m) {
		if right(m[k]) {
			fit = append(fit, k)
		}
	}
	if len(fit) == 0 {
		return "", errNothing
	}
	return pick(y.r, fit), nil
}
