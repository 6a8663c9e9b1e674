// Package rest is the HTTP edge: it reads requests strictly, writes answers,
// and turns faults into RFC 9457 problems. No other package sets a status code.
package rest

import (
	"context"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
)

// Route is one line of the route table (internal/app/routes.go): path, roles
// and handler.
type Route struct {
	Method string
	Path   string // Echo's form, /v1/things/:id/approve
	// By lists the roles that may call it. Anyone and SignedIn are the two
	// alternatives.
	By      []auth.Role
	Handler Handler
	Flags   Flag
	// Scope is what a machine's token needs besides the role; empty: no machine
	// may call it (internal/app/scopes.go).
	Scope string
	// Deprecated is when a better route took its place, Sunset when it will be gone.
	Deprecated, Sunset time.Time

	shown       shownHook // from Options, set by New, like the other hooks
	park        parkHook
	earlier     earlierHook
	expandScope func(name string) string
	known       map[string]Known
	subjects    func(id string, answer any) call.Subjects
}

// Flag is what a route requires beyond its method's rule.
type Flag uint16

// The flags of a route.
const (
	// Public routes need no token (sign-in, health, documents' check).
	Public Flag = 1 << iota
	// NoKey marks a POST that needs no Idempotency-Key: sign-in and searches.
	NoKey
	// OnRecord marks an action on a record: it needs If-Match.
	OnRecord
	// DryRun marks a transition that takes ?dry_run=true.
	DryRun
	// Cached marks an answer without persons: it carries an ETag of its bytes,
	// after the version of a record that has one, and answers 304.
	Cached
	// Upload marks a route whose body may reach the upload limit.
	Upload
	// Long marks work over a whole file or registry, which may take longer than
	// usual requests.
	Long
	// StepUp marks an act that needs a recent proof of identity: unmasking,
	// break-glass, key rotation, sending a report.
	StepUp
	// OAuth marks the token endpoint, whose errors OAuth libraries read: JSON
	// with error and error_description (RFC 6749 section 5.2).
	OAuth
	// Unlimited routes use no quota: health and the documentation.
	Unlimited
	// Parks marks acts that may have taken place although they contradict the
	// record: such an act is kept whole and answered 202.
	Parks
	// Reveals marks an answer with telephone numbers, addresses or identity numbers in full;
	// the access log says so.
	Reveals
	// Preview marks a route whose shape may still change within this version of the API.
	Preview
)

// Has says whether f contains g.
func (f Flag) Has(g Flag) bool { return f&g != 0 }

// NeedsKey says whether the route needs an Idempotency-Key: every POST except
// those marked NoKey.
func (r Route) NeedsKey() bool {
	return r.Method == http.MethodPost && !r.Flags.Has(NoKey) && !r.Flags.Has(Public)
}

// TakesKey says whether the route stores its answer under an Idempotency-Key if
// one is sent: routes that need one, and every PATCH, PUT and DELETE.
func (r Route) TakesKey() bool {
	changes := r.Method == http.MethodPatch || r.Method == http.MethodPut || r.Method == http.MethodDelete
	return r.NeedsKey() || changes && !r.Flags.Has(Public)
}

// NeedsIfMatch says whether the route needs If-Match: every PATCH and PUT, and
// every action on a record.
func (r Route) NeedsIfMatch() bool {
	return r.Method == http.MethodPatch || r.Method == http.MethodPut || r.Flags.Has(OnRecord)
}

// Record is the record in the route's path, the inner one of two: what the path calls its
// kind, such as cases, and its parameter. Both are empty without one.
func (r Route) Record() (records, param string) {
	steps := strings.Split(r.Path, "/")
	for i := len(steps) - 1; i > 0; i-- {
		if steps[i] == ":id" || strings.HasPrefix(steps[i], ":") && strings.HasSuffix(steps[i], "_id") {
			return steps[i-1], steps[i][1:]
		}
	}
	return "", ""
}

// Handler answers a request that passed the route's checks. Make one with
// Handle, HandleFile or Raw.
type Handler struct {
	Status int
	serve  func(c echo.Context, r Route) error
	// redo runs a kept request again.
	redo func(ctx context.Context, recordID string, body []byte) (any, error)
	// Request is the type that the request fills; nil if there is none. The
	// OpenAPI document is made from it and the type of the answer.
	Request reflect.Type
	// result is the type of the answer.
	result reflect.Type
	// Files are the media types of an answer that is a file.
	Files []string
	// Maker is the function that made the handler, by its runtime name. The
	// comment above it describes the operation.
	Maker string
}

// maker is the function that called Handle or HandleFile.
func maker() string {
	var at [8]uintptr
	frames := runtime.CallersFrames(at[:runtime.Callers(2, at[:])])
	for {
		f, more := frames.Next()
		if !more || !strings.HasPrefix(f.Function, thisPackage) {
			return f.Function
		}
	}
}

var thisPackage = reflect.TypeFor[Handler]().PkgPath() + ".Handle"

// Permission is the name of the route for rights: method and path, "POST
// /v1/things/{id}/approve".
func (r Route) Permission() string { return r.Method + " " + r.SpecPath() }

// SpecPath is the path in OpenAPI's form, /v1/things/{id}/approve.
func (r Route) SpecPath() string {
	parts := strings.Split(r.Path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, ":") {
			parts[i] = "{" + p[1:] + "}"
		}
	}
	return strings.Join(parts, "/")
}
