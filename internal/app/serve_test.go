package app_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
)

// TestServeStops: a stop finishes running requests and then releases the
// address.
func TestServeStops(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, apitest.Configure(func(c *config.Config) {
		c.Addr, c.Grace, c.Workers = "127.0.0.1:0",
			10*time.Second, true
	}))
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- s.App.Serve(ctx, func(addr string) { ready <- addr }) }()
	url := "http://" + <-ready + "/readyz"
	get := func() (int, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			return 0, err
		}
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			return 0, err
		}
		return res.StatusCode, res.Body.Close()
	}
	if code, err := get(); err != nil || code != 200 {
		t.Fatalf("ready: %d, %v", code, err)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("serving did not end")
	}
	if _, err := get(); err == nil {
		t.Error("the address still answers")
	}
}
