package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// Latency is how long one kind of work takes that has no floor.
type Latency struct {
	Work    string  `json:"work"`
	Scale   int     `json:"scale"`
	Answers int     `json:"answers"`
	P50     float64 `json:"p50_ms"`
	P95     float64 `json:"p95_ms"`
	Promise float64 `json:"promised_p95_ms,omitempty"` // 0: none
}

// Reached says whether the promise is kept.
func (l Latency) Reached() bool { return l.Promise == 0 || l.P95 <= l.Promise }

func latency(work string, scale int, promise float64, took []time.Duration) Latency {
	took = slices.Sorted(slices.Values(took))
	n := len(took)
	return Latency{Work: work, Scale: scale, Answers: n, Promise: promise, P50: ms(took[(n-1)/2]),
		P95: ms(took[(95*n+99)/100-1])}
}

// perSecond is the rate at which an open model's requests come.
const perSecond = 20

// arrive makes requests at a fixed rate, whether or not the earlier ones are answered. It
// returns how long each took from the moment it was due.
func arrive(n int, do func(n int) error) ([]time.Duration, error) {
	took, errs := make([]time.Duration, n), make([]error, n)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range n {
		due := begin.Add(time.Duration(i) * time.Second / perSecond)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			errs[i] = do(i)
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return took, nil
}

// repeat does something n times, one after the other.
func repeat(n int, do func(n int) error) ([]time.Duration, error) {
	took := make([]time.Duration, n)
	for i := range n {
		begin := time.Now()
		if err := do(i); err != nil {
			return nil, err
		}
		took[i] = time.Since(begin)
	}
	return took, nil
}

// web asks the product with net/http, for work that is not limited by the client.
type web struct {
	http http.Client
	url  string
}

func newWeb(product *child) *web {
	return &web{http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}, product.url}
}

// ask sends a request as the coordinator of t; tag is an ETag that is known already.
func (b *web) ask(ctx context.Context, t *tenant, method, path, tag, body string, want int) (http.Header, []byte,
	error) {
	q, err := http.NewRequestWithContext(ctx, method, b.url+path, bytes.NewBufferString(body))
	if err != nil {
		return nil, nil, err
	}
	q.Header.Set("Authorization", "Bearer "+t.token)
	if body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	if tag != "" {
		q.Header.Set("If-None-Match", tag)
	}
	res, err := b.http.Do(q)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("%s %s: status %d, want %d: %s", method, path, res.StatusCode, want, got)
	}
	return res.Header, got, err
}

// sdk is the product's own client as the coordinator of t. It tries nothing again.
func sdk(product *child, t *tenant) *homecare.Client {
	c := homecare.New(product.url)
	c.Retries = 0
	c.SetTokens(homecare.Tokens{AccessToken: t.token})
	return c
}
