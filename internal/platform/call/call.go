// Package call says what a use case is called with beside its principal and its
// body, and what it answers where that is no JSON. A use case knows neither HTTP nor
// the queue: the edge makes a Call from a request, a job may make one too.
package call

import "context"

// AnyVersion is wanted by a caller who saw no version of the record.
const AnyVersion int64 = -1

// Call is what a request carries.
type Call struct {
	// Version of the record that the caller last saw (If-Match); the route table
	// guarantees it where a route needs one.
	Version  int64
	Language string // "id" or "en"
	Trace    string // names the request in answers and logs; 32 hex digits
	// Address is where the request came from; behind a trusted proxy, what that
	// proxy says. It never stands in a log.
	Address string
	Dry     bool   // every transaction is rolled back
	Again   *Again // set where a request that was kept is done again
}

// Again is a request that was kept and is done again.
type Again struct {
	RecordedBy string // the account that sent it
	// Vouched says that somebody looked at it and answers for who was on the team on
	// the day of the act.
	Vouched bool
}

type key struct{}

// With returns ctx carrying c.
func With(ctx context.Context, c Call) context.Context { return context.WithValue(ctx, key{}, c) }

// Of returns the call of ctx; outside of any, one in Indonesian.
func Of(ctx context.Context) Call {
	if c, ok := ctx.Value(key{}).(Call); ok {
		return c
	}
	return Call{Language: "id"}
}
