package pg_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
)

// line is a connection to the database whose answers get lost once the test's
// condition is true in the database.
type line struct {
	net.Conn
	lost *atomic.Pointer[func() bool]
}

func (l *line) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if f := l.lost.Load(); f != nil && (*f)() {
		_ = l.Close()
		return 0, io.EOF
	}
	return n, err
}

func withLine(lost *atomic.Pointer[func() bool]) apitest.Option {
	return apitest.Pools(func(c *pg.Config) {
		c.Configure = func(role string, pc *pgxpool.Config) {
			dial := pc.ConnConfig.DialFunc
			if role == "app" {
				pc.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
					conn, err := dial(ctx, network, addr)
					return &line{conn, lost}, err
				}
			}
		}
	})
}

// TestCommitWithoutAnAnswer: when the connection is lost between COMMIT and its
// answer, the product does not say that nothing was saved; the same key reveals
// the outcome. The outcome of a read, and of a COMMIT that PostgreSQL refused,
// is known.
func TestCommitWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	var lost atomic.Pointer[func() bool]
	s := apitest.New(t, withLine(&lost))
	cut := func(sql string, args ...any) {
		ctx := context.WithoutCancel(t.Context()) // an idle connection may ask when the test is over
		f := func() (there bool) {
			c, err := pgx.Connect(ctx, s.Database.Admin())
			if err != nil {
				return false
			}
			defer func() { _ = c.Close(ctx) }()
			return c.QueryRow(ctx, `select exists (`+sql+`)`, args...).Scan(&there) == nil && there
		}
		lost.Store(&f)
	}
	token := s.As(t, "koordinator.uren").Tokens().AccessToken
	post := func() (*http.Response, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/v1/patients",
			strings.NewReader(`{"name":"Masitah Ilmi","sex":"female"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", "kunci-jawaban-hilang")
		res, err := s.HTTP(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		var b bytes.Buffer
		_, _ = b.ReadFrom(res.Body)
		return res, b.String()
	}
	cut(`select from patient where name = 'Masitah Ilmi'`)
	if res, body := post(); res.StatusCode != 503 || !strings.Contains(body, `"server.outcome_unknown"`) ||
		!strings.Contains(body, `"retryable":true`) || res.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	lost.Store(nil)
	if res, body := post(); res.StatusCode != 201 || res.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the same key: %d %s", res.StatusCode, body)
	}

	write := func(ctx context.Context) error {
		id := uuid.NewString()
		cut(`select from household where id = $1`, id)
		defer lost.Store(nil)
		_, err := pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (int, error) {
			_, err := tx.Exec(`insert into household (puskesmas_id, id) values (12, $1)`, id)
			return 0, err
		})
		return err
	}
	ctx := as(t, s, "petugas1.uren")
	if err := write(ctx); !errors.Is(err, pg.ErrOutcomeUnknown) {
		t.Errorf("a write without a key: %v", err)
	}
	if err := write(pg.WithDemand(ctx, pg.Demand{Permission: "GET /v1/patients"})); !errors.Is(err,
		fault.ErrUnavailable) {
		t.Errorf("a read: %v", err)
	}
	if _, err := pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (int, error) {
		tx.AtCommit(`select 1 / 0`)
		return 0,
			nil
	}); err == nil || errors.Is(err, pg.ErrOutcomeUnknown) {
		t.Errorf("PostgreSQL refused: %v", err)
	}
}
