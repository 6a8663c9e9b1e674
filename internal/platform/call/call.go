// Package call defines what a use case gets besides its principal and its body, and
// its answers that are not JSON. A use case knows neither HTTP nor the queue: the
// edge makes a Call from a request, and a job may make one too.
package call

import "context"

// AnyVersion is for a caller who has seen no version of the record.
const AnyVersion int64 = -1

// Call is the context of a request.
type Call struct {
	// Version is the version of the record that the caller last saw (If-Match).
	// The route table guarantees it where a route needs one.
	Version  int64
	Language string // "id" or "en"
	Trace    string // identifies the request in answers and logs; 32 hex digits
	// Address is the origin of the request. Behind a trusted proxy it is what
	// that proxy reports. It is never logged.
	Address string
	Dry     bool   // every transaction is rolled back
	Again   *Again // set where a kept request is run again
}

// Again is the second run of a kept request.
type Again struct {
	RecordedBy string // the account that sent it
	// Vouched says that somebody reviewed it and confirms who was on the team on the
	// day of the act.
	Vouched bool
}

type key struct{}

// With returns ctx with c.
func With(ctx context.Context, c Call) context.Context { return context.WithValue(ctx, key{}, c) }

// Of returns the call of ctx. Without one it returns a call in Indonesian.
func Of(ctx context.Context) Call {
	if c, ok := ctx.Value(key{}).(Call); ok {
		return c
	}
	return Call{Language: "id"}
}
