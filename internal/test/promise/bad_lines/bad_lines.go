//go:build sabotage

// Package bad_lines measures: connections between client, API and database are
// slow, are cut, and become silent while open, under write load. Nothing
// acknowledged is lost, duplicated or half-written.
package bad_lines

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/bad_line_proxy"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is DUR-4.
var Promise = promise.Promise{ID: "DUR-4",
	Promised: "cuts, latency and half-open lines between client, API and database: LOST = DUPLICATE = HALF = PHANTOM = 0, retries get the first answer",
	Measure:  func(t *testing.T) promise.Result { return measure(t, 3) },
	Control: promise.Control{Fault: "no_idempotency",
		Measure: func(t *testing.T) promise.Result { return measure(t, 2) }}}

const writers = 8

func measure(t *testing.T, rounds int) promise.Result {
	s := apitest.New(t) // for its database and accounts only
	cfg := apitest.Config(s.Database)
	admin, err := pgx.ParseConfig(s.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	database := bad_line_proxy.New(t, "unix", filepath.Join(admin.Host, fmt.Sprintf(".s.PGSQL.%d", admin.Port)))
	through := func(role string) string {
		return fmt.Sprintf("host=127.0.0.1 port=%d user=homecare_%s dbname=%s sslmode=disable", database.Port, role,
			s.Database.Name)
	}
	cfg.AppURL, cfg.ReportURL, cfg.DistrictURL, cfg.SystemURL = through("app"), through("report"), through("district"),
		through("system")
	cfg.Timeout = 2 * time.Second
	p := crash.NewProduct(t, cfg)
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	pid := p.PID()
	client := bad_line_proxy.New(t, "tcp", strings.TrimPrefix(p.URL, "http://"))
	j := crash.NewJournal(t, fmt.Sprintf("http://127.0.0.1:%d", client.Port), "koordinator.uren", apitest.Password)
	j.Timeout(3 * time.Second)
	stop := j.Write(writers)
	cuts, silences := 0, 0
	for range rounds {
		for _, line := range []*bad_line_proxy.Proxy{client, database} {
			for range 8 {
				time.Sleep(time.Duration(60+rand.IntN(120)) * time.Millisecond)
				line.Cut()
				cuts++
			}
			line.Delay(time.Duration(5+rand.IntN(20)) * time.Millisecond)
			time.Sleep(500 * time.Millisecond)
			line.Silence()
			silences++
			time.Sleep(3500 * time.Millisecond) // longer than a request may take
			line.Delay(0)
			line.Cut() // the router drops the silent connections
		}
	}
	begin, before := time.Now(), j.Acked()
	for j.Acked() < before+100 && time.Since(begin) < 30*time.Second {
		time.Sleep(5 * time.Millisecond)
	}
	back := time.Since(begin)
	stop()
	for _, line := range p.Said(`"request failed"`) {
		// an answer 500
		if !strings.Contains(line, "service.unavailable") && !strings.Contains(line, "server.outcome_unknown") {
			t.Log(line)
		}
	}
	v := j.Verify(t, s.Database.Admin())
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d times all lines cut, %d times silent; %d acknowledged, %d given up, %d sent again, %d replayed: %s; 100 more written %d ms after; same process: %t; %d answers 500; %d unexpected",
			cuts, silences, j.Acked(), j.Open(), j.Retries.Load(), j.Replayed.Load(), v, back.Milliseconds(),
			p.Alive() && p.PID() == pid, j.Failed.Load(), j.Unexpected.Load()),
		Kept: v.Clean() && j.Replayed.Load() > 0 && back < 10*time.Second && p.Alive() && p.PID() == pid &&
			j.Failed.Load() == 0 && j.Unexpected.Load() == 0,
	}
}
