//go:build sabotage

// Package key_rotation measures: two processes read and write continuously while the
// master key and a puskesmas's key are replaced and the old ones removed.
package key_rotation

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is PRI-7. Its control is a process that does not load a new key.
var Promise = promise.Promise{ID: "PRI-7",
	Promised: "two processes under load while master key and tenant key are exchanged: 0 failed reads, 0 lost writes; afterwards nothing opens with the old keys",
	Measure:  measure, Control: promise.Control{Fault: "stale_keys"}}

const (
	poll = 200 * time.Millisecond
	lead = 2 * time.Second
	slug = "uren"
)

// load is the clients' result.
type load struct {
	reads, writes, failed atomic.Int64
	mu                    sync.Mutex
	made                  map[string]string // patient by NIK
	first                 string            // the first failure
}

func (l *load) fail(what string, err error) {
	l.failed.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first == "" {
		l.first = what + ": " + strings.SplitN(err.Error(), "\n", 2)[0]
	}
}

func measure(t *testing.T) promise.Result {
	s := apitest.New(t, apitest.CountIn(&apitest.Tally{}))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	second := open(t, s, func(*config.Config) {})
	defer second.Close()
	srv := httptest.NewServer(second.Handler)
	defer srv.Close()
	go keyring.Watch(ctx, s.App.DB, poll, slog.New(slog.DiscardHandler))
	go keyring.Watch(ctx, second.DB, poll, slog.New(slog.DiscardHandler))

	l := &load{made: map[string]string{}}
	first := s.As(t, "koordinator."+slug)
	village := must(first.Villages(t.Context(), map[string][]string{"puskesmas": {slug}})).Data[0].Code
	other := homecare.New(srv.URL)
	must(other.SignIn(t.Context(), homecare.SignIn{Username: "koordinator." + slug, Password: apitest.Password}))
	before := register(t, first, village, 1, l)
	file := must(first.Upload(t.Context(), homecare.NewAttachment{Kind: "scan", SubjectKind: "patient",
		SubjectID: before, File: []byte("%PDF-1.4\nuji\n%%EOF\n")}))
	tokens := first.Tokens()

	running, halt := context.WithCancel(ctx)
	var clients sync.WaitGroup
	for i, c := range []*homecare.Client{first, other} {
		clients.Go(func() { writeAndRead(running, c, village, 1000*(i+1), file.ID, l) })
		clients.Go(func() { readAll(running, c, l) })
	}
	// The master key: a process of the operator holds both.
	next := base64.StdEncoding.EncodeToString(crypt.NewKey())
	operator := open(t, s, func(c *config.Config) { c.MasterKey, c.MasterKeysOld = next, []string{apitest.MasterKey} })
	defer operator.Close()
	must(operator.RotateMaster(t.Context()))
	// The puskesmas's key, from a third process.
	version, seals, err := operator.RotateTenant(t.Context(), slug, lead)
	if err != nil {
		t.Fatal(err)
	}
	shut := must(operator.FinishMaster(t.Context()))
	time.Sleep(time.Second) // requests begun under the old version have ended
	_, _, err = operator.FinishTenant(t.Context(), slug, 0)
	finished := err == nil
	if err != nil {
		t.Logf("finish: %v", err)
	}
	time.Sleep(time.Second)
	halt()
	clients.Wait()

	lost := missing(t, operator, l)
	var left int
	s.Database.Row(t, `select (select count(*) from patient p where length(key_wrapped) > 0
		and get_byte(key_wrapped, 0) < $2 and p.puskesmas_id = k.id)
		+ (select count(*) from idempotency_key i where get_byte(answer, 0) < $2 and i.puskesmas_id = k.id) +
		(select count(*) from root_key) - 1
		from puskesmas k where k.slug = $1`, []any{slug, version}, &left)
	_, err = app.New(context.Background(), apitest.Config(s.Database), slog.New(slog.DiscardHandler), nil)
	shutOut := err != nil
	if _, err := first.Refresh(t.Context(), homecare.Refresh{RefreshToken: tokens.RefreshToken,
		DeviceID: tokens.DeviceID}); err != nil {
		l.fail("a refresh token of before", err)
	}
	why := ""
	if l.first != "" {
		why = " (the first: " + l.first + ")"
	}
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d reads, %d writes, %d failed%s, %d lost; %d seals made anew under version %d, %d left under the old; %d master key shut out: %v",
			l.reads.Load(), l.writes.Load(), l.failed.Load(), why, lost, seals, version, left, shut, shutOut),
		Kept: l.failed.Load() == 0 && lost == 0 && left == 0 && finished && shutOut && l.reads.Load() > 50 &&
			l.writes.Load() > 20,
	}
}

