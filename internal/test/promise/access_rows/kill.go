//go:build sabotage

package access_rows

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise/crash"
	"github.com/balangan/homecare/internal/test/promise/probe"
	"github.com/balangan/homecare/pkg/homecare"
)

const (
	kills   = 5
	readers = 8
)

// killed lets readers read persons from a product that is repeatedly killed
// with SIGKILL. It returns how many of the received answers have no row, or
// more than one.
func killed(t *testing.T, w *probe.World) (acked, lost, twice int) {
	t.Helper()
	p := crash.NewProduct(t, apitest.Config(w.Database))
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := homecare.New(p.URL)
	if _, err := c.SignIn(t.Context(), homecare.SignIn{Username: "koordinator.uren",
		Password: apitest.Password}); err != nil {
		t.Fatal(err)
	}
	token := c.Tokens().AccessToken
	people := w.Records(t, "patients", probe.Own, 20)
	var mu sync.Mutex
	traces := map[string]bool{}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers}, Timeout: 10 * time.Second}
	for n := range readers {
		wg.Go(func() {
			for i := n; ctx.Err() == nil; i++ {
				trace := strings.ReplaceAll(uuid.NewString(), "-", "")
				if read(ctx, client, p.URL+"/v1/patients/"+people[i%len(people)].ID, token, trace) {
					mu.Lock()
					traces[trace] = true
					mu.Unlock()
				} else {
					time.Sleep(10 * time.Millisecond)
				}
			}
		})
	}
	for range kills {
		time.Sleep(400 * time.Millisecond)
		p.Kill()
		if _, err := p.Start(t.Context()); err != nil {
			stop()
			t.Fatal(err)
		}
	}
	time.Sleep(200 * time.Millisecond)
	stop()
	wg.Wait()
	acked = len(traces)
	type row struct {
		Trace string
		Rows  int64
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		rows := map[string]int64{}
		for _, r := range probe.Query[row](t, w, `select trace_id as trace, count(*) as rows from access_event
			group by 1`) {
			rows[r.Trace] = r.Rows
		}
		lost, twice = 0, 0
		for trace := range traces {
			switch rows[trace] {
			case 0:
				lost++
			case 1:
			default:
				twice++
			}
		}
		if lost == 0 || time.Now().After(deadline) {
			return acked, lost, twice
		}
	}
}

// read says whether the complete answer arrived.
func read(ctx context.Context, c *http.Client, url, token, trace string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Traceparent", "00-"+trace+"-0123456789abcdef-01")
	res, err := c.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, res.Body)
	return err == nil && res.StatusCode == http.StatusOK
}
