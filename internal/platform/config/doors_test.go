package config_test

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
)

// closed is good() with the additional settings of production.
func closed() config.Config {
	c := good()
	c.Addr, c.MetricsAddr, c.PublicURL, c.PasswordURL = "127.0.0.1:8080", "[::1]:9090", "https://h.example",
		"https://h.example/password"
	c.CORSOrigins, c.TrustedProxies = "https://app.example, http://localhost:5173",
		[]netip.Prefix{netip.MustParsePrefix("10.0.0.5/32"), netip.MustParsePrefix("fd00::/64")}
	c.AppURL, c.ReportURL = "postgres://a@127.0.0.1/d?sslmode=disable", "postgres://r@/d?host=/var/run/postgresql"
	c.DistrictURL, c.SystemURL = "postgres://d@db.example.go.id/d?sslmode=verify-full", "host=localhost user=s dbname=d"
	c.Timeout, c.RateAccount, c.RateTenant, c.RateAddress = time.Second, 1, 1, 1
	c.SignInFailures, c.SignInAddressFailures, c.SignInWindow = 10, 100, 15*time.Minute
	c.OTLPEndpoint = "http://127.0.0.1:4318"
	return c
}

func codes(c config.Config) []string {
	var out []string
	for _, d := range c.Open() {
		out = append(out, d.Code)
	}
	return out
}

// TestDoors: each door is found open on its own. A refused one stops the start
// and is named; the others do not stop it.
func TestDoors(t *testing.T) {
	t.Parallel()
	if open := codes(closed()); len(open) > 0 {
		t.Fatalf("open although closed: %v", open)
	}
	proxies := func(p string) func(*config.Config) {
		return func(c *config.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(p)} }
	}
	app := func(dsn string) func(*config.Config) { return func(c *config.Config) { c.AppURL = dsn } }
	opened := map[string][]func(*config.Config){
		"demo_clock":    {func(c *config.Config) { c.DemoClock = true }},
		"demo_password": {func(c *config.Config) { c.DemoPassword = "x" }},
		"mail_folder":   {func(c *config.Config) { c.MailDir = "/tmp" }},
		"public_url_plain": {func(c *config.Config) { c.PublicURL = "http://h.example" }, func(c *config.Config) {
			c.PublicURL = "http://10.0.0.1"
		},
			func(c *config.Config) { c.PublicURL = "http://0.0.0.0:8080" }, func(c *config.Config) {
				c.PublicURL = "h.example"
			}},
		"password_url_plain": {func(c *config.Config) { c.PasswordURL = "http://h.example/p" }},
		"cors_any": {func(c *config.Config) { c.CORSOrigins = "*" }, func(c *config.Config) {
			c.CORSOrigins = "https://a.example,https://*.example"
		},
			func(c *config.Config) { c.CORSOrigins = "null" }},
		"cors_plain":   {func(c *config.Config) { c.CORSOrigins = "http://app.example" }},
		"proxies_any":  {proxies("0.0.0.0/0"), proxies("::/0")},
		"proxies_wide": {proxies("10.0.0.0/8"), proxies("2001::/16")},
		"database_plain": {app("postgres://a@db.example.go.id/d?sslmode=disable"), app("postgres://a@10.0.0.5/d"),
			app("postgres://a@[fd00::5]/d?sslmode=prefer"), app("postgres://a@db.example.go.id/d?sslmode=allow"),
			func(c *config.Config) { c.ReplicaURL = "postgres://a@10.0.0.5/d" }},
		"database_plain_near": {app("postgres://a@postgres:5432/d?sslmode=disable")},
		"database_unverified": {app("postgres://a@db.example.go.id/d?sslmode=require")},
		"owner_present": {func(c *config.Config) { c.OwnerURL = "postgres:///d" }, func(c *config.Config) {
			c.DatabaseURL = "postgres://o@localhost/d"
		}},
		"superuser_present": {func(c *config.Config) { c.BackupURL = "postgres://p@localhost/d" }},
		"old_master_keys":   {func(c *config.Config) { c.MasterKeysOld = []string{"x"} }},
		"address_open": {func(c *config.Config) { c.Addr = "0.0.0.0:8080" }, func(c *config.Config) {
			c.Addr = ":8080"
		}},
		"metrics_open":  {func(c *config.Config) { c.MetricsAddr = ":9090" }},
		"traces_plain":  {func(c *config.Config) { c.OTLPEndpoint = "http://collector.example:4318" }},
		"no_time_limit": {func(c *config.Config) { c.Timeout = 0 }, func(c *config.Config) { c.Timeout = -1 }},
		"no_rate_limit": {func(c *config.Config) { c.RateAccount = 0 }, func(c *config.Config) { c.RateTenant = 0 },
			func(c *config.Config) { c.RateAddress = -1 }},
		"many_guesses":         {func(c *config.Config) { c.SignInFailures = 101 }},
		"many_guesses_address": {func(c *config.Config) { c.SignInAddressFailures = 1_000_000 }},
		"short_memory":         {func(c *config.Config) { c.SignInWindow = time.Second }},
	}
	for _, d := range config.Doors {
		if len(opened[d.Code]) == 0 {
			t.Errorf("%s: nothing opens it here", d.Code)
		}
		for i, open := range opened[d.Code] {
			c := closed()
			open(&c)
			if got := codes(c); !slices.Equal(got, []string{d.Code}) {
				t.Errorf("%s (%d): open are %v", d.Code, i, got)
			}
			err := c.CheckProduction()
			if (err != nil) != d.Refused || err != nil && (!strings.Contains(err.Error(), d.Variable) ||
				!strings.Contains(err.Error(), d.Set)) {
				t.Errorf("%s: refused %t: %v", d.Code, d.Refused, err)
			}
		}
	}
}

