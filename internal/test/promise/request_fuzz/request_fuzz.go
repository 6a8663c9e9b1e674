//go:build sabotage

// Package request_fuzz measures: a fuzzer made from the OpenAPI document finds no
// answer 5xx, no invalid request that is accepted, and no valid one that is
// refused as unreadable or for its form.
package request_fuzz

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

// few is how many requests the short form sends.
const requests, few = 100_000, 2_500

// Promise is API-3.
var Promise = promise.Promise{ID: "API-3",
	Promised: "0 x 5xx, 0 invalid accepted, 0 valid refused for their form in >= 100,000 requests",
	Measure:  func(t *testing.T) promise.Result { return measure(t, requests) },
	Control: promise.Control{Fault: "no_validation", Measure: func(t *testing.T) promise.Result {
		return measure(t, requests/10)
	}}}

// Short is API-3 in a few seconds.
var Short = promise.Promise{ID: "API-3", Promised: fmt.Sprintf("as in the long form, in %d requests (short)", few),
	Measure: func(t *testing.T) promise.Result { return measure(t, few) },
	Control: promise.Control{Fault: "no_validation", Measure: func(t *testing.T) promise.Result {
		return measure(t, few/10)
	}}}

type fuzz struct {
	w    *probe.World
	ids  map[string][]string // by member name
	mu   sync.Mutex
	sent int
	ok   int
	bad  map[string]int // by kind
	says map[string]string

	forms   *forms
	refused map[string][2]string // valid requests answered 422, by trace: kind and message
}

func measure(t *testing.T, n int) promise.Result {
	log := &forms{traces: map[string]bool{}}
	w := probe.NewWorld(t, apitest.LogTo(log))
	f := &fuzz{w: w, ids: identities(t, w), bad: map[string]int{}, says: map[string]string{}, forms: log,
		refused: map[string][2]string{}}
	var ops []probe.Operation
	for _, o := range w.Operations {
		if !o.EndsSessions() && !quiet(o) {
			ops = append(ops, o)
		}
	}
	describe(t, ops)
	type turn struct {
		op   probe.Operation
		seed uint64
	}
	var turns []turn
	for i := range n {
		turns = append(turns, turn{ops[i%len(ops)], uint64(i)})
	}
	start := time.Now()
	probe.Each(turns, func(u turn) { f.one(t, u.op, u.seed) })
	f.settle()
	for kind, said := range f.says {
		if n == requests || n == few { // the control's are many
			t.Logf("%d x %s, such as %.1500q", f.bad[kind], kind, said)
		}
	}
	kinds := slices.Sorted(maps.Keys(f.bad))
	return promise.Result{
		Measured: fmt.Sprintf("%d wrong in %d requests over %d operations, %d answered 2xx, %.0f a second %.200v",
			total(f.bad), f.sent, len(ops), f.ok, float64(f.sent)/time.Since(start).Seconds(), kinds),
		Kept: total(f.bad) == 0 && f.sent >= n && f.ok > n/20,
	}
}

// quiet are operations that would remove the fuzzer's own preconditions, and
// the token endpoint, whose form AUT-1 tests.
func quiet(o probe.Operation) bool {
	return strings.HasPrefix(o.Route.Path, "/v1/permissions/") || o.Route.Flags.Has(rest.OAuth)
}

func total(m map[string]int) (n int) {
	for _, k := range m {
		n += k
	}
	return n
}

// identities are ids of records of the own puskesmas by the member that refers
// to them.
func identities(t *testing.T, w *probe.World) map[string][]string {
	out := map[string][]string{}
	for member, noun := range map[string]string{"patient_id": "patients", "case_id": "cases", "visit_id": "visits",
		"team_id": "teams", "attachment_id": "attachments",
		"household_id": "households", "into_id": "patients", "keep_id": "patients", "import_id": "imports",
		"report_id": "reports", "subject_id": "visits"} {
		for _, r := range w.Records(t, noun, probe.Own, 5) {
			out[member] = append(out[member], r.ID)
		}
	}
	return out
}

