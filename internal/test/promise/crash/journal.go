//go:build sabotage

package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/pkg/homecare"
)

// Journal is what the writers sent and what was acknowledged. Every writer
// sends a record under one Idempotency-Key until it gets an answer, but each
// thirtieth gives up at the first failure, like a phone that is switched off:
// whether that record exists is unknown.
type Journal struct {
	t           *testing.T
	url         string
	token       string
	owner       string
	client      *http.Client
	mu          sync.Mutex
	acked       map[string]string // marker to id
	open        map[string]bool   // markers sent without an answer
	next        atomic.Int64
	Pause       time.Duration // of each writer between two records
	Retries     atomic.Int64  // sent again after a failure
	Replayed    atomic.Int64  // answered from the stored answer
	Unexpected  atomic.Int64  // answers that are neither 201 nor a request to retry
	Unavailable atomic.Int64  // 503 with Retry-After
	Bare        atomic.Int64  // 503 without
	Failed      atomic.Int64  // 500 and above other than 503
	// Patience is how long a record is retried; 0 means without limit.
	Patience time.Duration
}

// NewJournal signs in and returns an empty journal.
func NewJournal(t *testing.T, url, username, password string) *Journal {
	t.Helper()
	c := homecare.New(url)
	SignIn(t, c, username, password)
	me, err := c.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &Journal{t: t, url: url, token: c.Tokens().AccessToken, owner: me.AccountID, acked: map[string]string{},
		open:   map[string]bool{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second}}
}

// Acked is the number of acknowledged records.
func (j *Journal) Acked() int { j.mu.Lock(); defer j.mu.Unlock(); return len(j.acked) }

// Open is the number of records that never got an answer.
func (j *Journal) Open() int { j.mu.Lock(); defer j.mu.Unlock(); return len(j.open) }

// Timeout sets how long to wait for an answer; the default is 20 s.
func (j *Journal) Timeout(d time.Duration) { j.client.Timeout = d }

// Write lets n writers work until stop is called. stop returns when all have
// their last answer.
func (j *Journal) Write(n int) (stop func()) {
	ended := make(chan struct{})
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for {
				select {
				case <-ended:
					return
				default:
					j.one()
					time.Sleep(j.Pause)
				}
			}
		})
	}
	return func() { close(ended); wg.Wait() }
}

// one sends one record until it is answered.
func (j *Journal) one() {
	n := j.next.Add(1)
	marker, path, body := j.record(n)
	for begin := time.Now(); ; {
		code, answer := j.post(path, fmt.Sprintf("crash-%012d", n), body)
		switch {
		case code == http.StatusCreated:
			var got struct{ ID string }
			if json.Unmarshal(answer, &got) != nil || got.ID == "" {
				j.Unexpected.Add(1)
				return
			}
			j.mu.Lock()
			j.acked[marker] = got.ID
			j.mu.Unlock()
			return
		case code == 0 || code >= 500 || code == http.StatusConflict &&
			bytes.Contains(answer, []byte("idempotency.in_flight")):
			if n%30 == 0 || j.Patience > 0 && time.Since(begin) > j.Patience {
				j.mu.Lock()
				j.open[marker] = true
				j.mu.Unlock()
				return
			}
			j.Retries.Add(1)
			time.Sleep(20 * time.Millisecond)
		default:
			if j.Unexpected.Add(1) < 4 {
				j.t.Logf("unexpected answer %d: %s", code, answer)
			}
			return
		}
	}
}

// record n is a person (five tables) or an evaluation (two). The server chooses
// the id, so an unrecognised repetition makes a second record.
func (j *Journal) record(n int64) (marker, path string, body []byte) {
	marker = letters(n)
	if n%3 == 0 {
		body, _ = json.Marshal(homecare.NewPatient{Name: "Durasi " + marker, Sex: "female", BirthDate: "1950-01-02",
			Village: "6311052001", Address: "Jl. Uji"})
		return "Durasi " + marker, "/v1/patients", body
	}
	body, _ = json.Marshal(homecare.NewEvaluation{SubjectKind: "month", Month: "2026-10", Programme: "homecare_sanggam",
		Finding: "Temuan " + marker,
		Cause:   "Sebab", Improvement: "Perbaikan", OwnerAccountID: j.owner, DueOn: "2027-12-31"})
	return "Temuan " + marker, "/v1/evaluations", body
}

