//go:build sabotage

// Package record_end measures: nobody can destroy a record before its time, and
// afterwards no data about the person remains anywhere, not even for a thief with
// the master key.
package record_end

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is PRI-6. Its control is a destruction that keeps the person's key.
var Promise = promise.Promise{ID: "PRI-6",
	Promised: "0 records ended one day early or under hold, by any role through API or SQL; after 25 years 0 traces of the person in data files, dump, files, answers and opened seals",
	Measure:  func(t *testing.T) promise.Result { return measure(t, "") },
	Control:  promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, keepKey) }}}

// keepKey makes a destruction that does not destroy the key.
const keepKey = `do $do$ declare def text := pg_get_functiondef('destroy_record(uuid)'::regprocedure); begin
	if position($x$key_wrapped = '', identity_sealed = '', $x$ in def) = 0 then raise 'nothing to break'; end if;
	execute replace(def, $x$key_wrapped = '', identity_sealed = '', $x$, ''); end $do$`

// world is the product on a separate cluster.
type world struct {
	*crash.Cluster
	app       *app.App
	url       string
	clients   map[string]*homecare.Client
	patient   string
	caseID    string
	visitID   string
	fileID    string
	letters   []string
	destroyed bool
	tenant    int16
	accounts  map[string]string
}

func measure(t *testing.T, broken string) promise.Result {
	w := &world{Cluster: crash.NewCluster(t), clients: map[string]*homecare.Client{}}
	c := w.Config()
	c.BlobDir, c.SpoolDir = t.TempDir(), t.TempDir()
	a, err := app.New(context.Background(), c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	w.app = a
	if err := a.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Handler)
	defer srv.Close()
	w.url = srv.URL
	if broken != "" {
		w.Exec(t, broken)
	}
	w.live(t)
	seen := w.traces(t) // the search must not be blind
	asked, early := w.early(t)

	w.aged(t, -1)
	kepala := w.as(t, "kepala")
	if _, err := kepala.DestroyRecord(t.Context(), w.patient, w.version(t),
		homecare.Why{Reason: "Masa simpan lewat"}); err != nil {
		t.Fatalf("past its time: %v", err)
	}
	w.destroyed = true
	w.settle(t)
	if err := schema.Compact(t.Context(), w.Config().OwnerURL, patient.HoldingTables()); err != nil {
		t.Fatal(err)
	}
	if err := a.Jobs.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	left := w.traces(t)
	for _, kind := range []string{"data", "dump", "seal", "file", "answer"} {
		if seen[kind] == 0 {
			t.Errorf("the search is blind: nothing found in %s before the destruction", kind)
		}
	}
	total := 0
	var where []string
	for kind, n := range left {
		total += n
		where = append(where, fmt.Sprint(kind, ": ", n))
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d of %d tries to end it early; before: %v, after: %d traces %s", early, asked, seen,
			total, strings.Join(where, ", ")),
		Kept: early == 0 && total == 0,
	}
}

// settle waits until the file and the stored answers are deleted.
func (w *world) settle(t *testing.T) {
	t.Helper()
	for range 200 {
		var left int
		w.row(t, `select count(*) from attachment where shredded_at is null and destroyed_at is not null`, &left)
		if left == 0 {
			time.Sleep(500 * time.Millisecond) // the answers, in the same job
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the files of the record are still there")
}

func (w *world) version(t *testing.T) int64 {
	t.Helper()
	r, err := w.as(t, "kepala").Retention(t.Context(), w.patient)
	if err != nil {
		t.Fatal(err)
	}
	return r.Version
}
