package config_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
)

func good() config.Config {
	return config.Config{AppURL: "postgres://a@localhost", ReportURL: "postgres://r@localhost",
		DistrictURL: "postgres://d@localhost", SystemURL: "postgres://s@localhost", BlobDir: "/var/lib/x",
		Timeout:   time.Second,
		MasterKey: base64.StdEncoding.EncodeToString([]byte("0123456789abcdefghijklmnopqrstuv"))}
}

func TestCheckProduction(t *testing.T) {
	t.Parallel()
	if err := good().CheckProduction(); err != nil {
		t.Fatal(err)
	}
	for says, spoil := range map[string]func(*config.Config){
		"HOMECARE_DB_APP_URL":    func(c *config.Config) { c.AppURL = "" },
		"HOMECARE_DB_SYSTEM_URL": func(c *config.Config) { c.SystemURL = "" },
		"32 bytes in base64":     func(c *config.Config) { c.MasterKey = "" },
		"is weak": func(c *config.Config) {
			c.MasterKey = base64.StdEncoding.EncodeToString(make([]byte, 32))
		},
		"HOMECARE_BLOB_DIR":         func(c *config.Config) { c.BlobDir = "" },
		"for development only":      func(c *config.Config) { c.DemoClock = true },
		"serve has no demo account": func(c *config.Config) { c.DemoPassword = "x" },
	} {
		c := good()
		spoil(&c)
		if err := c.CheckProduction(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// TestCheckDevelopment: the demo accounts are for this machine only.
func TestCheckDevelopment(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{"http://127.0.0.1:8080": true, "http://localhost:8088": true,
		"http://[::1]:8080": true, "https://homecare.example.go.id": false, "http://0.0.0.0:8080": false,
		"http://10.0.0.5:8080": false, "http://:8080": false, "http://127.0.0.1.example.com": false, "": false,
		"http://127.0.0.1:x": false} {
		if err := (config.Config{PublicURL: address}).CheckDevelopment(); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestPrintHidesSecrets(t *testing.T) {
	t.Parallel()
	c := good()
	c.DatabaseURL, c.DemoPassword = "postgres://u:geheim@h/d", "geheim"
	seen := map[string]bool{}
	for _, s := range c.Print() {
		seen[s.Name] = true
		if strings.Contains(s.Value, "geheim") || strings.Contains(s.Value, c.MasterKey) {
			t.Errorf("%s shows its secret", s.Name)
		}
		if s.Help == "" {
			t.Errorf("%s has no help", s.Name)
		}
	}
	if !seen["HOMECARE_ADDR"] || !seen["HOMECARE_MASTER_KEY"] {
		t.Error("settings are missing")
	}
}

func TestDatabases(t *testing.T) {
	t.Parallel()
	if _, err := (config.Config{}).Databases(); err == nil {
		t.Error("no database is no error")
	}
	d, err := config.Config{DatabaseURL: "postgres://u@h/d?sslmode=disable"}.Databases()
	if err != nil || !strings.Contains(d.App, "role=homecare_app") || strings.Contains(d.Owner, "role=") {
		t.Errorf("%+v, %v", d, err)
	}
}
