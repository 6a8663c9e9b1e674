// Package fault defines the errors of the service: a use case returns a fault,
// and only platform/rest turns it into an HTTP problem (RFC 9457).
//
// Each fault is defined once, as a package variable of the package that raises
// it. The definitions together are the published catalogue (api/problems.md).
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Kind is the reason of a failed request, in terms on which a caller can act.
// platform/rest maps each kind to one status code.
type Kind string

// The kinds. The comment is the status code of platform/rest.
const (
	Malformed       Kind = "malformed"       // 400: cannot be read
	Unauthenticated Kind = "unauthenticated" // 401
	Forbidden       Kind = "forbidden"       // 403
	NotFound        Kind = "not_found"       // 404: unknown or not yours
	NotAllowed      Kind = "not_allowed"     // 405
	Conflict        Kind = "conflict"        // 409: state or duplicate
	Stale           Kind = "stale"           // 412
	TooLarge        Kind = "too_large"       // 413
	WrongMedia      Kind = "wrong_media"     // 415
	Invalid         Kind = "invalid"         // 422: fields
	Required        Kind = "required"        // 428: a precondition header is missing
	TooMany         Kind = "too_many"        // 429
	Internal        Kind = "internal"        // 500
	Unavailable     Kind = "unavailable"     // 503
)

// Text is one sentence for a person in both languages of the API. {name} is the
// placeholder of an argument.
type Text struct{ ID, EN string }

// In returns the text in lang ("en", else Indonesian) with its arguments.
func (t Text) In(lang string, args map[string]any) string {
	s := t.ID
	if lang == "en" {
		s = t.EN
	}
	for name, value := range args {
		s = strings.ReplaceAll(s, "{"+name+"}", fmt.Sprint(value))
	}
	return s
}

// Definition is one entry of the catalogue. It is an error itself, for use
// without details.
type Definition struct {
	Kind   Kind
	Code   string // stable, "noun.reason"
	Detail Text   // what happened and what to do, for a person
	Advice string // for a developer: the operations that help; "" for none
	// Pointers are the fields that a conflict may be about, of one or another request; none
	// for the record in the path.
	Pointers []string
	// Retryable says that the unchanged request may succeed later.
	Retryable bool
}

// Error implements error.
func (d *Definition) Error() string { return d.Code + ": " + d.Detail.EN }

var (
	catalogueMu sync.Mutex
	catalogue   = map[string]*Definition{}
)

// Define adds a fault to the catalogue. It panics when the code is taken, so
// the program fails at start.
func Define(kind Kind, code, id, en string) *Definition {
	d := &Definition{Kind: kind, Code: code, Detail: Text{id, en}, Retryable: kind == TooMany || kind == Unavailable}
	catalogueMu.Lock()
	defer catalogueMu.Unlock()
	if _, taken := catalogue[code]; taken {
		panic("fault: code defined twice: " + code)
	}
	catalogue[code] = d
	return d
}

// Retry marks d as a fault after which a client may repeat the request
// unchanged.
func (d *Definition) Retry() *Definition { d.Retryable = true; return d }

// Hint adds advice for a developer: the operations that help, each by method and
// path. The text for a person names none.
func (d *Definition) Hint(operations string) *Definition { d.Advice = operations; return d }

// About names the fields that a conflict may be about: of several, the first that the
// request has.
func (d *Definition) About(pointers ...string) *Definition { d.Pointers = pointers; return d }

// Catalogue lists all definitions by code.
func Catalogue() []*Definition {
	catalogueMu.Lock()
	defer catalogueMu.Unlock()
	all := slices.Collect(maps.Values(catalogue))
	slices.SortFunc(all, func(a, b *Definition) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// Field is an error in one field of a request.
type Field struct {
	// Pointer is a JSON pointer into the body, or "query/limit", "path/id", "header/If-Match".
	// Empty in a conflict, it is where the conflict is (Definition.About).
	Pointer string
	Code    string // stable, e.g. "required"
	Text    Text
	Args    map[string]any
	Advice  string // see Definition.Advice
}

// Error is a fault with the details of one request. platform/rest answers any
// other error with 500.
type Error struct {
	*Definition
	Args   map[string]any // fills the placeholders of Detail
	Fields []Field
	Extra  map[string]any // further members of the problem, e.g. allowed transitions
	cause  error
}

// Error implements error. It contains codes and causes, never values of fields.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Code + ": " + e.cause.Error()
	}
	return e.Definition.Error()
}

// Unwrap returns the definition and the cause, so errors.Is(err, ErrNotFound) holds.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.Definition}
	}
	return []error{e.Definition, e.cause}
}

// With returns d with one argument of its text.
func (d *Definition) With(name string, value any) *Error {
	return (&Error{Definition: d}).With(name, value)
}

// Because returns d with the cause, for the log.
func (d *Definition) Because(cause error) *Error { return &Error{Definition: d, cause: cause} }

// Extend returns d with a further member of the problem body.
func (d *Definition) Extend(name string, value any) *Error {
	return (&Error{Definition: d}).Extend(name, value)
}

// At returns d with the affected fields.
func (d *Definition) At(fields ...Field) *Error { return &Error{Definition: d, Fields: fields} }

// InField returns the fault as the error of one field, told by d's own text.
func (d *Definition) InField(pointer, code string) *Error {
	return d.At(Field{Pointer: pointer, Code: code, Text: d.Detail})
}

// With returns a copy of e with one more argument of its text.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Args = maps.Clone(c.Args)
	if c.Args == nil {
		c.Args = map[string]any{}
	}
	c.Args[name] = value
	return &c
}

// Extend returns a copy of e with a further member of the problem body.
func (e *Error) Extend(name string, value any) *Error {
	c := *e
	c.Extra = maps.Clone(c.Extra)
	if c.Extra == nil {
		c.Extra = map[string]any{}
	}
	c.Extra[name] = value
	return &c
}

// Because returns a copy of e with its cause.
func (e *Error) Because(cause error) *Error { c := *e; c.cause = cause; return &c }

// From returns the fault in err; nil when there is none.
func From(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if d, ok := errors.AsType[*Definition](err); ok {
		return &Error{Definition: d}
	}
	return nil
}

// KindOf returns the kind of err, Internal when err is not a fault.
func KindOf(err error) Kind {
	if e := From(err); e != nil {
		return e.Kind
	}
	return Internal
}
