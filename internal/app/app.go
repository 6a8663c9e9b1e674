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
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/attachment"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/consent"
	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/internal/document"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/evaluation"
	"github.com/balangan/homecare/internal/fact"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/intake"
	"github.com/balangan/homecare/internal/late"
	"github.com/balangan/homecare/internal/machine"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/platform/telemetry"
	"github.com/balangan/homecare/internal/priority"
	"github.com/balangan/homecare/internal/privacy"
	"github.com/balangan/homecare/internal/puskesmas"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/internal/report"
	"github.com/balangan/homecare/internal/retention"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/internal/visit"
	"github.com/balangan/homecare/internal/visit/record"
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
	Traces  *telemetry.Traces // nil without a receiver
	Jobs    *job.Runner
	Handler http.Handler

	// Access is the access log, Sealer seals the audit trail, Trail verifies
	// it.
	Access *audit.AccessLog
	Sealer *audit.Sealer
	Trail  *audit.Trail

	stopping atomic.Bool
	untold   atomic.Int64 // figures that the last check of this process found to be wrong
	services
}

// services are the capabilities, in the order in which they may import each
// other.
type services struct {
	puskesmas *puskesmas.Service
	audit     *audit.Service
	signin    *signin.Service
	staff     *staff.Service
	machine   *machine.Service
	patient   *patient.Service
	consent   *consent.Service
	fact      *fact.Service
	intake    *intake.Service
	priority  *priority.Service

	team       *team.Service
	episode    *episode.Service
	followup   *followup.Service
	alert      *alert.Service
	record     *record.Service
	visit      *visit.Service
	late       *late.Service
	attachment *attachment.Service
	document   *document.Service

	report     *report.Service
	evaluation *evaluation.Service
	dashboard  *dashboard.Service
	retention  *retention.Service
	privacy    *privacy.Service
}

// Prepare brings a database to the state that this binary expects: migrations
// and reference data, as the owner role. It may run again.
func Prepare(ctx context.Context, ownerDSN string) error {
	if _, err := schema.Migrate(ctx, ownerDSN); err != nil {
		return err
	}
	return reference.Seed(ctx, ownerDSN)
}

