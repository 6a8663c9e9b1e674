package pg_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
)

// With a pool of eight, a tenant that holds four connections waits for its own
// while others proceed. A wait that is too long answers 503 with Retry-After.
// Afterwards everything is as before.
func TestAFullPoolAnswers(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, apitest.Pools(func(c *pg.Config) { c.Wait = 300 * time.Millisecond }))
	busy := make(chan struct{})
	var held sync.WaitGroup
	hold := func(ctx context.Context, n int) {
		begun := make(chan struct{})
		for range n {
			held.Go(func() {
				if _, err := pg.Tenant(ctx, s.App.DB, func(pg.Tx) (int, error) {
					begun <- struct{}{}
					<-busy
					return 0,
						nil
				}); err != nil {
					t.Error(err)
				}
			})
			<-begun
		}
	}
	status := func(token string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/v1/patients", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := s.HTTP(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode, res.Header.Get("Retry-After")
	}
	token := map[string]string{}
	for _, slug := range []string{"uren", "awayan", "juai"} {
		token[slug] = s.As(t, "petugas1."+slug).Tokens().AccessToken
	}
	expect := func(when, slug string, want int) {
		t.Helper()
		if code, wait := status(token[slug]); code != want || (code == http.StatusServiceUnavailable) != (wait != "") {
			t.Errorf("%s, %s: %d, Retry-After %q, want %d", when, slug, code, wait, want)
		}
	}
	hold(as(t, s, "petugas1.uren"), 4)
	expect("uren holds its share", "uren", http.StatusServiceUnavailable)
	expect("uren holds its share", "awayan", http.StatusOK)
	if _, err := pg.Tenant(as(t, s, "petugas1.uren"), s.App.DB, count("patient")); !errors.Is(err, pg.ErrBusy) {
		t.Errorf("%v, want %v", err, pg.ErrBusy)
	}
	hold(as(t, s, "petugas1.awayan"), 4)
	expect("the pool is full", "juai", http.StatusServiceUnavailable)
	close(busy)
	held.Wait()
	for slug := range token {
		expect("all is free again", slug, http.StatusOK)
	}
}
