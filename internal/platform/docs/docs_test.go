package docs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
)

func get(t *testing.T, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	h := rest.New(rest.Options{Log: slog.New(slog.DiscardHandler)}, Routes())
	req := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

var source = regexp.MustCompile(`(?:src|href)="([^"]+)"`)

// Every file that a page loads is served here, and none is on another host.
func TestPagesAskOnlyThisServer(t *testing.T) {
	for _, p := range []string{"/docs", "/docs/swagger", "/docs/redoc"} {
		res := get(t, p)
		html := res.Body.String()
		if res.Code != http.StatusOK || !strings.HasPrefix(res.Header().Get("Content-Type"), "text/html") {
			t.Fatalf("%s: %d %s", p, res.Code, res.Header().Get("Content-Type"))
		}
		if got := res.Header().Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: Content-Security-Policy %q", p, got)
		}
		found := source.FindAllStringSubmatch(html, -1)
		if len(found) < 3 {
			t.Errorf("%s: only %d links", p, len(found))
		}
		for _, m := range found {
			if m[1] == "data:," {
				continue
			}
			if r := get(t, m[1]); r.Code != http.StatusOK {
				t.Errorf("%s asks for %s, which answers %d", p, m[1], r.Code)
			}
		}
		if strings.Contains(html, "{version}") || strings.Contains(html, "://") {
			t.Errorf("%s: a placeholder or a foreign address in %s", p, html)
		}
	}
}

func TestDocument(t *testing.T) {
	res := get(t, "/openapi.json")
	var doc struct {
		OpenAPI string         `json:"openapi"`
		Paths   map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(res.Body.Bytes(), &doc); err != nil || doc.OpenAPI != "3.0.3" || len(doc.Paths) == 0 {
		t.Errorf("openapi.json: %+v, %v", doc, err)
	}
	if b := get(t, "/openapi.yaml").Body.Bytes(); !bytes.Contains(b, []byte("\nopenapi: 3.0.3\n")) {
		t.Errorf("openapi.yaml begins %q", b[:80])
	}
	if again := get(t, "/openapi.json", "If-None-Match",
		res.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("the same ETag answers %d", again.Code)
	}
}

// The embedded files are the ones that were reviewed.
func TestAssetsAreTheReviewedOnes(t *testing.T) {
	sums, err := assets.ReadFile("assets/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(sums)) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		plain := get(t, "/docs/assets/"+name).Body.Bytes()
		sum := sha256.Sum256(plain)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if bytes.Contains(plain, []byte("cdn.redoc")) {
			t.Errorf("%s loads from a foreign host", name)
		}
		packed := get(t, "/docs/assets/"+name, "Accept-Encoding", "gzip")
		if packed.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s is not sent compressed", name)
		}
		if b, err := unpack(packed.Body.Bytes()); err != nil || !bytes.Equal(b, plain) {
			t.Errorf("%s differs when compressed: %v", name, err)
		}
	}
}

func TestNoOtherFile(t *testing.T) {
	for _, name := range []string{"index.html", "SHA256SUMS", "README.md", "nothing.js", "..%2fdocs.go",
		"redoc.standalone.js.gz"} {
		if res := get(t, "/docs/assets/"+name); res.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", name, res.Code)
		}
	}
}

func TestProblemPages(t *testing.T) {
	for _, d := range fault.Catalogue() {
		res := get(t, "/problems/"+d.Code)
		html := res.Body.String()
		if res.Code != http.StatusOK || !strings.Contains(html, "<code>"+d.Code+"</code>") ||
			strings.Contains(html, "<no value>") {
			t.Errorf("%s: %d %s", d.Code, res.Code, html)
		}
	}
	if res := get(t, "/problems/no.such"); res.Code != http.StatusNotFound {
		t.Errorf("an unknown code answers %d", res.Code)
	}
}
