package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// child is a server under measurement.
type child struct {
	cmd       *exec.Cmd
	addr, url string
	figures   string        // where its figures and profiles are; "" for the floor
	spool     string        // folder of the rows of its access log that wait for the database; "" for the floor
	ready     time.Duration // from its start to 200 on /readyz
}

// startProduct runs `homecare serve` as in production, with the access log in a
// file. workers says whether it also runs the background jobs.
func startProduct(ctx context.Context, binary, dir string, w *world, workers bool) (*child, error) {
	c, figures, spool := w.c.config(w.database), freeAddr(), filepath.Join(dir, "spool")
	p, err := start(ctx, binary, []string{"serve"}, filepath.Join(dir, "product.log"), func(addr string) []string {
		return []string{"HOMECARE_ADDR=" + addr, "HOMECARE_METRICS_ADDR=" + figures, "HOMECARE_PUBLIC_URL=" +
			c.PublicURL, "HOMECARE_LOG_LEVEL=info", "HOMECARE_WORKERS=" + strconv.FormatBool(workers),
			"HOMECARE_DB_APP_URL=" + c.AppURL, "HOMECARE_DB_REPORT_URL=" + c.ReportURL, "HOMECARE_DB_DISTRICT_URL=" +
				c.DistrictURL, "HOMECARE_DB_SYSTEM_URL=" + c.SystemURL,
			"HOMECARE_DB_POOL=" + strconv.Itoa(int(c.PoolSize)), "HOMECARE_MASTER_KEY=" + masterKey,
			"HOMECARE_BLOB_DIR=" + filepath.Join(dir, "blobs"), "HOMECARE_SPOOL_DIR=" + spool,
			"HOMECARE_RATE_ACCOUNT=0", "HOMECARE_RATE_TENANT=0", "HOMECARE_RATE_ADDRESS=0"} // no quotas
	})
	if err == nil {
		p.figures, p.spool = figures, spool
	}
	return p, err
}

func startFloor(ctx context.Context, binary, dir string, w *world) (*child, error) {
	return start(ctx, binary, nil, filepath.Join(dir, "floor.log"), func(addr string) []string {
		return []string{"FLOOR_ADDR=" + addr, "FLOOR_DB=" + w.c.server.DSN("postgres", w.database),
			"HOMECARE_MASTER_KEY=" + masterKey}
	})
}

func start(ctx context.Context, binary string, args []string, log string, env func(addr string) []string) (*child,
	error) {
	f, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // the child has its own copy
	addr := freeAddr()
	c := &child{cmd: exec.CommandContext(ctx, binary, args...), addr: addr, url: "http://" + addr}
	c.cmd.Env, c.cmd.Stdout, c.cmd.Stderr = append([]string{"PATH=" + os.Getenv("PATH")}, env(addr)...), f, f
	begin := time.Now()
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	for {
		res, err := http.Get(c.url + "/readyz")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				c.ready = time.Since(begin)
				return c, nil
			}
		}
		if time.Since(begin) > 30*time.Second {
			c.stop()
			return nil, fmt.Errorf("%s did not become ready; see %s", filepath.Base(binary), log)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (c *child) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	_ = c.cmd.Wait()
}

// drained returns once the database has the rows of the access log.
func (c *child) drained(ctx context.Context) error {
	for c.spool != "" {
		files, err := filepath.Glob(filepath.Join(c.spool, "*.spool"))
		if err != nil {
			return err
		}
		waiting := int64(0)
		for _, f := range files {
			if info, err := os.Stat(f); err == nil { // its process may remove it
				waiting += info.Size()
			}
		}
		if waiting == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d bytes of the access log wait for the database: %w", waiting, ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// rss is the resident memory, MB.
func (c *child) rss() float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(b), "VmRSS:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseFloat(fields[0], 64)
	return kb / 1024
}

// look reads from where the product has its figures and profiles.
func (c *child) look(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.figures+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	return io.ReadAll(res.Body)
}

// watch starts watching. The returned function stops it and returns the highest
// rss.
func (c *child) watch() func() float64 {
	quit, result := make(chan struct{}), make(chan float64)
	go func() {
		high := 0.0
		for {
			high = max(high, c.rss())
			select {
			case <-quit:
				result <- high
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	return func() float64 { close(quit); return <-result }
}

func freeAddr() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:0"
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// machine names the processor, its cores and the memory.
func machine() string {
	model := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, after, ok := strings.Cut(string(b), "model name"); ok {
			line, _, _ := strings.Cut(after, "\n")
			model = strings.TrimSpace(strings.TrimLeft(line, "\t :"))
		}
	}
	memory := ""
	if b, err := os.ReadFile("/proc/meminfo"); err == nil {
		if f := strings.Fields(string(b)); len(f) > 1 {
			kb, _ := strconv.ParseFloat(f[1], 64)
			memory = fmt.Sprintf(", %.0f GB", kb/1024/1024)
		}
	}
	return fmt.Sprintf("%s, %d cores%s, %s, %s", model, runtime.NumCPU(), memory, runtime.GOOS, runtime.Version())
}
