// Package config is the typed set of all settings, read from the environment.
package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is every setting of every command. Fields marked secret are never
// printed.
type Config struct {
	Addr           string         `env:"HOMECARE_ADDR" envDefault:"127.0.0.1:8080" help:"address of the API"`
	MetricsAddr    string         `env:"HOMECARE_METRICS_ADDR" envDefault:"127.0.0.1:9090" help:"address of /metrics, for the operator only; empty turns it off"`
	PublicURL      string         `env:"HOMECARE_PUBLIC_URL" help:"address that clients and QR codes use; default http://HOMECARE_ADDR"`
	LogLevel       string         `env:"HOMECARE_LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	CORSOrigins    string         `env:"HOMECARE_CORS_ORIGINS" help:"browser origins allowed, separated by commas; none by default"`
	TrustedProxies []netip.Prefix `env:"HOMECARE_TRUSTED_PROXIES" help:"balancers whose X-Forwarded-For is believed, as CIDR separated by commas; none by default"`

	DatabaseURL string `env:"DATABASE_URL" secret:"url" help:"database of the owner role; enough in development"`
	OwnerURL    string `env:"HOMECARE_DB_OWNER_URL" secret:"url" help:"owner role: migrations only"`
	AppURL      string `env:"HOMECARE_DB_APP_URL" secret:"url" help:"application role: requests of a puskesmas"`
	ReportURL   string `env:"HOMECARE_DB_REPORT_URL" secret:"url" help:"report role: the district reads"`
	DistrictURL string `env:"HOMECARE_DB_DISTRICT_URL" secret:"url" help:"district role: the district writes"`
	SystemURL   string `env:"HOMECARE_DB_SYSTEM_URL" secret:"url" help:"system role: sign-in, workers"`
	BackupURL   string `env:"HOMECARE_DB_BACKUP_URL" secret:"url" help:"superuser: homecare backup only; never in the environment of serve"`
	ReplicaURL  string `env:"HOMECARE_DB_REPLICA_URL" secret:"url" help:"report role on a standby: what the district reads; none by default"`
	PoolSize    int32  `env:"HOMECARE_DB_POOL" envDefault:"8" help:"connections of the application role; 2 to 4 times the cores"`

	MasterKey string `env:"HOMECARE_MASTER_KEY" secret:"all" help:"32 bytes in base64; outside the database; losing it loses every identity number"`
	// MasterKeysOld open a root key that the current master key does not wrap
	// yet.
	MasterKeysOld []string `env:"HOMECARE_MASTER_KEY_OLD" secret:"all" help:"earlier master keys, separated by commas, while one is exchanged (homecare keys rotate --master); they only open"`

	ReplicaLag time.Duration `env:"HOMECARE_DB_REPLICA_LAG" envDefault:"5s" help:"how far the standby may be behind before the primary is read instead"`
	BackupDir  string        `env:"HOMECARE_BACKUP_DIR" help:"folder of backups; on another machine's disk"`

	BlobDir   string        `env:"HOMECARE_BLOB_DIR" help:"folder of attachments (encrypted files)"`
	SpoolDir  string        `env:"HOMECARE_SPOOL_DIR" help:"folder on a local disk where access rows wait for the database; default HOMECARE_BLOB_DIR with -spool added"`
	DataDir   string        `env:"HOMECARE_DATA_DIR" envDefault:".data" help:"folder of make run: database, attachments, development secrets"`
	StatusDir string        `env:"HOMECARE_STATUS_DIR" help:"folder where backup and restore check leave the time of their last success; empty leaves both figures out"`
	Timeout   time.Duration `env:"HOMECARE_TIMEOUT" envDefault:"30s" help:"of one request's work"`
	Grace     time.Duration `env:"HOMECARE_GRACE" envDefault:"20s" help:"to finish requests at a stop"`
	Memory    int           `env:"HOMECARE_MEMORY" envDefault:"230" help:"megabytes from which the garbage collector works harder: an import of 50,000 rows then stays below 300. It is no limit: more is taken where it is needed; 0 is never"`
	Workers   bool          `env:"HOMECARE_WORKERS" envDefault:"true" help:"run the background jobs in this process too"`

	OTLPEndpoint string `env:"HOMECARE_OTLP_ENDPOINT" secret:"url" help:"receiver of traces (OpenTelemetry, OTLP over HTTP), such as http://127.0.0.1:4318; default OTEL_EXPORTER_OTLP_ENDPOINT; none: no traces"`

	RateAccount int `env:"HOMECARE_RATE_ACCOUNT" envDefault:"12000" help:"cost units a minute of one account (a read is 1, a write 3); 0 is no limit"`
	RateTenant  int `env:"HOMECARE_RATE_TENANT" envDefault:"60000" help:"cost units a minute of one puskesmas"`
	RateAddress int `env:"HOMECARE_RATE_ADDRESS" envDefault:"3000" help:"cost units a minute of one address without a token (a sign-in is 10)"`

	PasswordPolicy string `env:"HOMECARE_PASSWORD_POLICY" envDefault:"nist" help:"rules of passwords: nist (NIST SP 800-63B-4) or bssn (Peraturan BSSN 4/2021)"`
	PasswordURL    string `env:"HOMECARE_PASSWORD_URL" help:"page of the front end that a mailed link opens; default HOMECARE_PUBLIC_URL/password"`
	SMTPURL        string `env:"HOMECARE_SMTP_URL" secret:"url" help:"mail server, smtp://user:password@host:587 or smtps://…:465; without one nobody can be invited"`
	MailFrom       string `env:"HOMECARE_MAIL_FROM" help:"sender of mail; needed with HOMECARE_SMTP_URL"`
	MailDir        string `env:"HOMECARE_MAIL_DIR" help:"development only: write mail into this folder; refused by serve"`

	SignInFailures        int           `env:"HOMECARE_SIGN_IN_FAILURES" envDefault:"10" help:"wrong passwords of one account from unknown devices, and of each known one, before auth.too_many; half of it for codes"`
	SignInAddressFailures int           `env:"HOMECARE_SIGN_IN_ADDRESS_FAILURES" envDefault:"100" help:"wrong passwords from one address before auth.too_many"`
	SignInWindow          time.Duration `env:"HOMECARE_SIGN_IN_WINDOW" envDefault:"15m" help:"how long a wrong password or code counts"`

	DemoPassword string `env:"HOMECARE_DEMO_PASSWORD" secret:"all" help:"make run: password of the demo accounts; default: one made and printed"`
	DemoClock    bool   `env:"HOMECARE_DEMO_CLOCK" help:"development only: requests may carry their own business time; refused by serve"`
	Install      bool   `env:"HOMECARE_INSTALL" help:"make run: may install PostgreSQL"`
}

// Load reads the environment. A secret NAME may come from the file in
// NAME_FILE.
func Load() (Config, error) {
	environ, err := fromFiles(env.ToMap(os.Environ()))
	if err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	c, err := env.ParseAsWithOptions[Config](env.Options{Environment: environ})
	if err != nil {
		return c, fmt.Errorf("settings: %w", err)
	}
	if c.OTLPEndpoint == "" {
		c.OTLPEndpoint = environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Addr
	}
	if c.PasswordURL == "" {
		c.PasswordURL = c.PublicURL + "/password"
	}
	return c, nil
}

// Database addresses per role: the role's own, else derived from DATABASE_URL.
type Databases struct{ Owner, App, Report, District, System string }

// ErrNoDatabase is returned where a command needs a database and none is set.
var ErrNoDatabase = errors.New("no database: set HOMECARE_DB_OWNER_URL, _APP_URL, _REPORT_URL, _DISTRICT_URL and _SYSTEM_URL, or DATABASE_URL of the owner in development")

// Databases returns the address of each role. With only DATABASE_URL, the
// owner's connection takes the other roles by SET ROLE: acceptable in
// development, refused by serve.
func (c Config) Databases() (Databases, error) {
	d := Databases{c.OwnerURL, c.AppURL, c.ReportURL, c.DistrictURL, c.SystemURL}
	if d.Owner == "" {
		d.Owner = c.DatabaseURL
	}
	for role, url := range map[string]*string{"app": &d.App, "report": &d.Report, "district": &d.District,
		"system": &d.System} {
		if *url != "" {
			continue
		}
		if c.DatabaseURL == "" {
			return d, ErrNoDatabase
		}
		*url = AsRole(c.DatabaseURL, "homecare_"+role)
	}
	return d, nil
}

// Owner is the address of the owner role. Errors: ErrNoDatabase.
func (c Config) Owner() (string, error) {
	if c.OwnerURL != "" {
		return c.OwnerURL, nil
	}
	if c.DatabaseURL != "" {
		return c.DatabaseURL, nil
	}
	return "", ErrNoDatabase
}

// AsRole returns the DSN with SET ROLE at connection.
func AsRole(dsn, role string) string {
	if u, err := url.Parse(dsn); err == nil && strings.HasPrefix(u.Scheme, "postgres") {
		q := u.Query()
		q.Set("role", role) // pgx sends unknown parameters as run-time settings
		u.RawQuery = q.Encode()
		return u.String()
	}
	return dsn + " role=" + role
}

// Spool is the folder of the access log: SpoolDir, else a folder beside the
// attachments.
func (c Config) Spool() string {
	switch {
	case c.SpoolDir != "":
		return c.SpoolDir
	case c.BlobDir != "":
		return filepath.Clean(c.BlobDir) + "-spool"
	case c.DataDir != "":
		return filepath.Join(c.DataDir, "spool")
	}
	return ""
}

// CheckProduction returns the reasons against starting `homecare serve`:
// missing or weak secrets, one database address for all roles, and what Doors
// refuses.
func (c Config) CheckProduction() error {
	var errs []error
	for name, v := range map[string]string{"HOMECARE_DB_APP_URL": c.AppURL, "HOMECARE_DB_REPORT_URL": c.ReportURL,
		"HOMECARE_DB_DISTRICT_URL": c.DistrictURL, "HOMECARE_DB_SYSTEM_URL": c.SystemURL} {
		if v == "" {
			errs = append(errs, fmt.Errorf("%s is not set: every role needs its own address", name))
		}
	}
	if err := checkMaster(c.MasterKey); err != nil {
		errs = append(errs, err)
	}
	if c.BlobDir == "" {
		errs = append(errs, errors.New("HOMECARE_BLOB_DIR is not set: where should attachments be kept?"))
	}
	for _, d := range c.Open() {
		if d.Refused {
			errs = append(errs, errors.New(d.String()))
		}
	}
	return errors.Join(errs...)
}

// CheckDevelopment returns the reason against starting `homecare run`: the demo
// accounts and their second factor are known to everybody, so the address that
// clients use must be one of this machine.
func (c Config) CheckDevelopment() error {
	if u, err := url.Parse(c.PublicURL); err != nil || !loopback(u.Hostname()) {
		return errors.New("HOMECARE_PUBLIC_URL is not an address of this machine, such as http://127.0.0.1:8080: " +
			"homecare run has accounts that everybody knows; an installation starts homecare serve")
	}
	return nil
}

func checkMaster(key string) error {
	b, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(b) != 32 {
		return errors.New("HOMECARE_MASTER_KEY must be 32 bytes in base64 (make one with: openssl rand -base64 32)")
	}
	different := map[byte]bool{}
	for _, x := range b {
		different[x] = true
	}
	if len(different) < 16 {
		return errors.New(
			"HOMECARE_MASTER_KEY is weak: too few different bytes (make one with: openssl rand -base64 32)")
	}
	return nil
}

// Setting is one line of `homecare config`.
type Setting struct{ Name, Value, Help string }

// Print lists the settings without secrets.
func (c Config) Print() []Setting {
	var out []Setting
	v, t := reflect.ValueOf(c), reflect.TypeFor[Config]()
	for i := range t.NumField() {
		f := t.Field(i)
		value := fmt.Sprint(v.Field(i))
		if kind := f.Tag.Get("secret"); kind != "" && !v.Field(i).IsZero() {
			value = "(set)"
		}
		out = append(out, Setting{f.Tag.Get("env"), value, f.Tag.Get("help")})
	}
	return out
}