// open is one more process of the product on the same database and files.
func open(t *testing.T, s *apitest.Server, change func(*config.Config)) *app.App {
	t.Helper()
	c := apitest.Config(s.Database)
	c.BlobDir, c.SpoolDir = s.App.Config.BlobDir, t.TempDir()
	change(&c)
	a, err := app.New(context.Background(), c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// nikOf is an invented NIK of a woman born on 11 February 1951.
func nikOf(n int) string { return fmt.Sprintf("631105510251%04d", n) }

func register(t *testing.T, c *homecare.Client, village string, n int, l *load) string {
	t.Helper()
	p, err := write(t.Context(), c, village, n, l)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func write(ctx context.Context, c *homecare.Client, village string, n int, l *load) (string, error) {
	p, err := c.RegisterPatient(ctx, homecare.NewPatient{Name: fmt.Sprint("Galuh ", n), Sex: "female",
		BirthDate: "1951-02-11", NIK: nikOf(n), Village: village})
	if err != nil {
		return "", err
	}
	l.writes.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made[nikOf(n)] = p.ID
	return p.ID, nil
}

// writeAndRead registers persons and reads each back by its number, with the
// number in full, and a file.
func writeAndRead(ctx context.Context, c *homecare.Client, village string, from int, file string, l *load) {
	for n := from; ctx.Err() == nil; n++ {
		id, err := write(context.WithoutCancel(ctx), c, village, n, l)
		if err != nil {
			l.fail("register", err)
			continue
		}
		r, err := c.RevealPatient(context.WithoutCancel(ctx), id, homecare.Reveal{Purpose: "Uji kunci"})
		if err == nil && r.NIK != nikOf(n) {
			err = fmt.Errorf("another number")
		}
		if err != nil {
			l.fail("reveal", err)
		}
		if _, err := c.AttachmentContent(context.WithoutCancel(ctx), file); err != nil {
			l.fail("file", err)
		}
		l.reads.Add(2)
		time.Sleep(20 * time.Millisecond)
	}
}

// readAll reads lists: what either process has written.
func readAll(ctx context.Context, c *homecare.Client, l *load) {
	for ctx.Err() == nil {
		if _, err := c.Patients(context.WithoutCancel(ctx), map[string][]string{"limit": {"200"}}); err != nil {
			l.fail("list", err)
		}
		l.reads.Add(1)
		time.Sleep(30 * time.Millisecond)
	}
}

// missing counts the confirmed persons that are not found by number through a
// process that has only the new keys.
func missing(t *testing.T, a *app.App, l *load) int {
	t.Helper()
	srv := httptest.NewServer(a.Handler)
	defer srv.Close()
	c := homecare.New(srv.URL)
	must(c.SignIn(t.Context(), homecare.SignIn{Username: "koordinator." + slug, Password: apitest.Password}))
	n := 0
	for nik, id := range l.made {
		found, err := c.SearchPatients(t.Context(), homecare.PatientSearch{NIK: nik})
		if err != nil || len(found.Data) != 1 || found.Data[0].ID != id {
			n++
		}
	}
	return n
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
