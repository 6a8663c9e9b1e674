// Package walk runs a month of the programme on a running server through the
// API: every step of the SOP in order, from the import of the sources to the
// archived report. It is a demonstration for a newcomer and a test of the
// whole. Each month has other invented people.
package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// Options are the settings of a walk.
type Options struct {
	Base     string // address of the server
	Password string // of the demo accounts
	Out      io.Writer
	HTTP     *http.Client // nil: the default
	// Code is the authenticator code of the demo accounts at a time.
	Code func(time.Time) string
}

// Run walks KUPINANG in Tanah Habang and Homecare Sanggam in Uren concurrently,
// and then reads both as Dinkes. It stops at the first unexpected answer.
func Run(ctx context.Context, o Options) error {
	out := &lines{w: o.Out}
	kupinang := &flow{o: o, out: out, puskesmas: "tanah-habang", programme: "kupinang", tag: "KP"}
	sanggam := &flow{o: o, out: out, puskesmas: "uren", programme: "homecare_sanggam", tag: "HS"}
	g, ctx2 := errgroup.WithContext(ctx)
	for _, f := range []*flow{kupinang, sanggam} {
		g.Go(func() error {
			if err := f.walk(ctx2); err != nil {
				return fmt.Errorf("%s in %s: %w", f.programme, f.puskesmas, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := apart(ctx, kupinang, sanggam); err != nil {
		return err
	}
	out.say("", "selesai", "kedua program berjalan satu bulan penuh tanpa saling melihat")
	return nil
}

// lines keeps the output lines of two flows whole.
type lines struct {
	mu sync.Mutex
	w  io.Writer
	doors
}

func (l *lines) say(tag, step, answer string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.w, "%-3s %-10s %s\n", tag, step, answer)
}

// flow is one programme in one puskesmas for one month.
type flow struct {
	o                         Options
	out                       *lines
	puskesmas, programme, tag string

	month    string // YYYY-MM
	from, to time.Time
	mu       sync.Mutex
	now      time.Time

	koordinator, kepala, dokter, perawat, bidan, dinkes, analis *homecare.Client

	staff  map[string]homecare.StaffMember // by the first part of the username
	people []person
	report homecare.Report // the draft opened at the start
	before map[string]int64
	tally  map[string]int64 // counted by hand: section/row/column
	cases  map[string]homecare.Case
	done   homecare.Visit // the completed visit
}

func (f *flow) say(step, format string, args ...any) {
	f.out.say(f.tag, step, fmt.Sprintf(format, args...))
}

// at moves the business time forward to a day and hour of the month, in WITA.
func (f *flow) at(day, hour int) time.Time {
	t := f.from.AddDate(0, 0, day-1).Add(time.Duration(hour) * time.Hour)
	f.mu.Lock()
	defer f.mu.Unlock()
	if t.After(f.now) {
		f.now = t
	}
	return t
}

func (f *flow) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// count adds to the expected figures of the report.
func (f *flow) count(section, row string, column int, n int64) {
	f.tally[fmt.Sprintf("%s/%s/%d", section, row, column)] += n
}

func (f *flow) walk(ctx context.Context) error {
	f.tally, f.cases, f.staff = map[string]int64{}, map[string]homecare.Case{}, map[string]homecare.StaffMember{}
	for _, step := range []func(context.Context) error{
		f.signIn, f.openMonth, f.recap, f.rank, f.double, f.propose, f.formTeams, f.review, f.leftovers, f.plan,
		f.visit, f.amend, f.handOver, f.educate, f.papers, f.endings, f.late, f.parked,
		f.submit, f.decide, f.correct, f.evaluate, f.district, f.trail,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (f *flow) signIn(ctx context.Context) error {
	for name, client := range map[string]**homecare.Client{
		"koordinator." + f.puskesmas: &f.koordinator, "kepala." + f.puskesmas: &f.kepala,
		"petugas1." + f.puskesmas: &f.dokter, "petugas2." + f.puskesmas: &f.perawat, "petugas3." +
			f.puskesmas: &f.bidan,
		"dinkes.admin": &f.dinkes, "dinkes.analis": &f.analis,
	} {
		c := homecare.New(f.o.Base)
		c.HTTP = f.o.HTTP
		tokens, err := f.out.signIn(ctx, f.o, name)
		if err != nil {
			return fmt.Errorf("masuk sebagai %s: %w", name, err)
		}
		c.SetTokens(tokens)
		*client = c
	}
	all, err := f.koordinator.Staff(ctx)
	if err != nil {
		return err
	}
	for _, m := range all.Data {
		role, _, _ := strings.Cut(m.Username, ".")
		f.staff[role] = m
	}
	f.say("masuk", "koordinator, kepala, dokter, perawat, bidan %s; admin dan analis Dinkes", f.puskesmas)
	return nil
}

// openMonth takes the next month without a report and opens its draft. Later
// figures are compared with its current ones.
func (f *flow) openMonth(ctx context.Context) error {
	reports, err := f.koordinator.Reports(ctx, url.Values{"programme": {f.programme}, "limit": {"1"}})
	if err != nil {
		return err
	}
	f.month = clock.Month(time.Now())
	if len(reports.Data) > 0 {
		_, next, err := clock.MonthBounds(reports.Data[0].Month)
		if err != nil {
			return err
		}
		f.month = clock.Month(next)
	}
	if f.from, f.to, err = clock.MonthBounds(f.month); err != nil {
		return err
	}
	for _, c := range []*homecare.Client{f.koordinator, f.kepala, f.dokter, f.perawat, f.bidan, f.dinkes, f.analis} {
		c.Clock = f.clock
	}
	f.at(1, 8)
	f.people = invent(f.programme, f.month)
	if f.report, err = f.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: f.programme,
		Month: f.month}); err != nil {
		return err
	}
	f.before = flatten(f.report.Figures)
	f.say("bulan", "%s; draf laporan %s dibuka (batas kirim %s)", f.month, f.report.Template, f.report.DueOn)
	return nil
}

// surprise is an answer that the SOP does not allow.
func surprise(step string, got any) error { return fmt.Errorf("%s: tak terduga: %+v", step, got) }

// refused checks that err is the problem code; anything else is a surprise.
func refused(step string, err error, code string) (*homecare.Problem, error) {
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok || p.Code != code {
		return nil, fmt.Errorf("%s: seharusnya ditolak dengan %s, jawabannya: %w", step, code, err)
	}
	return p, nil
}

func flatten(figures *homecare.ReportFigures) map[string]int64 {
	out := map[string]int64{}
	if figures == nil {
		return out
	}
	for _, s := range figures.Sections {
		for _, r := range s.Rows {
			for i, v := range r.Values {
				out[fmt.Sprintf("%s/%s/%d", s.Figures, r.Code, i)] = v
			}
		}
	}
	return out
}