// undoored are the settings that open nothing, whatever their value, with the
// reason.
var undoored = map[string]string{
	"HOMECARE_LOG_LEVEL":      "no level logs values",
	"HOMECARE_DB_POOL":        "a number of connections",
	"HOMECARE_MASTER_KEY":     "its strength is checked apart",
	"HOMECARE_DB_REPLICA_LAG": "how old figures of Dinkes may be",
	"HOMECARE_BACKUP_DIR":     "a folder", "HOMECARE_BLOB_DIR": "encrypted files", "HOMECARE_SPOOL_DIR": "rows of ids",
	"HOMECARE_DATA_DIR":        "not of serve",
	"HOMECARE_STATUS_DIR":      "times of success",
	"HOMECARE_GRACE":           "how a process ends",
	"HOMECARE_MEMORY":          "how often memory is collected",
	"HOMECARE_WORKERS":         "which process works",
	"HOMECARE_PASSWORD_POLICY": "both policies are safe",
	"HOMECARE_SMTP_URL":        "TLS is required by package mail, but to this machine",
	"HOMECARE_MAIL_FROM":       "a sender",
	"HOMECARE_INSTALL":         "not of serve",
}

// TestEverySettingIsDecided: a new setting must be listed as a door or as none.
func TestEverySettingIsDecided(t *testing.T) {
	t.Parallel()
	for _, s := range (config.Config{}).Print() {
		doored := slices.ContainsFunc(config.Doors, func(d config.Door) bool {
			for v := range strings.SplitSeq(d.Variable, " or ") {
				before, after, pattern := strings.Cut(v, "*")
				if v == s.Name || pattern && strings.HasPrefix(s.Name, before) && strings.HasSuffix(s.Name, after) {
					return true
				}
			}
			return false
		})
		if _, said := undoored[s.Name]; !doored && !said {
			t.Errorf("%s: can it open a door? Say so in Doors or here", s.Name)
		}
	}
}

// TestTheGuideHasTheDoors compares docs/guide/operator.md with Doors.
func TestTheGuideHasTheDoors(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../../docs/guide/operator.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range config.Doors {
		what := "told"
		if d.Refused {
			what = "refused"
		}
		line := "| `" + d.Code + "` | `" + strings.ReplaceAll(d.Variable, " or ", "`, `") + "` | " + what + " | " +
			d.Opens + " | " + d.Set + " |"
		if !strings.Contains(string(b), line) {
			t.Errorf("operator.md lacks\n%s", line)
		}
	}
}
