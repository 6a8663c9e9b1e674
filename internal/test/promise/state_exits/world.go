//go:build sabotage

package state_exits

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

const slug, standing, perCase = "tanah-habang", "homecare_sanggam", "kupinang"

// roles are the acting roles, in the order in which they are tried.
var roles = []auth.Role{access.Petugas, access.Koordinator, access.Kepala, access.DinkesAdmin}

// fault is the panic of something that cannot be measured.
type fault struct{ error }

func must[T any](v T, err error) T {
	if err != nil {
		panic(fault{err})
	}
	return v
}

// world is the staff of a puskesmas and of Dinkes, signed in.
type world struct {
	*testing.T
	database      pgtest.Database
	as            map[auth.Role]*homecare.Client
	ids           map[string]string // accounts, by the first part of the username
	routes        map[string][]auth.Role
	village, team string // the standing team
	lasting       string // see care
	now           time.Time
	hour, second  time.Duration
	month         time.Time
	serial        *atomic.Int64
}

// plain does not check the answers against the document, which API-2 does.
var plain = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := apitest.New(t, apitest.Configure(func(c *config.Config) {
		c.RateAccount, c.RateTenant, c.RateAddress = 0, 0,
			0
	}))
	s.Database.Exec(t, `update sop_version set optional_endings = '["goals_reached"]'`)
	w := &world{T: t, database: s.Database, as: map[auth.Role]*homecare.Client{}, ids: map[string]string{},
		routes: map[string][]auth.Role{}, serial: &atomic.Int64{},
		now: time.Date(2026, 10, 14, 1, 0, 0, 0, time.UTC), month: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}
	for role, name := range map[auth.Role]string{access.Petugas: "petugas2." + slug,
		access.Koordinator: "koordinator." + slug, access.Kepala: "kepala." + slug,
		access.DinkesAdmin: "dinkes.admin"} {
		w.as[role] = s.As(t, name)
		w.as[role].HTTP = plain
	}
	for _, r := range s.App.Routes() {
		w.routes[r.Permission()] = r.By
	}
	s.Database.Row(t, `select w.code from puskesmas p join puskesmas_village v on v.puskesmas_id = p.id
		join village w on w.code = v.village_code where p.slug = $1
		order by 1 limit 1`, []any{slug}, &w.village)
	for _, name := range []string{"petugas1", "petugas2", "petugas3"} {
		var id string
		s.Database.Row(t, `select id::text from account where username = $1`, []any{name + "." + slug}, &id)
		w.ids[name] = id
	}
	now := w.now
	w.now = now.AddDate(0, 0, -60)
	w.clock()
	w.team = must(w.as[access.Kepala].CreateTeam(t.Context(), homecare.NewTeam{Programme: standing, Name: "Tim tetap",
		DecreeNumber: "188/1", ValidFrom: "2022-01-03",
		Members: []homecare.TeamMemberInput{{AccountID: w.ids["petugas2"], Lead: true},
			{AccountID: w.ids["petugas1"]}}})).ID
	w.now = now
	return w
}

// own is the same world for another walker, with its own clients and clock.
func (w *world) own() *world {
	c := *w
	c.as = map[auth.Role]*homecare.Client{}
	for role, of := range w.as {
		c.as[role] = of.With()
		c.as[role].SetTokens(of.Tokens())
	}
	c.clock()
	return &c
}

func (w *world) clock() {
	for _, c := range w.as {
		c.Clock = func() time.Time { return w.now }
	}
}

func (w *world) petugas() *homecare.Client     { return w.as[access.Petugas] }
func (w *world) koordinator() *homecare.Client { return w.as[access.Koordinator] }
func (w *world) kepala() *homecare.Client      { return w.as[access.Kepala] }

func (w *world) today() string { return clock.Day(w.now) }

// later is a free hour of the next days.
func (w *world) later() *time.Time {
	w.hour += 2 * time.Hour
	at := w.now.Add(24*time.Hour + w.hour)
	return &at
}

// earlier is a time that long ago plus some seconds, different each time.
func (w *world) earlier(ago time.Duration) time.Time {
	w.second += time.Second
	return w.now.Add(-ago - w.second)
}

// person is a new person.
func (w *world) person() string {
	n := w.serial.Add(1)
	name := []byte("Warga ")
	for x := uint64(n) * 2654435761; len(name) < 14; x /= 26 {
		name = append(name, 'a'+byte(x%26))
	}
	return must(w.koordinator().RegisterPatient(w.Context(), homecare.NewPatient{Name: string(name), Sex: "female",
		BirthDate: fmt.Sprintf("19%02d-0%d-1%d", 30+n%60, 1+n%9, n%8), Village: w.village})).ID
}

// proposed is a case that the nurse proposed some days ago.
func (w *world) proposed(programme, person string) homecare.Case {
	return must(w.petugas().ProposeCase(w.Context(), homecare.NewCase{PatientID: person, Programme: programme,
		Origin: "walk_in", Reason: "Uji",
		ProposedOn: clock.Day(w.now.AddDate(0, 0, -5))}))
}

func (w *world) approved(programme, person string) homecare.Case {
	c := w.proposed(programme, person)
	return must(w.kepala().ApproveCase(w.Context(), c.ID, c.Version, homecare.ApproveCase{}))
}

func (w *world) teamed(c homecare.Case) homecare.Case {
	return must(w.kepala().FormCaseTeam(w.Context(), c.ID, c.Version, w.teamFor(c)))
}

// inCare is an active case of a new person.
func (w *world) inCare() homecare.Case { return w.teamed(w.approved(standing, w.person())) }

// care is the id of an active case, the same until it ends.
func (w *world) care() string {
	if w.lasting == "" {
		w.lasting = w.inCare().ID
	}
	return w.lasting
}

func parkedID(err error) string {
	kept, is := errors.AsType[*homecare.ParkedError](err)
	if !is {
		panic(fault{fmt.Errorf("not parked: %w", err)})
	}
	return kept.ID
}
