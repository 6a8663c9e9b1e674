package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Door is a setting that opens access from outside or sends data unprotected. A
// refused one stops every command in production. Others are logged each time
// serve or worker starts.
type Door struct {
	Code     string // stable, for searching the log: cors_any
	Variable string // the setting, or what several settings have in common
	Refused  bool
	Opens    string // what it opens
	Set      string // what to set instead
	open     func(Config) bool
}

// String is the sentence for the operator. It contains no value.
func (d Door) String() string { return d.Variable + " " + d.Opens + ": " + d.Set + " (" + d.Code + ")" }

// Open returns the doors that this configuration opens.
func (c Config) Open() []Door {
	var out []Door
	for _, d := range Doors {
		if d.open(c) {
			out = append(out, d)
		}
	}
	return out
}

// Doors are all of them. docs/guide/operator.md has the same table.
var Doors = []Door{
	{"demo_clock", "HOMECARE_DEMO_CLOCK", true, "is for development only: a request may choose its own business time",
		"leave it out", func(c Config) bool { return c.DemoClock }},
	{"demo_password", "HOMECARE_DEMO_PASSWORD", true, "is for development only: serve has no demo accounts",
		"leave it out", func(c Config) bool { return c.DemoPassword != "" }},
	{"mail_folder", "HOMECARE_MAIL_DIR", true, "is for development only: mail holds links that open accounts",
		"leave it out and set HOMECARE_SMTP_URL", func(c Config) bool { return c.MailDir != "" }},
	{"public_url_plain", "HOMECARE_PUBLIC_URL", true,
		"is not https: passwords, tokens and records would cross the network readable",
		"set the https:// address of the proxy in front", func(c Config) bool { return plainHTTP(c.PublicURL) }},
	{"password_url_plain", "HOMECARE_PASSWORD_URL", true,
		"is not https: anyone on the line can use a mailed link to open the account",
		"set an https:// address", func(c Config) bool { return plainHTTP(c.PasswordURL) }},
	{"cors_any", "HOMECARE_CORS_ORIGINS", true,
		"holds a wildcard or null: any page may read answers with a stolen token",
		"name each origin in full, such as https://app.example.go.id", func(c Config) bool {
			return slices.ContainsFunc(origins(c), func(o string) bool {
				return strings.Contains(o, "*") ||
					o == "null"
			})
		}},
	{"cors_plain", "HOMECARE_CORS_ORIGINS", false,
		"names an origin without https: anyone on its line can change its pages",
		"serve the front end by https", func(c Config) bool {
			return slices.ContainsFunc(origins(c), func(o string) bool {
				return strings.HasPrefix(o, "http:") &&
					plainHTTP(o)
			})
		}},
	{"proxies_any", "HOMECARE_TRUSTED_PROXIES", true,
		"trusts every address: each caller may choose the address that limits and trail see",
		"name the proxies, such as 10.0.0.5/32", func(c Config) bool { return widest(c, 0, 0) }},
	{"proxies_wide", "HOMECARE_TRUSTED_PROXIES", false,
		"trusts a whole network: each host in it may choose the address that limits and trail see",
		"name the proxies one by one", func(c Config) bool { return !widest(c, 0, 0) && widest(c, 15, 31) }},
	{"database_plain", "HOMECARE_DB_*_URL", true,
		"lets a connection to another host go without TLS (sslmode disable, allow, prefer or none): passwords and records cross the network readable",
		"set sslmode=verify-full and sslrootcert", func(c Config) bool {
			return databases(c, func(d databaseLine) bool { return d.plain && !d.near })
		}},
	{"database_plain_near", "HOMECARE_DB_*_URL", false,
		"lets a connection to a host of the local network (a name without a dot) go without TLS",
		"keep that network to this machine, or set sslmode=verify-full", func(c Config) bool {
			return databases(c, func(d databaseLine) bool { return d.plain && d.near })
		}},
	{"database_unverified", "HOMECARE_DB_*_URL", false,
		"does not check the name of the database's certificate (sslmode require or verify-ca): another host could answer in its place",
		"set sslmode=verify-full and sslrootcert", func(c Config) bool {
			return databases(c, func(d databaseLine) bool { return d.unverified })
		}},
	{"owner_present", "HOMECARE_DB_OWNER_URL or DATABASE_URL", false,
		"is in the environment of a serving process: what breaks into it owns the schema, and no policy holds",
		"set it for homecare migrate only", func(c Config) bool { return c.OwnerURL != "" || c.DatabaseURL != "" }},
	{"superuser_present", "HOMECARE_DB_BACKUP_URL", false,
		"is in the environment of a serving process: what breaks into it is superuser of the database",
		"set it for homecare backup only", func(c Config) bool { return c.BackupURL != "" }},
	{"old_master_keys", "HOMECARE_MASTER_KEY_OLD", false, "still opens the database by an earlier master key",
		"finish the rotation (homecare keys rotate --master --finish) and leave it out", func(c Config) bool {
			return len(c.MasterKeysOld) > 0
		}},
	{"address_open", "HOMECARE_ADDR", false, "answers plain HTTP to other hosts",
		"bind it to 127.0.0.1 or to a network that only the TLS proxy reaches", func(c Config) bool {
			return reachable(c.Addr)
		}},
	{"metrics_open", "HOMECARE_METRICS_ADDR", false,
		"shows figures and profiles (/debug/pprof/) to other hosts without sign-in",
		"bind it to 127.0.0.1 or to a network that only Prometheus reaches", func(c Config) bool {
			return reachable(c.MetricsAddr)
		}},
	{"traces_plain", "HOMECARE_OTLP_ENDPOINT", false, "sends traces to another host readable",
		"set an https:// address", func(c Config) bool { return plainHTTP(c.OTLPEndpoint) }},
	{"no_time_limit", "HOMECARE_TIMEOUT", true, "is not above 0: a request may hold a database connection without end",
		"set a duration such as 30s", func(c Config) bool { return c.Timeout <= 0 }},
	{"no_rate_limit", "HOMECARE_RATE_*", false,
		"has a limit of 0, which is none: one account, puskesmas or address may take the whole service",
		"set a number above 0", func(c Config) bool { return min(c.RateAccount, c.RateTenant, c.RateAddress) <= 0 }},
	{"many_guesses", "HOMECARE_SIGN_IN_FAILURES", true,
		"allows more than 100 wrong passwords (NIST SP 800-63B-4, 3.2.2)",
		"set 100 or less", func(c Config) bool { return c.SignInFailures > 100 }},
	{"many_guesses_address", "HOMECARE_SIGN_IN_ADDRESS_FAILURES", false,
		"allows more than 10,000 wrong passwords from one address",
		"set what one building needs, such as 100", func(c Config) bool { return c.SignInAddressFailures > 10_000 }},
	{"short_memory", "HOMECARE_SIGN_IN_WINDOW", false,
		"forgets wrong passwords within a minute, so the limits above hardly slow guessing",
		"set 15m or more", func(c Config) bool { return c.SignInWindow > 0 && c.SignInWindow < time.Minute }},
}