// letters writes n without digits, which a name does not have.
func letters(n int64) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprintf("%08d", n))
}

func (j *Journal) post(path, key string, body []byte) (int, []byte) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, j.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Authorization", "Bearer "+j.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	req.GetBody = nil // net/http must not retry by itself
	res, err := j.client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil // cut off: no answer
	}
	if res.Header.Get("Idempotent-Replayed") == "true" {
		j.Replayed.Add(1)
	}
	if res.StatusCode >= 500 && res.StatusCode != http.StatusServiceUnavailable {
		j.Failed.Add(1)
	}
	if res.StatusCode == http.StatusServiceUnavailable {
		if res.Header.Get("Retry-After") != "" {
			j.Unavailable.Add(1)
		} else {
			j.Bare.Add(1)
		}
	}
	return res.StatusCode, answer
}

// Token is the writers' access token.
func (j *Journal) Token() string { return j.token }

// Get reads path as the writers' account. code 0 means no answer; again says
// that the answer has a Retry-After.
func (j *Journal) Get(ctx context.Context, path string) (code int, again bool) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, j.url+path, nil)
	if err != nil {
		return 0, false
	}
	req.Header.Set("Authorization", "Bearer "+j.token)
	res, err := j.client.Do(req)
	if err != nil {
		return 0, false
	}
	_ = res.Body.Close()
	return res.StatusCode, res.Header.Get("Retry-After") != ""
}

// Verdict is the comparison of the journal with the database.
type Verdict struct {
	Lost      int // acknowledged, and missing under that id
	Duplicate int // there more than once
	Half      int // a record without its audit row or other rows, or these without the record
	Phantom   int // there, and never sent
}

// Clean says that nothing was found.
func (v Verdict) Clean() bool { return v == Verdict{} }

// String gives the four counters.
func (v Verdict) String() string {
	return fmt.Sprintf("LOST %d DUPLICATE %d HALF %d PHANTOM %d", v.Lost, v.Duplicate, v.Half, v.Phantom)
}

const records = `select finding as marker, id::text from evaluation union all select name, id::text from patient
	where name like 'Durasi %'`

// halves counts the rows of one record's transaction without the others.
const halves = `with a as (select subject_id, action from audit_event
	where action in ('evaluation.open', 'patient.register'))
	select (select count(*) from evaluation e where not exists (select from a where a.subject_id = e.id
	and a.action = 'evaluation.open'))
		+ (select count(*) from patient p where not exists (select from a where a.subject_id = p.id
		and a.action = 'patient.register'))
		+ (select count(*) from a where not exists (select from evaluation e where e.id = a.subject_id)
		and not exists (select from patient p where p.id = a.subject_id))
		+ (select count(*) from patient p where not exists (select from patient_source s
		where s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id))
		+ (select count(*) from idempotency_key where answer is null)`

// Verify compares the journal with the database behind the superuser's DSN. The
// writers must have stopped.
func (j *Journal) Verify(t *testing.T, admin string) Verdict {
	t.Helper()
	c, err := pgx.Connect(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	rows, err := c.Query(t.Context(), records)
	if err != nil {
		t.Fatal(err)
	}
	type record struct{ Marker, ID string }
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[record])
	if err != nil {
		t.Fatal(err)
	}
	there := map[string][]string{}
	for _, r := range all {
		there[r.Marker] = append(there[r.Marker], r.ID)
	}
	var v Verdict
	for marker, ids := range there {
		v.Duplicate += len(ids) - 1
		if _, acked := j.acked[marker]; !acked && !j.open[marker] {
			v.Phantom++
		}
	}
	for marker, id := range j.acked {
		found := false
		for _, have := range there[marker] {
			found = found || have == id
		}
		if !found {
			v.Lost++
		}
	}
	if err := c.QueryRow(t.Context(), halves).Scan(&v.Half); err != nil {
		t.Fatal(err)
	}
	return v
}
