package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestTraces: requests, statements and jobs arrive at the receiver under the
// request's own id, without data about the person.
func TestTraces(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var raw []string
	traces, names := map[string]map[string]bool{}, map[string]bool{} // names of spans by trace, and of all
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		var got collector.ExportTraceServiceRequest
		if err != nil || proto.Unmarshal(b, &got) != nil {
			t.Errorf("not OTLP: %d bytes, %v", len(b), err)
		}
		mu.Lock()
		defer mu.Unlock()
		raw = append(raw, string(b))
		for _, rs := range got.GetResourceSpans() {
			for _, ss := range rs.GetScopeSpans() {
				for _, s := range ss.GetSpans() {
					id := hex(s.GetTraceId())
					if traces[id] == nil {
						traces[id] = map[string]bool{}
					}
					traces[id][s.GetName()], names[s.GetName()] = true, true
				}
			}
		}
	}))
	t.Cleanup(receiver.Close)
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.OTLPEndpoint = receiver.URL }))
	c := s.As(t, "koordinator.uren")
	const name, nik = "Siti Kanari Jejak", "6311054107500001"
	body := homecare.NewPatient{Name: name, Sex: "female", BirthDate: "1950-07-01", NIK: nik, Village: "6311052001"}
	if err := c.Do(t.Context(), homecare.Call{Method: http.MethodPost, Path: "/v1/patients", Body: body}); err != nil {
		t.Fatal(err)
	}
	// a duplicate: PostgreSQL's detail has values
	_ = c.Do(t.Context(), homecare.Call{Method: http.MethodPost, Path: "/v1/patients", Body: body})
	const parent, id = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/v1/patients", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Tokens().AccessToken)
	own, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = own.Body.Close()
	req.Header.Set("Traceparent", parent)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	s.Database.Exec(t, `insert into outbox (puskesmas_id, id, kind) values (12, gen_random_uuid(), 'figures.changed')`)
	if err := s.App.Jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	has := func(name string) bool { mu.Lock(); defer mu.Unlock(); return names[name] }
	for end := time.Now().Add(15 * time.Second); !has("job figures.changed") &&
		time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err := s.App.Traces.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.App.Jobs.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"POST /v1/patients", "GET /v1/patients", "postgresql batch", "job figures.changed"} {
		if !has(name) {
			t.Errorf("no span %q of %v", name, names)
		}
	}
	for _, id := range []string{id, own.Header.Get("X-Request-Id")} {
		if spans := traces[id]; !spans["GET /v1/patients"] || len(spans) < 2 {
			t.Errorf("trace %s has the spans %v", id, spans)
		}
	}
	for _, secret := range []string{name, "Kanari", nik, "1950-07-01", c.Tokens().AccessToken, apitest.Password} {
		if strings.Contains(strings.Join(raw, ""), secret) {
			t.Errorf("the spans hold %q", secret)
		}
	}
}

func hex(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, x := range b {
		s.WriteByte(digits[x>>4])
		s.WriteByte(digits[x&15])
	}
	return s.String()
}
