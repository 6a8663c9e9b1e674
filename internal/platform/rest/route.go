// Package rest is the HTTP edge: it reads requests strictly, writes answers,
// and turns faults into RFC 9457 problems. No other package sets a status code.
package rest

import (
	"context"
	"net/http"
	"reflect"
	"runtime"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
)

// Route is one line of the route table (internal/app/routes.go): where, who,
// what.
type Route struct {
	Method string
	Path   string // Echo's form, /v1/things/:id/approve
	// By lists the roles that may call it; Anyone and SignedIn are the two
	// other answers.
	By      []auth.Role
	Handler Handler
	Flags   Flag
	// Scope is what a machine's token has to carry beside the role; empty: no
	// machine may call it (internal/app/scopes.go).
	Scope string

	shown       shownHook // of Options, set by New, as the others
	park        parkHook
	earlier     earlierHook
	expandScope func(name string) string
	subjects    func(id string, answer any) call.Subjects
}

// Flag says what a route demands beyond its method's rule.
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
	// Cached marks an answer without persons: it carries an ETag of its bytes
	// and answers 304.
	Cached
	// Upload marks a route whose body may reach the upload limit.
	Upload
	// Long marks work over a whole file or registry, which may take longer than
	// a request usually does.
	Long
	// StepUp marks an act that wants a recent proof of who is calling: unmasking,
	// break-glass, key rotation, sending a report.
	StepUp
	// OAuth marks the token endpoint, whose failures OAuth libraries read: JSON
	// with error and error_description (RFC 6749 section 5.2).
	OAuth
	// Unlimited routes take from no quota: health and the documentation.
	Unlimited
	// Parks marks what can have happened although the record says otherwise: where
	// it contradicts the record it is kept whole and answered 202.
	Parks
)

// Has says whether f contains g.
func (f Flag) Has(g Flag) bool { return f&g != 0 }

// NeedsKey says whether the route needs an Idempotency-Key: every POST but
// those marked NoKey.
func (r Route) NeedsKey() bool {
	return r.Method == http.MethodPost && !r.Flags.Has(NoKey) && !r.Flags.Has(Public)
}

// TakesKey says whether the route keeps its answer under an Idempotency-Key
// where one is sent: those that need one, and every PATCH, PUT and DELETE.
func (r Route) TakesKey() bool {
	changes := r.Method == http.MethodPatch || r.Method == http.MethodPut || r.Method == http.MethodDelete
	return r.NeedsKey() || changes && !r.Flags.Has(Public)
}

// NeedsIfMatch says whether the route needs If-Match: every PATCH and PUT, and
// every action on a record.
func (r Route) NeedsIfMatch() bool {
	return r.Method == http.MethodPatch || r.Method == http.MethodPut || r.Flags.Has(OnRecord)
}

// Handler answers a request that passed the route's checks. Make one with
// Handle, HandleFile or Raw.
type Handler struct {
	Status int
	serve  func(c echo.Context, r Route) error
	// redo does a kept request again.
	redo func(ctx context.Context, recordID string, body []byte) (any, error)
	// Request is the type that the request fills; nil where there is none. It and
	// the type of the answer are what the OpenAPI document says of the two.
	Request reflect.Type
	// result is the type of the answer.
	result reflect.Type
	// Files are the media types of an answer that is a file.
	Files []string
	// Maker is the function that made the handler, as the runtime names it: the
	// comment over it describes the operation.
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

// Permission names the route where rights are narrowed and explained: method
// and path, "POST /v1/things/{id}/approve".
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
