package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/localpg"
)

const database = "homecare"

// development is the database of make run: a private server, or the one of the
// settings.
type development struct {
	server *localpg.Server // nil with a database of the settings
}

func openDevelopment(ctx context.Context, c config.Config, log io.Writer) (*development, error) {
	if c.DatabaseURL != "" {
		return &development{}, makeRoles(ctx, c.DatabaseURL)
	}
	if c.OwnerURL != "" {
		return &development{}, nil // each role has its own address, so the roles are there
	}
	s, err := localpg.Start(ctx, localpg.Options{Dir: filepath.Join(c.DataDir, "postgres"), Install: true,
		InstallLog: log})
	if err != nil {
		return nil, err
	}
	if err := makeDatabase(ctx, s.DSN("postgres", "postgres")); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return &development{s}, nil
}

func (d *development) configure(c config.Config) config.Config {
	if d.server == nil {
		dbs, err := c.Databases()
		if err == nil {
			c.OwnerURL, c.AppURL, c.ReportURL, c.DistrictURL, c.SystemURL = dbs.Owner, dbs.App, dbs.Report,
				dbs.District, dbs.System
		}
		return c
	}
	dsn := func(role string) string { return d.server.DSN("homecare_"+role, database) }
	c.OwnerURL, c.AppURL, c.ReportURL, c.DistrictURL, c.SystemURL = dsn("owner"), dsn("app"), dsn("report"),
		dsn("district"), dsn("system")
	return c
}

// where describes the database in words.
func (d *development) where() string {
	if d.server == nil {
		return "the one of the settings"
	}
	return d.server.Dir
}

func (d *development) close() {
	if d.server != nil {
		_ = d.server.Stop()
	}
}

func makeDatabase(ctx context.Context, superuser string) error {
	c, err := pgx.Connect(ctx, superuser)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	if _, err := c.Exec(ctx, postgres.Roles); err != nil {
		return fmt.Errorf("database roles: %w", err)
	}
	var there bool
	if err := c.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, database).
		Scan(&there); err != nil || there {
		return err
	}
	_, err = c.Exec(ctx, `create database `+database+` owner homecare_owner`)
	return err
}

// makeRoles creates the roles in the cluster of DATABASE_URL and lets its user
// take them. Without the right to do so it prints the commands to run instead.
func makeRoles(ctx context.Context, owner string) error {
	c, err := pgx.Connect(ctx, owner)
	if err != nil {
		return errors.New("DATABASE_URL: the database does not answer, or refuses this user") // may hold the password
	}
	defer func() { _ = c.Close(ctx) }()
	var missing int
	if err := c.QueryRow(ctx, `select count(*)
		from unnest(array['homecare_app','homecare_report','homecare_district','homecare_system']) r
		where not exists (select from pg_roles where rolname = r)
		or not pg_has_role(current_user, r::name, 'member')`).Scan(&missing); err == nil && missing == 0 {
		return nil
	}
	_, err = c.Exec(ctx, postgres.Roles+
		`; grant homecare_app, homecare_report, homecare_district, homecare_system to current_user`)
	if err != nil {
		return errors.New(
			"DATABASE_URL: its user may not create the roles; let a superuser run deployments/postgres/roles.sql and grant homecare_app, homecare_report, homecare_district and homecare_system to it")
	}
	return nil
}

type developmentSecret struct{ masterKey, demoPassword string }

// developmentSecrets stores what a development database needs at its next start
// below the data folder, readable by its owner only.
func developmentSecrets(c config.Config) (developmentSecret, error) {
	// When root starts it, the database's user must traverse the data folder.
	if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
		return developmentSecret{}, err
	}
	dir := filepath.Join(c.DataDir, "secrets")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return developmentSecret{}, err
	}
	s := developmentSecret{c.MasterKey, c.DemoPassword}
	var err error
	if s.masterKey == "" {
		if s.masterKey, err = keep(filepath.Join(dir, "master_key"), func() string {
			return base64.StdEncoding.EncodeToString(random(32))
		}); err != nil {
			return s, err
		}
	}
	file := filepath.Join(dir, "demo_password")
	if s.demoPassword == "" {
		s.demoPassword, err = keep(file, func() string {
			return "demo-" + base64.RawURLEncoding.EncodeToString(random(12))
		})
		return s, err
	}
	return s, os.WriteFile(file, []byte(s.demoPassword), 0o600) // for homecare walk
}

func keep(file string, fresh func() string) (string, error) {
	b, err := os.ReadFile(file)
	if err == nil && len(strings.TrimSpace(string(b))) > 0 {
		return strings.TrimSpace(string(b)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	v := fresh()
	// Written under another name and renamed: a crash must not leave half a
	// key.
	if err := os.WriteFile(file+".new", []byte(v), 0o600); err != nil {
		return "", err
	}
	return v, os.Rename(file+".new", file)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
