//go:build sabotage

// Package day_borders measures: an act shortly before or after midnight in
// Kabupaten Balangan (WITA, UTC+8) counts on the right day and in the right
// month, wherever the product turns a time into a day.
package day_borders

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is API-8. FHIR joins it with its first release.
var Promise = promise.Promise{ID: "API-8",
	Promised: "48 WITA month and day boundary cases right in reports, roll-ups, filters, calendar",
	Measure:  measure, Control: promise.Control{Fault: "utc"}}

// offsets of a case from midnight. Each has its own account, whose calendar
// shows it.
var offsets = []struct {
	from    time.Duration
	account string
}{
	{-time.Second, "petugas1"}, {-time.Millisecond, "petugas2"}, {0, "petugas3"}, {time.Second, "koordinator"},
}

// midnights in WITA, written in UTC: the start of eleven months, including
// January after a year's end and March after a leap day, and the leap day
// itself.
var midnights = []string{
	"2027-12-31T16:00:00Z", "2028-01-31T16:00:00Z", "2028-02-28T16:00:00Z", "2028-02-29T16:00:00Z",
	"2028-03-31T16:00:00Z", "2028-04-30T16:00:00Z",
	"2028-05-31T16:00:00Z", "2028-06-30T16:00:00Z", "2028-07-31T16:00:00Z", "2028-08-31T16:00:00Z",
	"2028-09-30T16:00:00Z", "2028-10-31T16:00:00Z",
}

// programmes alternate, so that two neighbouring months cannot exchange equal
// numbers of visits unnoticed.
var programmes = []string{"kupinang", "homecare_sanggam"}

// later is the business time of the requests: all of it has passed.
var later = time.Date(2029, 3, 1, 1, 0, 0, 0, time.UTC)

// instant is one case: a visit and a case of care at one time, in a village of
// its own.
type instant struct {
	at                          time.Time
	programme, village, account string
}

// day and month are calculated independently: WITA is UTC+8, without summer
// time.
func (i instant) day() string   { return i.at.UTC().Add(8 * time.Hour).Format(time.DateOnly) }
func (i instant) month() string { return i.at.UTC().Add(8 * time.Hour).Format("2006-01") }
func (i instant) next(days int) string {
	return i.at.UTC().Add(8*time.Hour).AddDate(0, 0, days).Format(time.DateOnly)
}

type world struct {
	*apitest.Server
	t        *testing.T
	clients  map[string]*homecare.Client
	instants []instant
	reports  map[string]homecare.Report // by programme and month
	wrong    []string
}

func measure(t *testing.T) promise.Result {
	w := &world{Server: apitest.New(t), t: t, clients: map[string]*homecare.Client{},
		reports: map[string]homecare.Report{}}
	for _, o := range offsets {
		c := w.As(t, o.account+".tanah-habang")
		c.Clock = func() time.Time { return later }
		w.clients[o.account] = c
	}
	w.insert()
	w.draft()
	right := 0
	for _, i := range w.instants {
		if w.clock(i) && w.report(i) && w.filter(i) && w.calendar(i) {
			right++
		}
	}
	cells, cellsRight := w.rollups()
	submits, submitsRight := w.submits()
	zone := ""
	w.Database.Row(t, `select current_setting('timezone')`, nil, &zone)
	some := ""
	if len(w.wrong) > 0 {
		some = " (" + strings.Join(w.wrong[:min(2, len(w.wrong))], "; ") + ")"
	}
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d of %d cases right in report, list, calendar and clock; %d of %d roll-up and report totals; %d of %d months closed at their last second; database in %s%s",
			right, len(w.instants), cellsRight, cells, submitsRight, submits, zone, some),
		Kept: right == 48 && len(w.instants) == 48 && cellsRight == cells && cells > 0 && submitsRight == submits &&
			submits == len(midnights)-1,
	}
}

func (w *world) fault(format string, args ...any) bool {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
	return false
}

