//go:build sabotage

// Package crash lets the product and its database be killed under write load
// and holds what is in the database afterwards against the writers' journal.
package crash

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
)

// Product is `homecare serve` as a process of its own.
type Product struct {
	URL    string
	bin    string
	env    []string
	cmd    *exec.Cmd
	exited chan struct{}
	log    buffer
}

// binaries are the builds of each test: measure and control share one.
var binaries sync.Map

func build(t *testing.T) string {
	t.Helper()
	if b, ok := binaries.Load(t); ok {
		return b.(string)
	}
	bin := filepath.Join(t.TempDir(), "homecare")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-tags=sabotage", "-o", bin, "github.com/balangan/homecare/cmd/homecare").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	binaries.Store(t, bin)
	return bin
}

// NewProduct prepares the product over the databases of c, broken by fault
// (of package sabotage) unless that is "".
func NewProduct(t *testing.T, c config.Config, fault string) *Product {
	t.Helper()
	addr := freeAddress(t)
	p := &Product{URL: "http://" + addr, bin: build(t)}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "HOMECARE_") && !strings.HasPrefix(kv, "DATABASE_URL=") {
			p.env = append(p.env, kv)
		}
	}
	p.env = append(p.env, "HOMECARE_ADDR="+addr, "HOMECARE_METRICS_ADDR=127.0.0.1:0", "HOMECARE_MASTER_KEY="+c.MasterKey, "HOMECARE_BLOB_DIR="+t.TempDir(),
		"HOMECARE_DB_APP_URL="+c.AppURL, "HOMECARE_DB_REPORT_URL="+c.ReportURL, "HOMECARE_DB_DISTRICT_URL="+c.DistrictURL, "HOMECARE_DB_SYSTEM_URL="+c.SystemURL,
		"HOMECARE_SABOTAGE="+fault)
	t.Cleanup(p.Kill)
	return p
}

// freeAddress is below the ports that outgoing connections get: a client that
// tries again while the product is away must not take its place.
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
	p.cmd = exec.Command(p.bin, "serve") // not bound to ctx: Kill ends it
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, &p.log, &p.log
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

// Ready says whether the product wants requests.
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

// Kill ends the product with SIGKILL.
func (p *Product) Kill() {
	if p.Alive() {
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

// Alive says whether the process that Start started still runs.
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
