package bench

import (
	"context"
	"net/http"
	"net"
	"os"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/telemetry"
)

func TestProf(t *testing.T) {
	dir := "/tmp/benchprof"
	os.MkdirAll(dir, 0o755)
	ctx := context.Background()
	c, err := startCluster(ctx, dir+"/pg")
	if err != nil { t.Fatal(err) }
	c.exec(context.Background(), "postgres", "drop database if exists bench_1 with (force)")
	w, err := c.load(ctx, 1)
	if err != nil { t.Fatal(err) }
	f, _ := os.Create(dir + "/log")
	cfg := c.config(w.database)
	cfg.BlobDir = dir
	a, err := app.New(ctx, cfg, telemetry.NewLogger(f, "info"), nil)
	if err != nil { t.Fatal(err) }
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go http.Serve(l, a.Handler)
	if err := w.signIn(ctx, "http://"+l.Addr().String()); err != nil { t.Fatal(err) }
	for i, k := range works {
		if i == 2 { continue }
		p, _ := os.Create("/tmp/prof." + []string{"one", "list", "", "bundle"}[i])
		drive(ctx, l.Addr().String(), k.clients, 0, time.Second, 1, func(c int, r *random) request { return k.product(w, c, r) })
		pprof.StartCPUProfile(p)
		m, err := drive(ctx, l.Addr().String(), k.clients, 0, 5*time.Second, 2, func(c int, r *random) request { return k.product(w, c, r) })
		pprof.StopCPUProfile()
		p.Close()
		t.Log(k.name, m, err)
	}
}
