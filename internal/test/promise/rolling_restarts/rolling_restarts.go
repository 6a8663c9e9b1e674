//go:build sabotage

// Package rolling_restarts measures: the product is replaced twenty times under load, each
// time by a process that takes over the listening socket before the old one stops. No read
// fails and no acknowledged write is lost. The test is the supervisor (systemd with a
// .socket unit).
package rolling_restarts

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is DUR-7. The control restarts without handing over the socket.
var Promise = promise.Promise{ID: "DUR-7", Promised: "20 rolling restarts at 500 req/s: 0 failed reads, 0 lost writes",
	Measure: func(t *testing.T) promise.Result { return measure(t, 20, 500, true) },
	Control: promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, 3, 500, false) }},
	Short:   &short}

// short uses less load: two slow cores that run the database, both processes
// and the callers give 300 to 500 req/s, and a promise about lost answers must
// not fail because of that.
var short = promise.Promise{ID: "DUR-7",
	Promised: "10 rolling restarts at 200 req/s: 0 failed reads, 0 lost writes (short)",
	Measure:  func(t *testing.T) promise.Result { return measure(t, 10, 200, true) },
	Control:  promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, 3, 200, false) }}}

const (
	readers = 24
	writers = 4
)

// measure restarts under rate answers a second. A few more reads are sent, and
// the writers are additional.
func measure(t *testing.T, restarts, rate int, handOver bool) promise.Result {
	c := crash.NewCluster(t)
	p := crash.NewProduct(t, c.Config())
	p.Set("HOMECARE_LOG_LEVEL=error")
	s := supervisor{t: t, dir: t.TempDir()}
	if handOver {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Inherit(l.(*net.TCPListener)); err != nil {
			t.Fatal(err)
		}
		_ = l.Close() // the socket lives on in p
	}
	running := s.start(p)
	j := crash.NewJournal(t, p.URL, "koordinator.uren", crash.Password)
	j.Pause = 100 * time.Millisecond
	r := &reads{rate: rate + rate/25, url: p.URL + "/v1/puskesmas", token: j.Token(),
		client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: readers}}}
	begin := time.Now()
	stopWriting, stopReading := j.Write(writers), r.run(t.Context())
	time.Sleep(500 * time.Millisecond)
	unclean := 0
	for range restarts {
		var err error
		if handOver {
			next := s.start(p)
			err = running.Stop()
			running = next
		} else {
			err = running.Stop()
			running = s.start(p)
		}
		if err != nil {
			t.Log(err)
			unclean++
		}
	}
	stopReading()
	stopWriting()
	took := time.Since(begin)
	v := j.Verify(t, c.Admin())
	done := float64(r.done.Load()+int64(j.Acked())) / took.Seconds()
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d restarts in %.0f s at %.0f req/s: %d of %d reads failed; %d writes acknowledged, %d sent again: %s; %d unclean ends, %d unexpected answers",
			restarts, took.Seconds(), done, r.failed.Load(), r.done.Load(), j.Acked(), j.Retries.Load(), v, unclean,
			j.Unexpected.Load()),
		Kept: r.failed.Load() == 0 && v.Clean() && unclean == 0 && j.Unexpected.Load() == 0 && done >= float64(rate),
	}
}

// supervisor starts processes and receives their ready messages.
type supervisor struct {
	t   *testing.T
	dir string
	n   int
}

func (s *supervisor) start(p *crash.Product) *crash.Product {
	s.t.Helper()
	s.n++
	path := filepath.Join(s.dir, fmt.Sprint(s.n))
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	next := p.Next(s.t, "NOTIFY_SOCKET="+path)
	if _, err := next.Start(s.t.Context()); err != nil { // some process answers: this one, or the previous one
		s.t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
	b := make([]byte, 64)
	if n, err := c.Read(b); err != nil || string(b[:n]) != "READY=1" {
		s.t.Fatalf("the process does not say that it is ready: %q, %v", b[:n], err)
	}
	return next
}

// reads sends reads at a rate. Each read without a good answer is a failure.
type reads struct {
	rate         int // a second
	url, token   string
	client       *http.Client
	done, failed atomic.Int64
}

func (r *reads) run(ctx context.Context) (stop func()) {
	due, ended := make(chan struct{}, r.rate), make(chan struct{})
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for range due {
				r.done.Add(1)
				if !r.one(ctx) {
					r.failed.Add(1)
				}
			}
		})
	}
	wg.Go(func() {
		defer close(due)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for start, sent := time.Now(), 0; ; {
			select {
			case <-ended:
				return
			case <-tick.C:
			}
			for want := int(time.Since(start).Seconds() * float64(r.rate)); sent < want; sent++ {
				select {
				case due <- struct{}{}:
				default: // the readers do not keep up; the figure shows it
				}
			}
		}
	})
	return func() { close(ended); wg.Wait() }
}

func (r *reads) one(ctx context.Context) bool {
	// A body that net/http cannot send again prevents it from repeating a
	// request lost on a closed connection.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, io.NopCloser(strings.NewReader("")))
	if err != nil {
		return false
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	res, err := r.client.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, res.Body)
	return err == nil && res.StatusCode == http.StatusOK
}
