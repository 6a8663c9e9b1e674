package signin_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func kidOf(t *testing.T, token string) string {
	t.Helper()
	head, _, _ := strings.Cut(token, ".")
	b, err := base64.RawURLEncoding.DecodeString(head)
	var h struct{ KID string }
	if err != nil || json.Unmarshal(b, &h) != nil {
		t.Fatal(err)
	}
	return h.KID
}

// twoProcesses are two processes of the product on one database.
func twoProcesses(t *testing.T) (one, two *app.App, addresses []string, s *apitest.Server) {
	t.Helper()
	s = apitest.New(t)
	two, err := app.New(context.Background(), apitest.Config(s.Database), slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(two.Handler)
	t.Cleanup(func() { srv.Close(); two.Close() })
	return s.App, two, []string{s.URL, srv.URL}, s
}

// TestRotateSigningKey: two processes serve while the key changes, and no
// request fails. The product's times are a minute and ten seconds; here they
// are shorter in the same proportion.
func TestRotateSigningKey(t *testing.T) {
	t.Parallel()
	one, two, addresses, s := twoProcesses(t)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	for _, a := range []*app.App{one, two} {
		watching.Go(func() {
			signin.WatchKeys(ctx, a.DB, a.Tokens, a.Master, 300*time.Millisecond, slog.New(slog.DiscardHandler))
		})
	}
	defer watching.Wait()
	defer stop()
	var sent, failed atomic.Int64
	var working sync.WaitGroup
	clients := make([]*homecare.Client, 4)
	for i := range clients {
		clients[i] = s.As(t, []string{"kepala.uren", "petugas1.uren", "koordinator.juai", "dinkes.analis"}[i])
	}
	for i, c := range clients {
		working.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				// A token of one process is used at the other; every third time it
				// is a new one.
				if n%3 == 0 {
					tokens := c.Tokens()
					issuer := homecare.New(addresses[n%2])
					issuer.SetTokens(tokens)
					fresh, err := issuer.Refresh(context.Background(),
						homecare.Refresh{RefreshToken: tokens.RefreshToken, DeviceID: tokens.DeviceID})
					if err != nil {
						failed.Add(1)
						continue
					}
					c.SetTokens(fresh)
				}
				req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, addresses[(n+1)%2]+"/v1/me",
					nil)
				req.Header.Set("Authorization", "Bearer "+c.Tokens().AccessToken)
				res, err := http.DefaultClient.Do(req)
				sent.Add(1)
				if err != nil || res.StatusCode != http.StatusOK {
					failed.Add(1)
				}
				if err == nil {
					_ = res.Body.Close()
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	before := kidOf(t, clients[0].Tokens().AccessToken)
	oldToken := clients[0].Tokens().AccessToken
	kid, from, err := signin.RotateSigningKey(ctx, one.DB, one.Master, one.Trail, 2*time.Second)
	if err != nil || kid == before {
		t.Fatal(kid, err)
	}
	if _, _, err := signin.RotateSigningKey(ctx, one.DB, one.Master, one.Trail, time.Second); !errors.Is(err,
		signin.ErrKeyWaits) {
		t.Errorf("a second one meanwhile: %v", err)
	}
	time.Sleep(time.Until(from) - time.Second)
	for i, a := range []*app.App{one, two} {
		if n := len(a.Tokens.JWKS()); n != 2 {
			t.Errorf("process %d publishes %d keys before the new one signs", i, n)
		}
	}
	time.Sleep(time.Until(from) + 1500*time.Millisecond)
	after := kidOf(t, s.As(t, "kepala.uren").Tokens().AccessToken)
	p, err := two.Tokens.Verify(ctx, oldToken)
	if after != kid || err != nil || p.UserID == "" {
		t.Errorf("signs with %s, want %s; the old token: %v", after, kid, err)
	}
	stop()
	working.Wait()
	if failed.Load() != 0 || sent.Load() < 100 {
		t.Errorf("%d of %d requests failed", failed.Load(), sent.Load())
	}
	t.Logf("%d requests, %d failed", sent.Load(), failed.Load())
	// After its last token has expired, the old key is removed.
	s.Database.Exec(t, `update signing_key set retired_at = now() - interval '21 minutes' where kid = $1`, before)
	if err := signin.LoadKeys(t.Context(), two.DB, two.Tokens, two.Master); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Tokens.Verify(t.Context(), oldToken); err == nil || len(two.Tokens.JWKS()) != 1 {
		t.Errorf("the old key is still there: %v", two.Tokens.JWKS())
	}
}

// TestRotateAtOnce is the control: requests with a key that signs before the
// other process knows it fail there.
func TestRotateAtOnce(t *testing.T) {
	t.Parallel()
	one, _, addresses, s := twoProcesses(t)
	if _, _, err := signin.RotateSigningKey(t.Context(), one.DB, one.Master, one.Trail, 0); err != nil {
		t.Fatal(err)
	}
	if err := signin.LoadKeys(t.Context(), one.DB, one.Tokens, one.Master); err != nil {
		t.Fatal(err)
	}
	other := homecare.New(addresses[1])
	other.SetTokens(homecare.Tokens{AccessToken: s.As(t, "petugas1.uren").Tokens().AccessToken})
	if _, err := other.Me(t.Context()); apitest.Code(err) != "auth.token" {
		t.Errorf("a key nobody has heard of: %v", err)
	}
}
