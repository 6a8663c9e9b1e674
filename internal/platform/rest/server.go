package rest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Options are the settings of the server.
type Options struct {
	Log         *slog.Logger
	CORSOrigins []string      // allowed browser origins; none by default
	Timeout     time.Duration // for the work of one request
	DemoClock   bool          // honours the header Homecare-Demo-Clock; development only
	// TrustedProxies are the balancers whose X-Forwarded-For is trusted; none
	// by default: then the caller is the peer of the connection.
	TrustedProxies []netip.Prefix
	// Authenticate returns the caller of a request with a bearer token.
	Authenticate func(ctx context.Context, token string) (auth.Principal, error)
	// Trace, if set, begins the span of a request and returns its end.
	Trace func(r *http.Request, route, id string) (ctx context.Context, done func(status int))
	// Limits are the quotas of requests; the zero value has none.
	Limits Limits
	// Subjects returns, once per route, the function that finds the persons in
	// its answers.
	Subjects func(r Route) func(id string, answer any) call.Subjects
	// Shown is called with every answer that shows persons, before it is sent.
	// On an error the answer is not sent. It makes no round trip to the
	// database.
	Shown func(ctx context.Context, s call.Shown) error
	// ExpandScope is the scope that a machine needs for a record to be expanded.
	ExpandScope func(name string) string
	// Known are the lists to which the tags `known` of requests refer.
	Known map[string]Known
	// Park keeps a refused request that contradicts the record, for routes marked Parks.
	Park parkHook
	// Earlier says for which acts on such a route the version is not compared.
	Earlier earlierHook
	// Changed is the newest change of a record, for a conflict with it; records is what the
	// path calls its kind, such as cases. Nil where there is none to tell.
	Changed func(ctx context.Context, records, id string) *homecare.Change
	// Used is called for every finished request of a machine.
	Used func(p auth.Principal, permission string, status int)
	// Observe is called for every finished request, with the route pattern,
	// never the URL.
	Observe func(method, route string, status int, took time.Duration)
}

// longFactor multiplies the time limit of a route marked Long.
const longFactor = 10

// DemoClockHeader sets the business time of one request (RFC 3339), so that a
// demonstration can pass through a month. Only a development server reads it.
const DemoClockHeader = "Homecare-Demo-Clock"

// New returns the server's handler with the routes mounted.
func New(o Options, routes []Route) *echo.Echo {
	limits := newLimiter(o.Limits)
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = Problems(o.Log)
	e.IPExtractor = o.extractIP()
	e.Use(o.trace, o.headers, recoverPanics)
	if len(o.CORSOrigins) > 0 {
		e.Use(middleware.CORSWithConfig(middleware.CORSConfig{
			AllowOrigins: o.CORSOrigins,
			AllowMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut,
				http.MethodPatch, http.MethodDelete},
			AllowHeaders: []string{"Authorization", "Content-Type", "Accept-Language", "If-Match", "If-None-Match",
				"Idempotency-Key", "Traceparent"},
			ExposeHeaders: []string{"ETag", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy", "Retry-After",
				"X-Request-Id", "Content-Disposition", "Deprecation", "Sunset"},
			MaxAge: 3600,
		}))
	}
	e.Use(compress())
	for _, r := range routes {
		r.shown, r.park, r.earlier, r.expandScope, r.known = o.Shown, o.Park, o.Earlier, o.ExpandScope, o.Known
		if o.Subjects != nil {
			r.subjects = o.Subjects(r)
		}
		h := o.handler(r, limits)
		e.Add(r.Method, r.Path, h)
		if r.Method == http.MethodGet { // the same work, rights and entries in the logs; the server drops the body
			e.Add(http.MethodHead, r.Path, h)
		}
	}
	return e
}

