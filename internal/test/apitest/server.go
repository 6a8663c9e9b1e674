// Package apitest runs the whole product over HTTP on a separate database. It
// is for tests only; depguard keeps it out of the binary.
package apitest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/telemetry"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

// Password of every demo account of a test server.
const Password = "sandi-uji-yang-panjang"

// MasterKey of a test server. It opens nothing else.
const MasterKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// Server is a running product.
type Server struct {
	*httptest.Server
	App      *app.App
	Database pgtest.Database
	tally    *Tally
	codes    sync.Mutex // one second factor at a time: see SignIn
}

// Option changes how a server is made.
type Option func(*settings)

type settings struct {
	log    io.Writer
	config func(*config.Config)
	pools  func(*pg.Config)
	tally  *Tally
}

// LogTo sends the log to w; by default it is discarded.
func LogTo(w io.Writer) Option { return func(s *settings) { s.log = w } }

// Configure changes the configuration.
func Configure(f func(*config.Config)) Option { return func(s *settings) { s.config = f } }

// Pools changes the pools.
func Pools(f func(*pg.Config)) Option { return func(s *settings) { s.pools = f } }

// CountIn makes the server's clients count their answers in tally instead of
// failing the test on an answer that breaks the contract: for measuring it, and
// for a product with a fault.
func CountIn(tally *Tally) Option { return func(s *settings) { s.tally = tally } }

// New starts the product on its own database: migrated, seeded, with the demo
// accounts. It ends with the test.
func New(t testing.TB, options ...Option) *Server {
	t.Helper()
	s := settings{log: io.Discard}
	for _, o := range options {
		o(&s)
	}
	db := pgtest.New(t, "api_"+pgtest.Version(), postgres.Roles, prepare)
	// An unusual time zone: code that lets the database decide the day fails.
	db.Exec(t, `alter database `+db.Name+` set timezone to 'America/St_Johns'`)
	c := Config(db)
	c.BlobDir, c.MailDir = t.TempDir(), t.TempDir()
	if s.config != nil {
		s.config(&c)
	}
	a, err := app.New(context.Background(), c, telemetry.NewLogger(s.log, "info"), s.pools)
	if err != nil {
		t.Fatal(err)
	}
	srv := &Server{Server: httptest.NewServer(a.Handler), App: a, Database: db, tally: s.tally}
	t.Cleanup(func() { srv.Close(); a.Close() })
	return srv
}

// Config is the configuration of a test server on db.
func Config(db pgtest.Database) config.Config {
	return config.Config{PublicURL: "http://homecare.test", MasterKey: MasterKey, Timeout: 30 * time.Second,
		PoolSize: 8, DemoClock: true,
		OwnerURL: db.Owner(), AppURL: db.DSN("homecare_app"), ReportURL: db.DSN("homecare_report"),
		DistrictURL: db.DSN("homecare_district"), SystemURL: db.DSN("homecare_system")}
}

func prepare(ctx context.Context, ownerDSN string) error {
	if err := app.Prepare(ctx, ownerDSN); err != nil {
		return err
	}
	// The owner may take no other role, so the demo accounts are created
	// through the same roles as in make run.
	db := pgtest.FromDSN(ownerDSN)
	c := Config(db)
	a, err := app.New(ctx, c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer a.Close()
	_, err = staff.SeedDemo(ctx, a.DB, a.Master, a.Hasher, Password)
	return err
}

// HTTP is a client that checks every answer against the published contract and
// fails t for one that breaks it (see CountIn).
func (s *Server) HTTP(t testing.TB) *http.Client {
	t.Helper()
	c, err := PublishedContract()
	if err != nil {
		t.Fatal(err)
	}
	if s.tally != nil {
		return &http.Client{Transport: c.Counting(s.tally, nil)}
	}
	return &http.Client{Transport: c.Transport(t, nil)}
}

// Visitor is a client without an account.
func (s *Server) Visitor(t testing.TB) *homecare.Client {
	t.Helper()
	c := homecare.New(s.URL)
	c.HTTP = s.HTTP(t)
	return c
}

// As signs in and returns a client of that account. Set its Clock for a
// business time other than the real one.
func (s *Server) As(t testing.TB, username string) *homecare.Client {
	t.Helper()
	c := s.Visitor(t)
	if err := s.SignIn(t, c, username); err != nil {
		t.Fatalf("sign in as %s: %v", username, err)
	}
	return c
}

// SignIn signs c in as a demo account, with the second factor where one is
// owed. A code works once, and tests sign in more often than every 30 seconds,
// so it makes the database forget the last code.
func (s *Server) SignIn(t testing.TB, c *homecare.Client, username string) error {
	t.Helper()
	tokens, err := c.SignIn(t.Context(), homecare.SignIn{Username: username, Password: Password})
	if err != nil || !tokens.SecondFactorRequired {
		return err
	}
	s.codes.Lock()
	defer s.codes.Unlock()
	s.Database.Exec(t, `update account set totp_step = 0 where username = $1`, username)
	_, err = c.SecondFactor(t.Context(), homecare.SecondFactor{Code: staff.DemoCode(time.Now())})
	return err
}
