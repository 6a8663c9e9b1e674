package apitest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// Transport returns a transport that fails the test for every answer that
// breaks the contract. next nil means http.DefaultTransport.
func (c *Contract) Transport(t testing.TB, next http.RoundTripper) http.RoundTripper {
	return c.watch(next, func(_ *http.Response, err error) {
		if err != nil {
			t.Errorf("contract: %v", err)
		}
	})
}

// Counting returns a transport that counts in tally and never fails.
func (c *Contract) Counting(tally *Tally, next http.RoundTripper) http.RoundTripper {
	return c.watch(next, tally.add)
}

// Tally counts answers and stores the errors of those that broke the contract.
// It is safe for concurrent use.
type Tally struct {
	mu       sync.Mutex
	answers  int
	statuses map[int]int
	broken   []error
}

func (y *Tally) add(res *http.Response, err error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.statuses == nil {
		y.statuses = map[int]int{}
	}
	y.answers++
	y.statuses[res.StatusCode]++
	if err != nil {
		y.broken = append(y.broken, err)
	}
}

// Answers is the number of checked answers.
func (y *Tally) Answers() int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.answers
}

// Statuses is the number of answers by status.
func (y *Tally) Statuses() map[int]int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return maps.Clone(y.statuses)
}

// Broken is one error for each answer that broke the contract.
func (y *Tally) Broken() []error {
	y.mu.Lock()
	defer y.mu.Unlock()
	return slices.Clone(y.broken)
}

func (c *Contract) watch(next http.RoundTripper, seen func(*http.Response, error)) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return &contractTransport{c, next, seen}
}

type contractTransport struct {
	contract *Contract
	next     http.RoundTripper
	seen     func(*http.Response, error)
}

// RoundTrip implements http.RoundTripper.
func (x *contractTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	var sent []byte
	if req.Body != nil {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		if err := req.Body.Close(); err != nil {
			return nil, err
		}
		sent = b
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(sent))
	}
	res, err := x.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return res, err
	}
	if err = x.contract.Check(req, sent, res.StatusCode, res.Header, body); err != nil {
		err = fmt.Errorf("%s %s: %w", req.Method, req.URL.Path, err)
	}
	x.seen(res, err)
	return res, nil
}
