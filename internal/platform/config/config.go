// Package config is the one typed set of settings, read from the environment.
package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
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
	ReportURL   string `env:"HOMECARE_DB_REPORT_URL" secret:"url" help:"report role: Dinkes reading"`
	DistrictURL string `env:"HOMECARE_DB_DISTRICT_URL" secret:"url" help:"district role: Dinkes writing"`
	SystemURL   string `env:"HOMECARE_DB_SYSTEM_URL" secret:"url" help:"system role: sign-in, workers"`
	PoolSize    int32  `env:"HOMECARE_DB_POOL" envDefault:"8" help:"connections of the application role; 2 to 4 times the cores"`

	MasterKey string        `env:"HOMECARE_MASTER_KEY" secret:"all" help:"32 bytes in base64; outside the database; losing it loses every identity number"`
	BlobDir   string        `env:"HOMECARE_BLOB_DIR" help:"folder of attachments (encrypted files)"`
	DataDir   string        `env:"HOMECARE_DATA_DIR" envDefault:".data" help:"folder of make run: database, attachments, development secrets"`
	Timeout   time.Duration `env:"HOMECARE_TIMEOUT" envDefault:"30s" help:"of one request's work"`
	Grace     time.Duration `env:"HOMECARE_GRACE" envDefault:"20s" help:"to finish requests at a stop"`
	Workers   bool          `env:"HOMECARE_WORKERS" envDefault:"true" help:"run the background jobs in this process too"`

	DemoPassword string `env:"HOMECARE_DEMO_PASSWORD" secret:"all" help:"make run: password of the demo accounts; default: one made and printed"`
	DemoClock    bool   `env:"HOMECARE_DEMO_CLOCK" help:"development only: requests may carry their own business time; refused by serve"`
	Install      bool   `env:"HOMECARE_INSTALL" help:"make run: may install PostgreSQL"`
}

// Load reads the environment.
func Load() (Config, error) {
	c, err := env.ParseAs[Config]()
	if err != nil {
		return c, fmt.Errorf("settings: %w", err)
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Addr
	}
	return c, nil
}

// Database addresses per role: each role's own, else derived from DATABASE_URL.
type Databases struct{ Owner, App, Report, District, System string }

// ErrNoDatabase is returned where a command needs a database and none is set.
var ErrNoDatabase = errors.New("no database: set HOMECARE_DB_OWNER_URL, _APP_URL, _REPORT_URL, _DISTRICT_URL and _SYSTEM_URL, or DATABASE_URL of the owner in development")

// Databases returns the address of each role. With DATABASE_URL alone the
// owner's connection takes on the other roles with SET ROLE: good enough in
// development, refused by serve.
func (c Config) Databases() (Databases, error) {
	d := Databases{c.OwnerURL, c.AppURL, c.ReportURL, c.DistrictURL, c.SystemURL}
	if d.Owner == "" {
		d.Owner = c.DatabaseURL
	}
	for role, url := range map[string]*string{"app": &d.App, "report": &d.Report, "district": &d.District, "system": &d.System} {
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

// AsRole returns the DSN with SET ROLE done at connection.
func AsRole(dsn, role string) string {
	if u, err := url.Parse(dsn); err == nil && strings.HasPrefix(u.Scheme, "postgres") {
		q := u.Query()
		q.Set("role", role) // pgx sends unknown parameters as run-time settings
		u.RawQuery = q.Encode()
		return u.String()
	}
	return dsn + " role=" + role
}

// CheckProduction returns what stops `homecare serve` from starting: missing
// or weak secrets, one database address for all roles, development switches.
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
	if c.DemoClock {
		errs = append(errs, errors.New("HOMECARE_DEMO_CLOCK is for development only"))
	}
	if c.DemoPassword != "" {
		errs = append(errs, errors.New("HOMECARE_DEMO_PASSWORD is for development only: serve has no demo accounts"))
	}
	return errors.Join(errs...)
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
		return errors.New("HOMECARE_MASTER_KEY is weak: too few different bytes (make one with: openssl rand -base64 32)")
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
		if kind := f.Tag.Get("secret"); kind != "" && value != "" {
			value = "(set)"
		}
		out = append(out, Setting{f.Tag.Get("env"), value, f.Tag.Get("help")})
	}
	return out
}