// New wires the product over the databases. change, if given, may change the
// pools (tests).
func New(ctx context.Context, c config.Config, log *slog.Logger, change func(*pg.Config)) (*App, error) {
	dbs, err := c.Databases()
	if err != nil {
		return nil, err
	}
	master, err := crypt.ParseMaster(c.MasterKey, c.MasterKeysOld...)
	if err != nil {
		return nil, fmt.Errorf("HOMECARE_MASTER_KEY: %w", err)
	}
	pc := pg.Config{App: dbs.App, Report: dbs.Report, District: dbs.District, System: dbs.System, Replica: c.ReplicaURL,
		ReplicaLag: c.ReplicaLag, MaxConns: c.PoolSize,
		DistrictWriter: access.DinkesAdmin, BySetRole: c.DemoClock} // serve rejects the demo clock
	traces, err := telemetry.NewTraces(ctx, c.OTLPEndpoint, log)
	if err != nil {
		return nil, err
	}
	pc.Tracer = traces.Statements()
	if change != nil {
		change(&pc)
	}
	db, err := pg.Open(ctx, pc, master)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, DB: db, Log: log, Master: master, Hasher: auth.NewHasher(2),
		Tokens: auth.NewTokens(c.PublicURL, "homecare", access.Plausible), Metrics: telemetry.NewMetrics(db.Stat),
		Traces: traces}
	if err := a.open(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	if err := a.DB.AskRoles(ctx); err != nil {
		return err
	}
	if err := schema.Check(ctx, a.DB.SystemPool()); err != nil {
		return err
	}
	if err := keyring.Load(ctx, a.DB); err != nil {
		return err
	}
	if err := signin.LoadKeys(ctx, a.DB, a.Tokens, a.Master); err != nil {
		return err
	}
	sealer, trail := page.NewSealer(a.Master), audit.NewTrail(a.Master)
	a.Trail = trail
	a.Access = audit.NewAccessLog(a.DB, trail, a.Config.Spool(), a.Log)
	a.Sealer = audit.NewSealer(a.DB, trail, a.Config.Spool(), a.Log)
	a.puskesmas = puskesmas.NewService(a.DB, trail)
	a.audit = audit.NewService(a.DB, sealer)
	limits := signin.Limits{Account: a.Config.SignInFailures, Address: a.Config.SignInAddressFailures,
		Window: a.Config.SignInWindow}
	a.signin = signin.NewService(a.DB, a.Tokens, a.Master, a.Hasher, trail, limits)
	if err := a.openAccounts(sealer, trail); err != nil {
		return err
	}
	a.machine = machine.NewService(a.DB, a.Tokens, trail, sealer, a.Master, limits, a.Config.PublicURL)
	growth, err := source.LoadGrowth()
	if err != nil {
		return err
	}
	a.patient = patient.NewService(a.DB, sealer, trail)
	a.consent = consent.NewService(a.DB, trail)
	a.intake = intake.NewService(a.DB, sealer, trail, a.patient, growth)
	a.fact = fact.NewService(a.DB, trail)
	a.patient.FactsOf = fact.OfPersonsIn
	a.priority = priority.NewService(a.DB, sealer, trail)
	a.team = team.NewService(a.DB, sealer, trail)
	a.episode = episode.NewService(a.DB, sealer, trail)
	a.followup = followup.NewService(a.DB, sealer, trail)
	a.alert = alert.NewService(a.DB, sealer, trail)
	a.record = record.NewService(a.DB, sealer, trail)
	a.record.Allow = visit.AllowIn
	a.visit = visit.NewService(a.DB, sealer, trail, a.followup)
	a.episode.CaseEnded = append(a.episode.CaseEnded, a.visit.CancelPlannedIn, a.followup.CaseEndedIn)
	a.episode.CaseMerged = append(a.episode.CaseMerged, a.visit.CaseMergedIn, a.followup.CaseMergedIn,
		a.alert.CaseMergedIn)
	a.episode.CaseReturned = append(a.episode.CaseReturned, a.visit.CaseReturnedIn, a.followup.CaseReturnedIn)
	a.episode.DeathRedated = append(a.episode.DeathRedated, a.followup.DeathRedatedIn)
	a.staff.LeftBehind = visit.LeftBehindIn
	a.patient.Touched = append(a.patient.Touched, a.record.RejudgeIn)
	a.patient.Merging = append(a.patient.Merging, a.episode.JoinOpenIn)
	a.patient.Died = a.episode.DiedIn
	a.patient.Merged = append(a.patient.Merged, a.followup.MergedIn, a.visit.MergedIn)
	a.patient.Parted = append(a.patient.Parted, a.episode.PartedIn, a.visit.PartedIn, a.followup.PartedIn)
	a.late = late.NewService(a.DB, sealer, trail)
	a.episode.CaseActivated = append(a.episode.CaseActivated, a.late.TakeActivatedIn)
	a.attachment = attachment.NewService(a.DB, blob.NewLocal(a.Config.BlobDir), trail)
	a.consent.StopVisits, a.consent.SheetOf = a.visit.ConsentWithdrawnIn, attachment.ConsentSheetIn
	a.document = document.NewService(a.DB, sealer, trail, a.Config.PublicURL)
	a.episode.Letters = a.document
	a.document.Signed = map[string]func(pg.Tx, string) error{document.RefusalLetter: a.episode.CloseRefusalIn}

	a.report = report.NewService(a.DB, trail, sealer)
	a.evaluation = evaluation.NewService(a.DB, trail, sealer)
	a.dashboard = dashboard.NewService(a.DB)
	a.retention = retention.NewService(a.DB, sealer, trail)
	a.privacy = privacy.NewService(a.DB, trail, sealer)
	a.privacy.Mail = a.staff.Mail

	routes := a.Routes()
	all := permissions(routes)
	a.DB.SetRights(access.Rights(all))
	a.DB.SetAgain(access.ReadSubjects, access.AgainIn)
	a.staff.SetPermissions(all)
	a.machine.SetPermissions(all)
	for _, r := range routes {
		if r.Flags.Has(rest.Parks) {
			a.late.Redo[r.Permission()] = r.Handler.Redo
		}
	}
	a.Handler = a.Mount(routes)
	jobs, err := job.New(a.DB.SystemPool(), a.traced(a.handlers()),
		map[string]job.Covers{dashboard.ChangedEvent: dashboard.Covers}, a.Housekeep, a.Log)
	if err != nil {
		return err
	}
	jobs.Followers = append(jobs.Followers, priority.Follow(a.DB))
	a.Jobs = jobs
	a.figures()
	return nil
}

