//go:build sabotage

// Package crash kills the product and its database under write load and
// compares the database afterwards with the writers' journal.
package crash

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/sabotage"
)

// Product is `homecare serve` as a separate process.
type Product struct {
	URL    string
	Blobs  string // folder of attachments
	bin    string
	env    []string
	socket *os.File // passed to the process, as systemd does
	cmd    *exec.Cmd
	exited chan struct{}
	log    buffer
}

// binaries are the builds of each test: measure and control share one.
var binaries sync.Map

// Binary is the product, built with its faults, while the test runs.
func Binary(t *testing.T) string {
	t.Helper()
	if b, ok := binaries.Load(t); ok {
		return b.(string)
	}
	bin := filepath.Join(t.TempDir(), "homecare")
	// This binary got the overlay in GOFLAGS, from withpg -faults.
	if !strings.Contains(os.Getenv("GOFLAGS"), "-overlay=") {
		t.Fatal("the product would be built without its faults: run by withpg -faults")
	}
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin,
		"github.com/balangan/homecare/cmd/homecare").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	binaries.Store(t, bin)
	return bin
}

// NewProduct prepares the product on the databases of c, with the fault that is
// on now.
func NewProduct(t *testing.T, c config.Config) *Product {
	t.Helper()
	addr := freeAddress(t)
	p := &Product{URL: "http://" + addr, Blobs: t.TempDir(), bin: Binary(t)}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "HOMECARE_") && !strings.HasPrefix(kv, "DATABASE_URL=") {
			p.env = append(p.env, kv)
		}
	}
	p.env = append(p.env, "HOMECARE_ADDR="+addr, "HOMECARE_METRICS_ADDR=127.0.0.1:0", "HOMECARE_MASTER_KEY="+
		c.MasterKey, "HOMECARE_BLOB_DIR="+p.Blobs, "HOMECARE_TIMEOUT="+c.Timeout.String(), "HOMECARE_DB_REPLICA_URL="+
		c.ReplicaURL,
		"HOMECARE_DB_APP_URL="+c.AppURL, "HOMECARE_DB_REPORT_URL="+c.ReportURL, "HOMECARE_DB_DISTRICT_URL="+
			c.DistrictURL, "HOMECARE_DB_SYSTEM_URL="+c.SystemURL,
		"HOMECARE_RATE_ACCOUNT=0", "HOMECARE_RATE_TENANT=0", "HOMECARE_RATE_ADDRESS=0", // no quotas
		sabotage.Env())
	t.Cleanup(p.Kill)
	return p
}

// Set adds settings, such as "HOMECARE_TIMEOUT=2s", for the next start.
func (p *Product) Set(settings ...string) { p.env = append(p.env, settings...) }

// Inherit makes the process serve on a socket of the test.
func (p *Product) Inherit(l *net.TCPListener) error {
	f, err := l.File()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		return err
	}
	p.socket, p.URL = os.NewFile(uintptr(fd), "socket"), "http://"+l.Addr().String()
	// For a file that it takes for non-blocking, os/exec makes the socket
	// blocking in every process that shares it: an accepting process then never
	// learns that it should stop. Set after NewFile, it stays non-blocking
	// (NonBlocking=yes of the systemd unit).
	if err := syscall.SetNonblock(fd, true); err != nil {
		return err
	}
	p.Set("LISTEN_FDS=1")
	return nil
}

// Next is another process of the same product, not started, with its own
// additional settings.
func (p *Product) Next(t *testing.T, settings ...string) *Product {
	n := &Product{URL: p.URL, bin: p.bin, env: slices.Concat(p.env, settings), socket: p.socket}
	t.Cleanup(n.Kill)
	return n
}

// Stop ends the product as an operator does (SIGTERM) and waits for its end.
func (p *Product) Stop() error {
	if !p.Alive() {
		return errors.New("the product ended by itself")
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.exited:
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			return fmt.Errorf("exit code %d:\n%s", code, p.log.tail())
		}
		return nil
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Signal(syscall.SIGQUIT) // says where it hangs
		<-p.exited
		return errors.New("the product does not end:\n" + p.log.tail())
	}
}

// freeAddress is below the range of ports for outgoing connections: a client
// that retries while the product is down must not take its port.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000))
		if l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", addr); err == nil {
			_ = l.Close()
			return addr
		}
	}
	t.Fatal("no free port")
	return ""
}

// Start starts the product and returns how long it took until it was ready.
func (p *Product) Start(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	p.cmd = exec.Command(p.bin, "serve") // without ctx: Kill ends it
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, &p.log, &p.log
	if p.socket != nil {
		p.cmd.ExtraFiles = []*os.File{p.socket}
	}
	if err := p.cmd.Start(); err != nil {
		return 0, err
	}
	p.exited = make(chan struct{})
	go func(c *exec.Cmd, exited chan struct{}) { _ = c.Wait(); close(exited) }(p.cmd, p.exited)
	for {
		if Ready(ctx, p.URL) {
			return time.Since(begin), nil
		}
		select {
		case <-p.exited:
			return 0, fmt.Errorf("the product ended:\n%s", p.log.tail())
		case <-time.After(5 * time.Millisecond):
		}
		if time.Since(begin) > 30*time.Second {
			return 0, fmt.Errorf("the product is not ready after %s:\n%s", time.Since(begin), p.log.tail())
		}
	}
}

// Ready says whether the product is ready for requests.
func Ready(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// Move makes the next Start use the databases of c.
func (p *Product) Move(c config.Config) {
	p.Set("HOMECARE_DB_APP_URL="+c.AppURL, "HOMECARE_DB_REPORT_URL="+c.ReportURL, "HOMECARE_DB_DISTRICT_URL="+
		c.DistrictURL, "HOMECARE_DB_SYSTEM_URL="+c.SystemURL)
}

// Kill ends the product with SIGKILL.
func (p *Product) Kill() {
	if p.Alive() {
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

// Alive says whether the started process still runs.
func (p *Product) Alive() bool {
	if p.cmd == nil || p.exited == nil {
		return false
	}
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// Said returns the lines of the log that contain what.
func (p *Product) Said(what string) (lines []string) {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	for line := range strings.Lines(p.log.b.String()) {
		if strings.Contains(line, what) {
			lines = append(lines, line)
		}
	}
	return lines
}

// PID is the number of the process.
func (p *Product) PID() int { return p.cmd.Process.Pid }

// buffer keeps the log for a failure's message.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) tail() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.b.String()
	return s[max(0, len(s)-2000):]
}