// one sends a request of an operation: valid, or with one error.
func (f *fuzz) one(t *testing.T, o probe.Operation, seed uint64) {
	g := &generator{rand.New(rand.NewPCG(seed, 3)), func(m string) []string { return f.ids[m] }}
	r := probe.Request{Op: o, As: o.Caller(), ID: f.id(t, g, o), Query: url.Values{},
		IfMatch: rest.ETag(1 + g.Int64N(4))}
	if len(o.Route.By) > 1 && g.IntN(3) == 0 {
		r.As = probe.Accounts[o.Route.By[g.IntN(len(o.Route.By))]]
	}
	if r.As == "" && len(o.Route.By) > 0 {
		r.As = o.Caller()
	}
	parameters := f.query(g, o, r.Query)
	var body any
	schema := bodyOf(o)
	if schema != nil {
		body = g.value(schema, "")
		r.Body = probe.Encode(body)
	} else if o.Op.RequestBody != nil {
		r.ContentType, r.Body = "multipart/form-data; boundary="+boundary,
			g.multipart(o.Op.RequestBody.Value.Content["multipart/form-data"].Schema.Value)
	}
	kind := "valid"
	if g.IntN(2) == 0 {
		kind = f.spoil(g, &r, schema, body, parameters)
	}
	a := f.w.Send(t, r)
	if a.Status == http.StatusUnauthorized && r.As != "" {
		f.w.Forget(r.As)
	}
	f.look(o, r, kind, a)
}

func bodyOf(o probe.Operation) *openapi3.Schema {
	if o.Op.RequestBody == nil {
		return nil
	}
	if m := o.Op.RequestBody.Value.Content["application/json"]; m != nil {
		return m.Schema.Value
	}
	return nil
}

func (f *fuzz) id(t *testing.T, g *generator, o probe.Operation) string {
	for _, p := range o.Op.Parameters {
		if p.Value.In != "path" {
			continue
		}
		if p.Value.Name == "id" {
			noun := strings.TrimSuffix(strings.ReplaceAll(o.Noun(), "-", "_"), "s") + "_id"
			if ids := f.ids[noun]; len(ids) > 0 && g.IntN(4) > 0 {
				return ids[g.IntN(len(ids))]
			}
			return uuid.NewString()
		}
		return fmt.Sprint(g.value(p.Value.Schema.Value, p.Value.Name))
	}
	return ""
}

// query fills some of the parameters and returns their schemas.
func (f *fuzz) query(g *generator, o probe.Operation, into url.Values) []*openapi3.Parameter {
	var out []*openapi3.Parameter
	for _, p := range o.Op.Parameters {
		v := p.Value
		if v.In != "query" || v.Name == "cursor" || v.Name == "fields" || v.Name == "expand" {
			continue // cursors are sealed, fields and expand name members: ISO-6 and API-2 test those
		}
		out = append(out, v)
		if v.Required || g.IntN(3) == 0 {
			into.Set(v.Name, written(g.value(v.Schema.Value, v.Name)))
		}
	}
	return out
}

// written is a value as a parameter: the items of a list stand between commas.
func written(v any) string {
	all, ok := v.([]any)
	if !ok {
		return fmt.Sprint(v)
	}
	var out []string
	for _, one := range all {
		out = append(out, fmt.Sprint(one))
	}
	return strings.Join(out, ",")
}

// spoil makes one error in a request and says which; "valid" when there is
// nothing to spoil.
func (f *fuzz) spoil(g *generator, r *probe.Request, schema *openapi3.Schema, body any,
	parameters []*openapi3.Parameter) string {
	type way struct {
		kind string
		do   func()
	}
	ways := []way{{"an unknown parameter", func() { r.Query.Set("tidak_dikenal", "1") }}}
	for _, p := range parameters {
		s := itemSchema(p.Schema.Value)
		switch {
		case len(s.Enum) > 0, s.Format == "uuid", s.Format == "date", s.Format == "date-time", s.Type.Is("integer"),
			s.Type.Is("boolean"):
			ways = append(ways, way{"a parameter " + p.Name + " that is no " +
				strings.Join(append(s.Type.Slice(), s.Format), " "), func() { r.Query.Set(p.Name, "!x") }})
		case s.MaxLength != nil && *s.MaxLength < 5000:
			ways = append(ways,
				way{"a parameter too long", func() { r.Query.Set(p.Name, strings.Repeat("x", int(*s.MaxLength)+1)) }})
		}
		if s.Type.Is("integer") && s.Max != nil {
			ways = append(ways, way{"a parameter above its maximum",
				func() { r.Query.Set(p.Name, fmt.Sprint(int64(*s.Max)+1)) }})
		}
	}
	if r.Op.Route.NeedsKey() && r.Query.Get("dry_run") == "" {
		ways = append(ways, way{"no Idempotency-Key", func() { r.Drop = append(r.Drop, "Idempotency-Key") }})
	}
	if r.Op.Route.NeedsIfMatch() {
		ways = append(ways, way{"no If-Match", func() { r.Drop = append(r.Drop, "If-Match") }},
			way{"an unreadable If-Match", func() { r.IfMatch = "tiga" }})
	}
	if schema != nil {
		ways = append(ways, way{"a body cut short", func() { r.Body = r.Body[:len(r.Body)-1] }},
			way{"a body of another kind", func() { r.ContentType = "text/plain" }})
		if m, ok := body.(map[string]any); ok && len(m) > 0 {
			ways = append(ways,
				way{"a member twice", func() { r.Body = append([]byte(`{"x":1,"x":1,`), r.Body[1:]...) }})
		}
		for _, s := range sites(schema, body, func(w any) any { return w }) {
			ways = append(ways, way{s.kind, func() { r.Body = probe.Encode(s.with()) }})
		}
	}
	w := ways[g.IntN(len(ways))]
	w.do()
	return w.kind
}