func (o Options) handler(r Route, limits *limiter) echo.HandlerFunc {
	demand := pg.Demand{Permission: r.Permission(), StepUp: r.Flags.Has(StepUp)}
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		r.ageing(c)
		c.Set("oauth", r.Flags.Has(OAuth))
		c.Set("request", r.Handler.Request)
		if o.Timeout > 0 {
			var cancel context.CancelFunc
			limit := o.Timeout
			if r.Flags.Has(Long) {
				limit *= longFactor
			}
			ctx, cancel = context.WithTimeout(ctx, limit)
			defer cancel()
			patience(c, r, limit)
		}
		if r.Flags.Has(Public) {
			if err := limits.anonymous(c, r, r.cost()); err != nil {
				return err
			}
		} else {
			p, err := o.caller(ctx, c)
			if err != nil {
				// errors.Join would hide which of the two it is
				if tooMany := limits.anonymous(c, r, costRead); tooMany != nil {
					return tooMany
				}
				return err
			}
			c.Set("principal", p)
			c.Set("permission", demand.Permission)
			if err := limits.caller(c, r, p); err != nil {
				return err
			}
			if !slices.Contains(r.By, p.Role) {
				return pg.ErrForbidden
			}
			if err := machineMay(ctx, r, p.Client); err != nil {
				return err
			}
			ctx = pg.WithDemand(auth.With(ctx, p), demand)
		}
		ctx, err := o.preconditions(ctx, c, r)
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(ctx))
		return o.whoChanged(c, r, r.Handler.serve(c, r))
	}
}

// whoChanged adds to a conflict with the record in the path who changed it last, unless the
// use case has told. An act that contradicts the record may be of somebody who may not see it
// any more.
func (o Options) whoChanged(c echo.Context, r Route, err error) error {
	f := fault.From(err)
	records, param := r.Record()
	if f == nil || o.Changed == nil || param == "" ||
		f.Kind != fault.Stale && f.Kind != fault.Conflict {
		return err
	}
	if _, late := errors.AsType[*fault.Contradiction](err); late || f.Extra["changed"] != nil {
		return err
	}
	if change := o.Changed(c.Request().Context(), records, c.Param(param)); change != nil {
		return f.Extend("changed", change)
	}
	return err
}

// slowest multiplies the time limit of the work to get that of the answer on a
// slow line.
const slowest = 4

// patience limits how long a slow line may hold the connection: reading the
// body as long as the work may take (an upload as long as the server allows),
// sending the answer a few times that.
func patience(c echo.Context, r Route, limit time.Duration) {
	rc, now := http.NewResponseController(c.Response().Writer), time.Now()
	// Not every writer is a connection: a test's recorder has no deadlines.
	if !r.Flags.Has(Upload) {
		_ = rc.SetReadDeadline(now.Add(limit))
	}
	_ = rc.SetWriteDeadline(now.Add(slowest * limit))
}

// caller is the caller according to the bearer token.
func (o Options) caller(ctx context.Context, c echo.Context) (auth.Principal, error) {
	value, alone := single(c.Request().Header, "Authorization")
	if !alone {
		return auth.Principal{}, auth.ErrToken // ambiguous
	}
	scheme, token, ok := strings.Cut(value, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") { // RFC 9110 section 11.1: case-insensitive
		return auth.Principal{}, pg.ErrNoPrincipal
	}
	return o.Authenticate(ctx, strings.TrimLeft(token, " "))
}

// single is the value of a header that decides something. It returns false when
// the header was sent more than once: a proxy and this server could read
// different values.
func single(h http.Header, name string) (string, bool) {
	return h.Get(name), len(h.Values(name)) <= 1
}

func (o Options) preconditions(ctx context.Context, c echo.Context, r Route) (context.Context, error) {
	now := call.Of(ctx)
	if r.Flags.Has(DryRun) && c.QueryParam("dry_run") == "true" {
		now.Dry = true
	} else if err := keyForm(c, r); err != nil {
		return ctx, err
	}
	if r.NeedsIfMatch() {
		tag, alone := single(c.Request().Header, "If-Match")
		version, err := ifMatch(tag)
		if !alone {
			err = ErrIfMatchUnreadable
		}
		if err != nil {
			return ctx, err
		}
		now.Version = version
	}
	if raw := c.Request().Header.Get(DemoClockHeader); o.DemoClock && raw != "" {
		if t, err := time.Parse(time.RFC3339, raw); err == nil {
			ctx = clock.With(ctx, t)
		}
	}
	return call.With(ctx, now), nil
}

