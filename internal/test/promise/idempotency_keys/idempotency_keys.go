//go:build sabotage

// Package idempotency_keys measures: an Idempotency-Key sent three times at once makes one
// record or one change, and one answer, and still does after 45 days.
package idempotency_keys

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is DUR-6. The control needs fewer keys to fail reliably.
var Promise = promise.Promise{ID: "DUR-6",
	Promised: "10,000 keys x 3 at once: 10,000 rows, identical answers; 100 changes likewise; other payload 422, after 45 days too",
	Measure:  func(t *testing.T) promise.Result { return measure(t, 10_000) },
	Control: promise.Control{Fault: "no_idempotency", Measure: func(t *testing.T) promise.Result {
		return measure(t, 300)
	}}}

// workers send one key each, atOnce times concurrently.
const workers, atOnce = 6, 3

// load is one measure: the requests of each key, and the first answer.
type load struct {
	t      *testing.T
	url    string
	token  string
	owner  string
	client *http.Client
	first  [][]byte
	people []string // whom the changes are about
	named  [][]byte
	failed atomic.Int64 // unexpected statuses
}

func measure(t *testing.T, keys int) promise.Result {
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	me, err := c.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l := &load{t: t, url: s.URL, token: c.Tokens().AccessToken, owner: me.AccountID, first: make([][]byte, keys),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers * atOnce}, Timeout: time.Minute}}
	start := time.Now()
	same := l.all(keys, 1, func(i int) bool {
		var got [atOnce][]byte
		var wg sync.WaitGroup
		for n := range atOnce {
			wg.Go(func() { got[n] = l.send(i, "Temuan") })
		}
		wg.Wait()
		l.first[i] = got[0]
		return got[0] != nil && bytes.Equal(got[0], got[1]) && bytes.Equal(got[1], got[2])
	})
	took := time.Since(start)
	rows := count(s, t, `select count(*) from evaluation`)
	different := count(s, t, `select count(distinct finding) from evaluation`)
	audit := count(s, t, `select count(*) from audit_event where action = 'evaluation.open'`)
	other := l.all(keys, 10, func(i int) bool { return l.status(i, "Lain", http.StatusUnprocessableEntity) })

	changes := keys / 100
	l.people, l.named = make([]string, changes), make([][]byte, changes)
	for i := range changes {
		l.people[i] = s.AddPatient(t, "uren", apitest.Person{Name: "Noor Ainah"})
	}
	renamed := l.all(changes, 1, func(i int) bool {
		var got [atOnce][]byte
		var wg sync.WaitGroup
		for n := range atOnce {
			wg.Go(func() { got[n] = l.change(i) })
		}
		wg.Wait()
		l.named[i] = got[0]
		return got[0] != nil && bytes.Equal(got[0], got[1]) && bytes.Equal(got[1], got[2])
	})

	l.sleep(s, 45*24*time.Hour)
	c = s.As(t, "koordinator.uren") // 45 days later everybody signs in again
	l.token = c.Tokens().AccessToken
	renamedLater := l.all(changes, 1, func(i int) bool { return bytes.Equal(l.change(i), l.named[i]) })
	later := l.all(keys, 4, func(i int) bool { return bytes.Equal(l.send(i, "Temuan"), l.first[i]) })
	otherLater := l.all(keys, 20, func(i int) bool { return l.status(i, "Lain", http.StatusUnprocessableEntity) })
	rowsLater := count(s, t, `select count(*) from evaluation`)
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d keys x %d at once (%.0f answers/s): %d rows, %d audit rows, %d identical; other payload 422: %d of %d; after 45 days %d of %d identical, 422: %d of %d, %d rows; %d of %d changes identical, later %d; %d unexpected answers",
			keys, atOnce, float64(keys*atOnce)/took.Seconds(), rows, audit, same, other, keys/10, later, keys/4,
			otherLater, keys/20, rowsLater, renamed, changes, renamedLater, l.failed.Load()),
		Kept: rows == keys && different == keys && audit == keys && rowsLater == keys && same == keys &&
			other == keys/10 && later == keys/4 && otherLater == keys/20 &&
			renamed == changes && renamedLater == changes && l.failed.Load() == 0,
	}
}

func count(s *apitest.Server, t *testing.T, sql string) (n int) {
	t.Helper()
	s.Database.Row(t, sql, nil, &n)
	return n
}

// all runs f for every step-th key and counts where it is true.
func (l *load) all(keys, step int, f func(i int) bool) int {
	var next, held atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)-1) * step
				if i >= keys {
					return
				}
				if f(i) {
					held.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return int(held.Load())
}

// sleep makes everything stored some days older, and then runs the jobs once,
// which clean up by age.
func (l *load) sleep(s *apitest.Server, d time.Duration) {
	l.t.Helper()
	seconds := d.Seconds()
	s.Database.Exec(l.t, `update idempotency_key set created_at = created_at - make_interval(secs => $1)`, seconds)
	s.Database.Exec(l.t, `update evaluation set created_at = created_at - make_interval(secs => $1)`, seconds)
	if err := s.App.Jobs.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	if err := s.App.Jobs.Stop(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// send posts evaluation i until it is not in flight any more and returns the
// body of the answer; nil unless it is 201.
func (l *load) send(i int, word string) []byte {
	return l.until(http.StatusCreated, func() (int, []byte) { return l.post(i, word) })
}

// change renames person i, at the initial version.
func (l *load) change(i int) []byte {
	return l.until(http.StatusOK, func() (int, []byte) {
		return l.do(http.MethodPatch, "/v1/patients/"+l.people[i], fmt.Sprintf("dur6-change-%08d", i),
			[]byte(`{"name":"Noor Aina"}`))
	})
}

// until repeats f while it is in flight; nil when it ends with a status other
// than want.
func (l *load) until(want int, f func() (int, []byte)) []byte {
	for {
		code, body := f()
		switch {
		case code == want:
			return body
		case code == http.StatusConflict && bytes.Contains(body, []byte("idempotency.in_flight")):
			time.Sleep(3 * time.Millisecond)
		default:
			l.failed.Add(1)
			return nil
		}
	}
}

func (l *load) status(i int, word string, want int) bool {
	code, body := l.post(i, word)
	return code == want && bytes.Contains(body, []byte("idempotency.key_reused"))
}

func (l *load) post(i int, word string) (int, []byte) {
	b, _ := json.Marshal(homecare.NewEvaluation{SubjectKind: "month", Month: "2026-10", Programme: "homecare_sanggam",
		Finding: fmt.Sprintf("%s %d", word, i),
		Cause:   "Sebab", Improvement: "Perbaikan", OwnerAccountID: l.owner, DueOn: "2027-12-31"})
	return l.do(http.MethodPost, "/v1/evaluations", fmt.Sprintf("dur6-%08d", i), b)
}

func (l *load) do(method, path, key string, b []byte) (int, []byte) {
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.url+path, bytes.NewReader(b))
	if err != nil {
		l.t.Error(err)
		return 0, nil
	}
	req.Header.Set("Authorization", "Bearer "+l.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	req.Header.Set("If-Match", `"1"`)
	res, err := l.client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	return res.StatusCode, body
}
