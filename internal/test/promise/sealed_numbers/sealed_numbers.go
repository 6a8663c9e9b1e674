//go:build sabotage

// Package sealed_numbers measures: a person's identity numbers, phone and address are
// sent through every entry of the product and then searched, in every spelling, in
// everything that the operator or a thief of a disk can read.
package sealed_numbers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/telemetry"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is PRI-1.
var Promise = promise.Promise{ID: "PRI-1",
	Promised: "canary numbers, phone and address: 0 hits in data files, WAL, dump, attachments, logs, metrics, URLs; a canary name: 0 hits in logs, metrics, URLs",
	Measure:  measure, Control: promise.Control{Fault: "plain"}}

// world is the product on a separate cluster, with everything it leaves behind
// kept.
type world struct {
	*crash.Cluster
	url   string
	blobs string
	log   journal
	urls  journal
}

// journal is text that several goroutines write.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) bytes() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Clone(j.b.Bytes())
}

// RoundTrip keeps the address of every request of the SDK.
func (w *world) RoundTrip(req *http.Request) (*http.Response, error) {
	_, _ = fmt.Fprintln(&w.urls, req.Method, req.URL)
	return http.DefaultTransport.RoundTrip(req)
}

func measure(t *testing.T) promise.Result {
	w := &world{Cluster: crash.NewCluster(t), blobs: t.TempDir()}
	c := w.Config()
	c.BlobDir = w.blobs
	a, err := app.New(context.Background(), c, telemetry.NewLogger(&w.log, "debug"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Handler)
	defer srv.Close()
	w.url = srv.URL
	w.live(t)
	if err := a.Jobs.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	metrics := httptest.NewRecorder()
	a.Metrics.Handler().ServeHTTP(metrics, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	w.checkpoint(t)

	places := w.files(t)
	places["dump"] = w.dump(t)
	places["log"] = w.log.bytes()
	places["metrics"] = metrics.Body.Bytes()
	places["URLs"] = w.urls.bytes()
	return w.verdict(t, places)
}

// verdict searches everywhere for the secrets, and for the name where it must
// not be. The name must be found in the database; otherwise the search is
// blind.
func (w *world) verdict(t *testing.T, places map[string][]byte) promise.Result {
	t.Helper()
	hits, where := 0, map[string]int{}
	hit := func(what string) { hits++; where[what]++ }
	seen := map[string]int{}
	size, spellings := 0, 0
	for _, s := range secrets {
		spellings += len(s.spellings())
	}
	for place, content := range places {
		kind, _, _ := strings.Cut(place, ":")
		size += len(content)
		for _, s := range secrets {
			for _, spelling := range s.spellings() {
				if bytes.Contains(content, []byte(spelling)) {
					hit(kind)
					break
				}
			}
		}
		named := false
		for _, spelling := range canaryName.spellings() {
			named = named || bytes.Contains(content, []byte(spelling))
		}
		if named {
			seen[kind]++
			if kind == "log" || kind == "server log" || kind == "metrics" || kind == "URLs" {
				hit("name in " + kind)
			}
		}
	}
	for _, kind := range []string{"data", "WAL", "dump"} {
		if seen[kind] == 0 {
			t.Errorf("the search is blind: the name, which is stored, is not found in the %s", kind)
		}
	}
	for _, kind := range []string{"log", "server log", "metrics", "URLs"} {
		if len(places[kind]) == 0 {
			t.Errorf("there is nothing to search: %s", kind)
		}
	}
	which := ""
	if hits > 0 {
		which = fmt.Sprint(" ", where)
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d hits%s of %d secrets in %d spellings in %d places, %d MB; %d log lines, %d URLs",
			hits, which, len(secrets), spellings, len(places), size>>20,
			bytes.Count(places["log"], []byte("\n")), bytes.Count(places["URLs"], []byte("\n"))),
		Kept: hits == 0,
	}
}

// checkpoint writes all data to the data files.
func (w *world) checkpoint(t *testing.T) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), w.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	if _, err := c.Exec(t.Context(), `checkpoint`); err != nil {
		t.Fatal(err)
	}
}

// files reads the cluster's folder (including the server's log) and the
// attachments.
func (w *world) files(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, root := range []string{w.Dir, w.blobs} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			switch kind := "data:"; {
			case filepath.Base(path) == "postgres.log":
				out["server log"] = b
				return nil
			case root == w.blobs:
				out["attachment:"+path] = b
			case strings.Contains(path, "/pg_wal/"):
				out["WAL:"+path] = b
			default:
				out[kind+path] = b
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// dump is pg_dump's text as superuser, without row-level security, every value
// decompressed.
func (w *world) dump(t *testing.T) []byte {
	t.Helper()
	p := exec.CommandContext(t.Context(), filepath.Join(w.Bin, "pg_dump"), "-d", w.Admin())
	var errs bytes.Buffer
	p.Stderr = &errs
	out, err := p.Output()
	if err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, errs.String())
	}
	return out
}

// raw sends a request with personal data in its address, as a careless client
// may: even that must not reach the logs.
func (w *world) raw(t *testing.T, method, path, token, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", "pri1-"+fmt.Sprint(len(path), len(body), method))
	req.Header.Set("User-Agent", canaryName.text)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
}