// look checks one answer.
func (f *fuzz) look(o probe.Operation, r probe.Request, kind string, a probe.Answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent++
	if a.Status < 300 {
		f.ok++
	}
	wrong, said := "", fmt.Sprintf("%s?%s %.600s -> %s", r.ID, r.Query.Encode(), r.Body, a.Body)
	switch {
	case a.Status >= 500:
		wrong = fmt.Sprintf("%d", a.Status)
	case kind != "valid" && a.Status < 400:
		wrong = "accepted: " + kind
	// the kind of a file is not part of the schema
	case kind == "valid" && (a.Status == http.StatusBadRequest || a.Status == http.StatusUnsupportedMediaType &&
		!strings.HasPrefix(r.ContentType, "multipart")):
		wrong = fmt.Sprintf("valid and answered %d", a.Status)
	case kind == "valid" && a.Status == http.StatusUnprocessableEntity:
		if unsaid(o, a.Body) || strings.HasPrefix(r.ContentType, "multipart") { // no schema describes the texts of a form
			break
		}
		f.refused[a.Header.Get("X-Request-Id")] = [2]string{o.ID + " valid and answered 422" + fields(a.Body), said}
	}
	if wrong != "" {
		f.wrong(o.ID+" "+wrong, said)
	}
}

func (f *fuzz) wrong(kind, said string) {
	f.bad[kind]++
	f.says[kind] = said
}

// unsaid are the rules of form that OpenAPI cannot express: no two items with
// the same member, no impossible day, no period that ends before it begins, and a code
// of a list that the document does not enumerate, since it changes without a release.
func unsaid(o probe.Operation, body []byte) bool {
	var p struct {
		Errors []struct{ Pointer, Code string }
	}
	return json.Unmarshal(body, &p) == nil && len(p.Errors) > 0 &&
		!slices.ContainsFunc(p.Errors, func(e struct{ Pointer, Code string }) bool {
			return !slices.Contains([]string{"unique", "early", "late", "clock", "order"}, e.Code) &&
				!(e.Code == "oneof" && !enumerated(o, e.Pointer))
		})
}

// enumerated says whether the document lists the values of a parameter.
func enumerated(o probe.Operation, pointer string) bool {
	v := o.Op.Parameters.GetByInAndName("query", strings.TrimPrefix(pointer, "query/"))
	return v == nil || len(itemSchema(v.Schema.Value).Enum) > 0
}

// itemSchema is the schema of a parameter, or of an item of its list.
func itemSchema(s *openapi3.Schema) *openapi3.Schema {
	if s.Type.Is("array") {
		return s.Items.Value
	}
	return s
}

// fields are the fields named by a problem.
func fields(body []byte) string {
	var p struct {
		Errors []struct{ Pointer, Code string }
	}
	if json.Unmarshal(body, &p) != nil || len(p.Errors) == 0 {
		return ""
	}
	return " " + p.Errors[0].Pointer + " " + p.Errors[0].Code
}

// forms collects from the product's log the requests refused for their form.
type forms struct {
	mu     sync.Mutex
	traces map[string]bool
}

// Write implements io.Writer; a line is one call.
func (f *forms) Write(b []byte) (int, error) {
	var line struct {
		Form    bool
		TraceID string `json:"trace_id"`
	}
	if json.Unmarshal(b, &line) == nil && line.Form {
		f.mu.Lock()
		f.traces[line.TraceID] = true
		f.mu.Unlock()
	}
	return len(b), nil
}

// settle counts the valid requests that, by the log, were refused for their
// form. It comes last, since a line may be written after its answer.
func (f *fuzz) settle() {
	f.forms.mu.Lock()
	defer f.forms.mu.Unlock()
	for trace, c := range f.refused {
		if f.forms.traces[trace] {
			f.wrong(c[0], c[1])
		}
	}
}