// insert writes the records directly into the tables: the times of requests are
// not measured here.
func (w *world) insert() {
	ctx := w.t.Context()
	c, err := pgx.Connect(ctx, w.Database.Admin())
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	rows, err := c.Query(ctx, `select code from village order by code limit $1`, len(midnights)*len(offsets))
	if err != nil {
		w.t.Fatal(err)
	}
	villages, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(villages) < len(midnights)*len(offsets) {
		w.t.Fatalf("%d villages, %v", len(villages), err)
	}
	tenant := w.PuskesmasID(w.t, "tanah-habang")
	for n, m := range midnights {
		at, err := time.Parse(time.RFC3339, m)
		if err != nil {
			w.t.Fatal(err)
		}
		for k, o := range offsets {
			i := instant{at: at.Add(o.from), programme: programmes[n%2], village: villages[n*len(offsets)+k],
				account: o.account}
			w.instants = append(w.instants, i)
			id := func() string { return uuid.Must(uuid.NewV7()).String() }
			patient, episode, stop, visit := id(), id(), id(), id()
			var b pgx.Batch
			b.Queue(`insert into patient (puskesmas_id, id, name, sex, key_wrapped, identity_sealed)
				values ($1, $2, 'Uji Batas', 'female', '\x00', '\x00')`, tenant, patient)
			b.Queue(`insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state, origin,
				reason, proposed_at, proposed_by, decided_at, activated_at)
				select $1, $2, $3, $4, (select id from sop_version where programme_code = $4 limit 1), 'active',
				'walk_in', 'uji', $5::timestamptz, a.id, $5, $5 from account a where a.username = $6`,
				tenant, episode, patient, i.programme, i.at, o.account+".tanah-habang")
			b.Queue(`insert into stop (puskesmas_id, id, programme_code, village_code, starts_at, ends_at, created_by)
				select $1, $2, $3, $4, $5::timestamptz, $5::timestamptz + interval '10 minutes', a.id from account a
				where a.username = $6`, tenant, stop, i.programme, i.village, i.at, o.account+".tanah-habang")
			b.Queue(`insert into stop_member (puskesmas_id, stop_id, account_id, during)
				select $1, $2, a.id, tstzrange($3::timestamptz, $3::timestamptz + interval '10 minutes') from account a
				where a.username = $4`, tenant, stop, i.at, o.account+".tanah-habang")
			b.Queue(`insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state,
				planned_for, arrived_at, departed_at, completed_at, created_by)
				select $1, $2, $3, $4, $5, $6, 'completed', $7::timestamptz, $7, $7, $7, a.id from account a
				where a.username = $8`,
				tenant, visit, stop, episode, patient, i.programme, i.at, o.account+".tanah-habang")
			if err := c.SendBatch(ctx, &b).Close(); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// clock checks the functions themselves.
func (w *world) clock(i instant) bool {
	from, to, err := clock.MonthBounds(i.month())
	begin, end, err2 := clock.DayBounds(i.day())
	if err != nil || err2 != nil || clock.Day(i.at) != i.day() || clock.Month(i.at) != i.month() ||
		i.at.Before(from) || !i.at.Before(to) || i.at.Before(begin) || !i.at.Before(end) {
		return w.fault("%s: clock says %s", i.at.Format(time.RFC3339Nano), clock.Day(i.at))
	}
	return true
}

// filter asks the list of visits for the day and its neighbours.
func (w *world) filter(i instant) bool {
	for days, want := range map[int]int{-1: 0, 0: 1, 1: 0} {
		p, err := w.clients["koordinator"].Visits(w.t.Context(), url.Values{"date_from": {i.next(days)},
			"date_to": {i.next(days)}, "village": {i.village}})
		if err != nil {
			w.t.Fatal(err)
		}
		if len(p.Data) != want {
			return w.fault("%s: %d visits listed on %s", i.at.Format(time.RFC3339Nano), len(p.Data), i.next(days))
		}
	}
	return true
}

// calendar asks the account's own calendar for the day.
func (w *world) calendar(i instant) bool {
	client := w.clients[i.account]
	p, err := client.Calendar(w.t.Context(), i.day(), i.day())
	if err != nil {
		w.t.Fatal(err)
	}
	if len(p.Data) != 1 || p.Data[0].Date != i.day() || len(p.Data[0].Stops) != 1 ||
		p.Data[0].Stops[0].Village != i.village {
		return w.fault("%s: not in the calendar of %s", i.at.Format(time.RFC3339Nano), i.day())
	}
	return true
}