func origins(c Config) []string {
	var out []string
	for o := range strings.SplitSeq(c.CORSOrigins, ",") {
		if o = strings.TrimSpace(o); o != "" {
			out = append(out, o)
		}
	}
	return out
}

// plainHTTP says whether requests to an address cross a network unencrypted.
func plainHTTP(address string) bool {
	u, err := url.Parse(address)
	return address != "" && (err != nil || !strings.EqualFold(u.Scheme, "https") && !loopback(u.Hostname()))
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// reachable says whether a listening address answers other hosts.
func reachable(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return address != "" && (err != nil || !loopback(host))
}

// widest says whether a trusted network has at most this many bits of prefix.
func widest(c Config, v4, v6 int) bool {
	return slices.ContainsFunc(c.TrustedProxies, func(p netip.Prefix) bool {
		return p.Bits() <= v6 && !p.Addr().Unmap().Is4() || p.Bits() <= v4
	})
}

// databaseLine is how one connection of a database address is made.
type databaseLine struct{ plain, near, unverified bool }

// databases says whether any connection of a database address fulfils f.
// Unreadable addresses are reported elsewhere.
func databases(c Config, f func(databaseLine) bool) bool {
	for _, dsn := range []string{c.DatabaseURL, c.OwnerURL, c.AppURL, c.ReportURL, c.DistrictURL, c.SystemURL,
		c.BackupURL, c.ReplicaURL} {
		if dsn == "" {
			continue
		}
		pc, err := pgconn.ParseConfig(dsn)
		if err != nil {
			continue
		}
		var plain bool
		var unverified []databaseLine
		lines := append([]*pgconn.FallbackConfig{{Host: pc.Host, TLSConfig: pc.TLSConfig}}, pc.Fallbacks...)
		for _, l := range lines {
			if strings.HasPrefix(l.Host, "/") || strings.HasPrefix(l.Host, "@") || loopback(l.Host) {
				continue // a socket, or this machine
			}
			_, numeric := netip.ParseAddr(l.Host)
			if l.TLSConfig == nil {
				plain = true
				if f(databaseLine{plain: true, near: numeric != nil && !strings.Contains(l.Host, ".")}) {
					return true
				}
			} else if l.TLSConfig.InsecureSkipVerify {
				unverified = append(unverified, databaseLine{unverified: true})
			}
		}
		if !plain && slices.ContainsFunc(unverified, f) { // an address that may be unencrypted is reported as such
			return true
		}
	}
	return false
}
