package app_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
)

// TestTheProductStartsOnlyOnItsOwnRoles: the wrong login behind any address
// stops the start, and the message names the setting and what is wrong.
func TestTheProductStartsOnlyOnItsOwnRoles(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	as := func(role string) string { return s.Database.DSN(role) }
	address := map[string]func(*config.Config) *string{
		"HOMECARE_DB_APP_URL":      func(c *config.Config) *string { return &c.AppURL },
		"HOMECARE_DB_REPORT_URL":   func(c *config.Config) *string { return &c.ReportURL },
		"HOMECARE_DB_DISTRICT_URL": func(c *config.Config) *string { return &c.DistrictURL },
		"HOMECARE_DB_SYSTEM_URL":   func(c *config.Config) *string { return &c.SystemURL },
		"HOMECARE_DB_REPLICA_URL":  func(c *config.Config) *string { return &c.ReplicaURL },
	}
	start := func(change func(*config.Config)) error {
		c := apitest.Config(s.Database)
		c.DemoClock, c.BlobDir = false, t.TempDir()
		change(&c)
		a, err := app.New(t.Context(), c, slog.New(slog.DiscardHandler), nil)
		if err == nil {
			a.Close()
		}
		return err
	}
	if err := start(func(c *config.Config) { c.ReplicaURL = c.ReportURL }); err != nil {
		t.Fatalf("the right roles: %v", err)
	}
	for name, of := range address {
		right := apitest.Config(s.Database)
		right.ReplicaURL = right.ReportURL
		other := "homecare_system"
		if name == "HOMECARE_DB_SYSTEM_URL" {
			other = "homecare_app"
		}
		for says, dsn := range map[string]string{
			"is a superuser":       s.Database.Admin(),
			"login postgres":       s.Database.Admin() + " role=" + strings.ToLower(roleOf(*of(&right))),
			"is not homecare_":     as(other),
			"login homecare_owner": as("homecare_owner"),
		} {
			err := start(func(c *config.Config) { *of(c) = dsn })
			if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), says) {
				t.Errorf("%s, %s: %v", name, says, err)
			}
		}
	}
	// In development one login takes the roles; it must still be the right
	// role.
	if err := start(func(c *config.Config) {
		c.DemoClock, c.AppURL = true, s.Database.Admin()+" role=homecare_app"
	}); err != nil {
		t.Errorf("development by SET ROLE: %v", err)
	}
	if err := start(func(c *config.Config) { c.DemoClock, c.AppURL = true, s.Database.Admin() }); err == nil {
		t.Error("development serves as a superuser")
	}
	// Rights that one database gave away.
	s.Database.Exec(t, `alter table household owner to homecare_app`)
	if err := start(func(*config.Config) {}); err == nil || !strings.Contains(err.Error(), "owns table household") {
		t.Errorf("an application role that owns a table: %v", err)
	}
}

func roleOf(dsn string) string {
	_, after, _ := strings.Cut(dsn, "user=")
	name, _, _ := strings.Cut(after, " ")
	return name
}
