// Package app builds the product: it makes every service, wires them in plain
// assignments, and holds the whole route table.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/balangan/homecare/internal/attachment"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/internal/document"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/evaluation"
	"github.com/balangan/homecare/internal/identity"
	"github.com/balangan/homecare/internal/intake"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/platform/telemetry"
	"github.com/balangan/homecare/internal/puskesmas"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/internal/report"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/internal/visit"
)

// App is the wired product.
type App struct {
	Config  config.Config
	DB      *pg.DB
	Log     *slog.Logger
	Master  *crypt.Master
	Tokens  *auth.Tokens
	Hasher  *auth.Hasher
	Metrics *telemetry.Metrics
	Jobs    *job.Runner
	Handler http.Handler

	stopping atomic.Bool
	services
}

// services are the capabilities, in the order in which one may import another.
type services struct {
	puskesmas *puskesmas.Service
	audit     *audit.Service
	identity  *identity.Service
	patient   *patient.Service
	intake    *intake.Service

	team       *team.Service
	episode    *episode.Service
	visit      *visit.Service
	attachment *attachment.Service
	document   *document.Service

	report     *report.Service
	evaluation *evaluation.Service
	dashboard  *dashboard.Service
}

// Prepare brings a database to this binary's shape: migrations and reference
// data, as the owner role. It is safe to run again.
func Prepare(ctx context.Context, ownerDSN string) error {
	if _, err := schema.Migrate(ctx, ownerDSN); err != nil {
		return err
	}
	return reference.Seed(ctx, ownerDSN)
}

// New wires the product over the databases. change, when given, may set up
// the pools (tests).
func New(ctx context.Context, c config.Config, log *slog.Logger, change func(*pg.Config)) (*App, error) {
	dbs, err := c.Databases()
	if err != nil {
		return nil, err
	}
	master, err := crypt.ParseMaster(c.MasterKey)
	if err != nil {
		return nil, fmt.Errorf("HOMECARE_MASTER_KEY: %w", err)
	}
	pc := pg.Config{App: dbs.App, Report: dbs.Report, District: dbs.District, System: dbs.System, MaxConns: c.PoolSize}
	if change != nil {
		change(&pc)
	}
	db, err := pg.Open(ctx, pc, master)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, DB: db, Log: log, Master: master, Hasher: auth.NewHasher(2),
		Tokens: auth.NewTokens(c.PublicURL, "homecare"), Metrics: telemetry.NewMetrics(db.Stat)}
	if err := a.open(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	if err := schema.Check(ctx, a.DB.SystemPool()); err != nil {
		return err
	}
	if err := loadTenantKeys(ctx, a.DB); err != nil {
		return err
	}
	if err := identity.LoadKeys(ctx, a.DB, a.Tokens, a.Master); err != nil {
		return err
	}
	sealer, trail := page.NewSealer(a.Master), audit.NewTrail(a.Master)
	a.puskesmas = puskesmas.NewService(a.DB, trail)
	a.audit = audit.NewService(a.DB, sealer)
	a.identity = identity.NewService(a.DB, a.Tokens, auth.NewRefresh(a.Master), a.Hasher, trail)
	growth, err := intake.LoadGrowth()
	if err != nil {
		return err
	}
	a.patient = patient.NewService(a.DB, sealer, trail)
	a.intake = intake.NewService(a.DB, sealer, trail, a.patient, growth)
	a.team = team.NewService(a.DB, sealer, trail)
	a.episode = episode.NewService(a.DB, sealer, trail)
	a.visit = visit.NewService(a.DB, sealer, trail)
	a.episode.CaseEnded = append(a.episode.CaseEnded, a.visit.CancelPlannedIn)
	a.attachment = attachment.NewService(a.DB, blob.NewLocal(a.Config.BlobDir), trail)
	a.document = document.NewService(a.DB, sealer, trail, a.Config.PublicURL)
	a.episode.Letters = a.document
	a.document.Signed = map[string]func(pg.Tx, string) error{document.RefusalLetter: a.episode.CloseRefusalIn}

	a.report = report.NewService(a.DB, trail, sealer)
	a.evaluation = evaluation.NewService(a.DB, trail, sealer)
	a.dashboard = dashboard.NewService(a.DB)

	var origins []string
	if a.Config.CORSOrigins != "" {
		origins = strings.Split(a.Config.CORSOrigins, ",")
	}
	a.Handler = rest.New(rest.Options{
		Log: a.Log, CORSOrigins: origins, Timeout: a.Config.Timeout, DemoClock: a.Config.DemoClock, TrustedProxies: a.Config.TrustedProxies,
		Authenticate: a.Tokens.Verify, Observe: a.Metrics.Observe,
	}, a.Routes())
	jobs, err := job.New(a.DB.SystemPool(), a.handlers(), a.Housekeep, a.Log)
	a.Jobs = jobs
	return err
}

// handlers says what each event of the outbox causes.
func (a *App) handlers() map[string]job.Handler {
	rollup := dashboard.Handler(a.DB)
	return map[string]job.Handler{
		"case.changed":  rollup,
		"visit.changed": rollup,
	}
}

// Close ends the connections; requests and jobs must have ended before.
func (a *App) Close() { a.DB.Close() }

// loadTenantKeys opens the key of every puskesmas and makes the missing ones.
func loadTenantKeys(ctx context.Context, db *pg.DB) error {
	type key struct {
		ID      int16
		Wrapped []byte
	}
	keys, err := pg.System(ctx, db, "tenant keys", func(tx pg.Tx) ([]key, error) {
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtext('homecare tenant keys'))`); err != nil {
			return nil, err
		}
		missing, err := pg.Rows[key](tx, `select p.id from puskesmas p left join puskesmas_key k on k.puskesmas_id = p.id where k.puskesmas_id is null`)
		if err != nil {
			return nil, err
		}
		for _, m := range missing {
			if _, err := tx.Exec(`insert into puskesmas_key (puskesmas_id, wrapped) values ($1, $2)`, m.ID, db.Keys().NewWrapped(m.ID)); err != nil {
				return nil, err
			}
		}
		return pg.Rows[key](tx, `select puskesmas_id as id, wrapped from puskesmas_key`)
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := db.Keys().Load(k.ID, k.Wrapped); err != nil {
			return err
		}
	}
	return nil
}

// OnCaseEnded adds to what happens inside the transaction that ends a case.
func (a *App) OnCaseEnded(f func(tx pg.Tx, caseID, kind string) error) {
	a.episode.CaseEnded = append(a.episode.CaseEnded, f)
}