// Mount serves a route table: the product's own or, in a promise, one with a
// fault.
func (a *App) Mount(routes []rest.Route) http.Handler {
	var origins []string
	if a.Config.CORSOrigins != "" {
		origins = strings.Split(a.Config.CORSOrigins, ",")
	}
	var begin func(r *http.Request, route, id string) (context.Context, func(int))
	if a.Traces != nil {
		begin = a.Traces.Request
	}
	return rest.New(rest.Options{
		Trace: begin,
		Log:   a.Log, CORSOrigins: origins, Timeout: a.Config.Timeout, DemoClock: a.Config.DemoClock,
		TrustedProxies: a.Config.TrustedProxies,
		Limits: rest.Limits{Account: a.Config.RateAccount, Tenant: a.Config.RateTenant,
			Address: a.Config.RateAddress},
		Authenticate: a.Tokens.Verify, Observe: a.Metrics.Observe, Used: a.machine.Used,
		Subjects: subjectsOf, Shown: a.Access.Show, ExpandScope: func(name string) string {
			return access.Expandables[name].Scope
		},
		Known: a.known(), Park: a.late.Park, Earlier: late.Earlier, Changed: a.changed,
	}, routes)
}

// handlers says what each event of the outbox triggers.
func (a *App) handlers() map[string]job.Handler {
	rollup := dashboard.Handler(a.DB)
	return map[string]job.Handler{
		dashboard.ChangedEvent: func(ctx context.Context, e job.Event) error {
			if err := rollup(ctx, e); err != nil {
				return err
			}
			return report.Recount(ctx, a.DB, e.PuskesmasID, e.Body["programme"], e.Body["month"])
		},

		retention.DestroyedEvent: retention.Handler(a.DB, blob.NewLocal(a.Config.BlobDir)),
		staff.LinkEvent: func(ctx context.Context, e job.Event) error {
			return a.staff.SendLink(ctx, e.OutboxID, e.SubjectID, e.Body["purpose"])
		},
		privacy.BreakGlassEvent: func(ctx context.Context, e job.Event) error {
			return a.privacy.TellKepala(ctx, e.SubjectID, privacy.PuskesmasOf(e.Body))
		},
		privacy.BreachEvent: func(ctx context.Context, e job.Event) error {
			return a.privacy.CountPersons(ctx, e.SubjectID, privacy.PuskesmasOf(e.Body))
		},
	}
}

// traced wraps the handlers of events in spans.
func (a *App) traced(handlers map[string]job.Handler) map[string]job.Handler {
	if a.Traces == nil {
		return handlers
	}
	for kind, h := range handlers {
		handlers[kind] = func(ctx context.Context, e job.Event) error {
			return a.Traces.Job(ctx, kind, func(ctx context.Context) error { return h(ctx, e) })
		}
	}
	return handlers
}

// closeLimit is how long Close waits for the database to take the access rows
// that are still in the spool. The next start takes the rest.
const closeLimit = 5 * time.Second

// Close writes the access log to the database and closes the connections.
// Requests and jobs must have ended before.
func (a *App) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	if err := a.machine.Flush(ctx); err != nil {
		a.Log.Warn("usage of machine clients: the last counts are lost", "err", err.Error())
	}
	if err := a.Access.Close(ctx); err != nil {
		a.Log.Warn("access log: what is left waits in the spool", "err", err.Error())
	}
	a.DB.Close()
	_ = a.Traces.Close(ctx) // traces that cannot be sent are lost; that is accepted
}

// subjectsOf returns the functions that find the persons in the answers of a
// route.
func subjectsOf(r rest.Route) func(id string, answer any) call.Subjects {
	return access.SubjectsOf(r.Path, r.Handler.Result())
}

// permissions is the access part of the route table.
func permissions(routes []rest.Route) []access.Permission {
	out := make([]access.Permission, len(routes))
	for i, r := range routes {
		out[i] = access.Permission{Name: r.Permission(), By: r.By, Scope: r.Scope, StepUp: r.Flags.Has(rest.StepUp),
			Public: r.Flags.Has(rest.Public)}
	}
	return out
}