// keyForm says whether the Idempotency-Key is present where required, and valid
// where present.
func keyForm(c echo.Context, r Route) error {
	key, alone := single(c.Request().Header, "Idempotency-Key")
	switch {
	case key == "" && alone && r.NeedsKey():
		return ErrKeyMissing
	case (key != "" || !alone) && r.TakesKey() && (!alone || len(key) < 8 || len(key) > 255):
		return ErrKeyForm
	}
	return nil
}

// etagForm is a strong tag. If-Match compares strongly (RFC 9110 section
// 13.1.1), so a weak tag would never match, and "01" is not the tag "1".
var etagForm = regexp.MustCompile(`^"(0|[1-9][0-9]{0,17})(?:-[0-9a-f]{8})?"$`)

func ifMatch(header string) (int64, error) {
	if header == "" {
		return 0, ErrIfMatchMissing
	}
	m := etagForm.FindStringSubmatch(header)
	if m == nil {
		return 0, ErrIfMatchUnreadable
	}
	return strconv.ParseInt(m[1], 10, 64)
}

// ETag is the entity tag of a record's version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

func (o Options) extractIP() echo.IPExtractor {
	if len(o.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range o.TrustedProxies {
		m := p.Masked()
		trust = append(trust,
			echo.TrustIPRange(&net.IPNet{IP: m.Addr().AsSlice(), Mask: net.CIDRMask(m.Bits(), m.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

var traceparent = regexp.MustCompile(`^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)

func (o Options) trace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		var id string
		if m := traceparent.FindStringSubmatch(c.Request().Header.Get("Traceparent")); m != nil {
			id = m[1]
		} else {
			var b [16]byte
			_, _ = rand.Read(b[:])
			id = hex.EncodeToString(b[:])
		}
		ctx := call.With(c.Request().Context(), call.Call{Trace: id, Address: c.RealIP(),
			Language: Language(c.Request())})
		c.SetRequest(c.Request().WithContext(ctx))
		c.Response().Header().Set("X-Request-Id", id)
		route := c.Path()
		if route == "" {
			route = "unknown"
		}
		if o.Trace != nil {
			traced, done := o.Trace(c.Request(), route, id)
			c.SetRequest(c.Request().WithContext(traced))
			defer func() { done(c.Response().Status) }()
		}
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := time.Since(start)
		if o.Observe != nil {
			o.Observe(c.Request().Method, route, c.Response().Status, took)
		}
		attrs := []any{"method", c.Request().Method, "route", route, "status", c.Response().Status,
			"ms", took.Milliseconds(), "bytes", c.Response().Size, "trace_id", id}
		if p, ok := c.Get("principal").(auth.Principal); ok {
			attrs = append(attrs, "account", p.UserID, "role", p.Role, "puskesmas", p.Puskesmas)
			if permission, ok := c.Get("permission").(string); ok && p.Client != nil && o.Used != nil {
				o.Used(p, permission, c.Response().Status)
			}
		}
		if code, ok := c.Get("code").(string); ok {
			attrs = append(attrs, "code", code, "form", c.Get("form") == true)
		}
		o.Log.InfoContext(ctx, "request", attrs...)
		return nil
	}
}

func (o Options) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Strict-Transport-Security", "max-age=31536000")
		h.Add("Vary", "Accept-Language")
		return next(c)
	}
}

// recoverPanics turns a panic into a 500 without its text, which could contain
// a value.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if e, ok := r.(error); ok && errors.Is(e, http.ErrAbortHandler) {
					panic(r)
				}
				err = panicked()
			}
		}()
		return next(c)
	}
}
