//go:build sabotage

// Package slow_connections measures: five hundred connections that send their headers or
// bodies, or read their answers, one byte at a time take neither time nor memory from
// others, and are closed.
package slow_connections

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is DUR-10. The control waits for its clients without a limit.
var Promise = promise.Promise{ID: "DUR-10",
	Promised: "500 slow connections: others p99 <= 500 ms, memory <= 300 MB, no goroutine left behind",
	Measure:  measure, Control: promise.Control{Fault: "no_deadlines"}}

const (
	slow     = 500
	others   = 4
	during   = 8 * time.Second
	letGo    = 15 * time.Second // maximum per goroutine: headers 5 s, bodies 2 s, answers 8 s
	mostTime = 500 * time.Millisecond
	mostMB   = 300
	idle     = 2*others + 4 // goroutines of the others' idle connections, and some of the pools
)

func measure(t *testing.T) promise.Result {
	c := crash.NewCluster(t)
	p := crash.NewProduct(t, c.Config())
	metrics := freeAddress(t)
	p.Set("HOMECARE_TIMEOUT=2s", "HOMECARE_METRICS_ADDR="+metrics)
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	j := crash.NewJournal(t, p.URL, "koordinator.uren", crash.Password)
	for range 20 {
		j.Get(t.Context(), "/v1/patients")
	}
	before := goroutines(t, metrics)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var crowd sync.WaitGroup
	for i := range slow {
		crowd.Go(func() {
			at, drip := script(i, j.Token())
			crawl(ctx, strings.TrimPrefix(p.URL, "http://"), at,
				drip)
		})
	}
	time.Sleep(time.Second) // all are connected
	held := goroutines(t, metrics) - before
	times, failed := ask(t, j, during)
	// The slow connections are still open; the product closes them.
	left, end := 0, time.Now().Add(letGo)
	for {
		if left = goroutines(t, metrics) - before; left <= idle || time.Now().After(end) {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	memory := peak(t, p.PID())
	stop()
	crowd.Wait()
	p99 := times[len(times)*99/100]
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d slow connections (%d goroutines at first): p99 %d ms of %d others, %d failed; %d MB at most; %d goroutines left while the crowd still waits",
			slow, held, p99.Milliseconds(), len(times), failed, memory, max(0, left)),
		Kept: p99 <= mostTime && failed == 0 && memory <= mostMB && left <= idle && held >= slow,
	}
}

// script is what a slow client sends at once and then byte by byte. A slow
// reader sends everything at once and reads slowly.
func script(i int, token string) (at []byte, drip []byte) {
	auth := "Authorization: Bearer " + token + "\r\n"
	switch i % 3 {
	case 0:
		return []byte("GET /v1/patients HTTP/1.1\r\nHost: x\r\n"), []byte("X-Slow: " + strings.Repeat("a", 1000))
	case 1:
		return []byte("POST /v1/evaluations HTTP/1.1\r\nHost: x\r\n" + auth + "Idempotency-Key: slow-" +
				strconv.Itoa(i) + "-key\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"),
			[]byte(strings.Repeat(" ", 900))
	}
	return []byte(strings.Repeat("GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", 8)), nil
}

// crawl plays one slow client until ctx ends. It stays when it is disconnected.
func crawl(ctx context.Context, addr string, at, drip []byte) {
	d := net.Dialer{Timeout: 5 * time.Second}
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	_ = c.(*net.TCPConn).SetReadBuffer(2048)
	_, _ = c.Write(at)
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if len(drip) > 0 {
			_, _ = c.Write(drip[:1])
			drip = drip[1:]
		} else {
			_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
			_, _ = c.Read(make([]byte, 1))
		}
	}
}

// ask is the other clients' work: reads, each of them timed.
func ask(t *testing.T, j *crash.Journal, d time.Duration) (times []time.Duration, failed int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	end := time.Now().Add(d)
	for range others {
		wg.Go(func() {
			for time.Now().Before(end) {
				start := time.Now()
				code, _ := j.Get(t.Context(), "/v1/patients")
				took := time.Since(start)
				mu.Lock()
				times = append(times, took)
				if code != http.StatusOK {
					failed++
				}
				mu.Unlock()
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	wg.Wait()
	slices.Sort(times)
	return times, failed
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// goroutines is the number in the product's own metrics.
func goroutines(t *testing.T, addr string) int {
	t.Helper()
	for range 50 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/metrics", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		defer func() { _ = res.Body.Close() }()
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if n, ok := strings.CutPrefix(lines.Text(), "go_goroutines "); ok {
				v, err := strconv.Atoi(n)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
		}
	}
	t.Fatal("the metrics do not answer")
	return 0
}

// peak is the maximum memory of the process, in MB.
func peak(t *testing.T, pid int) int {
	t.Helper()
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmHWM:" {
			kb, _ := strconv.Atoi(f[1])
			return kb / 1024
		}
	}
	t.Fatal("no VmHWM")
	return 0
}
