package telemetry

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Traces sends spans of requests, statements and jobs to an OpenTelemetry
// receiver. They contain route patterns, statements and codes, but no URL,
// argument, message or name.
type Traces struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// NewTraces returns the sender to an OTLP/HTTP receiver, such as
// "http://127.0.0.1:4318". It returns nil, which costs nothing, for none.
func NewTraces(ctx context.Context, endpoint string, log *slog.Logger) (*Traces, error) {
	if endpoint == "" {
		return nil, nil //nolint:nilnil // off is no error
	}
	e, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(strings.TrimSuffix(endpoint, "/")+"/v1/traces"))
	if err != nil {
		return nil, errors.New("HOMECARE_OTLP_ENDPOINT cannot be used") // the cause may repeat credentials
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {
		log.Warn("traces are not sent; the receiver does not answer")
	}))
	p := sdk.NewTracerProvider(sdk.WithBatcher(e), sdk.WithIDGenerator(ids{}),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "homecare"))))
	return &Traces{p, p.Tracer("github.com/balangan/homecare")}, nil
}

// Flush sends the waiting spans.
func (t *Traces) Flush(ctx context.Context) error { return t.provider.ForceFlush(ctx) }

// Close sends the waiting spans and ends.
func (t *Traces) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// ids gives a trace the id of its request (X-Request-Id).
type ids struct{}

type idKey struct{}

// NewIDs implements sdk.IDGenerator.
func (g ids) NewIDs(ctx context.Context) (t trace.TraceID, s trace.SpanID) {
	if id, ok := ctx.Value(idKey{}).(trace.TraceID); ok && id.IsValid() {
		t = id
	} else {
		_, _ = rand.Read(t[:])
	}
	return t, g.NewSpanID(ctx, t)
}

// NewSpanID implements sdk.IDGenerator.
func (ids) NewSpanID(context.Context, trace.TraceID) (s trace.SpanID) {
	_, _ = rand.Read(s[:])
	return s
}

// Request begins the span of a request to a route pattern. done ends it with
// the answer's status.
func (t *Traces) Request(r *http.Request, route, id string) (ctx context.Context, done func(status int)) {
	ctx = propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	if !trace.SpanContextFromContext(ctx).IsValid() {
		traceID, _ := trace.TraceIDFromHex(id) // an id of zeros is invalid: the trace gets another
		ctx = context.WithValue(ctx, idKey{}, traceID)
	}
	ctx, span := t.tracer.Start(ctx, r.Method+" "+route, trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("http.route", route)))
	return ctx, func(status int) {
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// Job runs a job in a span of its own trace.
func (t *Traces) Job(ctx context.Context, kind string, f func(context.Context) error) error {
	ctx, span := t.tracer.Start(ctx, "job "+kind, trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.String("messaging.system", "river"),
			attribute.String("messaging.destination.name", kind)))
	defer span.End()
	err := f(ctx)
	if err != nil {
		span.SetStatus(codes.Error, "") // its text may contain a value
	}
	return err
}

// Statements returns the tracer of a connection's statements; nil for nil.
func (t *Traces) Statements() pgx.QueryTracer {
	if t == nil {
		return nil
	}
	return statements{t.tracer}
}

// statements makes a span of each statement and batch within a request or a
// job. All values of the product's SQL are arguments, which spans do not
// contain.
type statements struct{ tracer trace.Tracer }

func (s statements) start(ctx context.Context, name, text string) context.Context {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return ctx // from the pool itself, or the queue's polling
	}
	ctx, _ = s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("db.query.text", text)))
	return context.WithValue(ctx, statementKey{}, true)
}

type statementKey struct{}

func (statements) end(ctx context.Context, err error) {
	if ctx.Value(statementKey{}) == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	if err != nil {
		span.SetStatus(codes.Error, "")
		if pe, ok := errors.AsType[*pgconn.PgError](err); ok {
			span.SetAttributes(attribute.String("db.response.status_code", pe.Code))
		}
	}
	span.End()
}

// TraceQueryStart implements pgx.QueryTracer.
func (s statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	return s.start(ctx, "postgresql query", d.SQL)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (s statements) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryEndData) {
	s.end(ctx, d.Err)
}

// TraceBatchStart implements pgx.BatchTracer.
func (s statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	texts := make([]string, 0, d.Batch.Len())
	for _, q := range d.Batch.QueuedQueries {
		texts = append(texts, q.SQL)
	}
	return s.start(ctx, "postgresql batch", strings.Join(texts, ";\n"))
}

// TraceBatchQuery implements pgx.BatchTracer.
func (statements) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (s statements) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchEndData) {
	s.end(ctx, d.Err)
}
