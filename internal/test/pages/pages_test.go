package pages

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// lookAt runs tools/pages on pages of a server. It returns what it printed and
// whether it found nothing.
func lookAt(t *testing.T, base string, paths ...string) (string, bool) {
	t.Helper()
	if os.Getenv("HOMECARE_PAGES") == "" {
		t.Skip("make pages looks at the pages in Chromium")
	}
	args := []string{"check.mjs", base}
	if shots := os.Getenv("HOMECARE_PAGES_SHOTS"); shots != "" {
		args = append(args, "--shots", shots)
	}
	cmd := exec.CommandContext(t.Context(), "node", append(args, paths...)...)
	cmd.Dir = "../../../tools/pages"
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// TestPages: the product's pages are accessible, ask only this server, keep to
// their policy, and fit a phone.
func TestPages(t *testing.T) {
	s := apitest.New(t)
	out, ok := lookAt(t, s.URL, "/?lang=id", "/?lang=en", "/docs/guide/frontend.md", "/docs/guide/dinkes.md",
		"/docs/states.md", "/problems/record.stale", "/docs/swagger", "/docs/redoc")
	t.Log(out)
	if !ok {
		t.Error("the pages have faults")
	}
}

// TestPagesCanFail: a page with each fault is found.
func TestPagesCanFail(t *testing.T) {
	const broken = `<!doctype html><html lang="en"><title>Broken</title><main><h1>Broken</h1>
<img src="data:,"><script>document.title = "changed"</script><p class="wide">Wide</p>
<link rel="stylesheet" href="/wide.css"><link rel="stylesheet" href="http://elsewhere.test/a.css"></main>`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wide.css" {
			w.Header().Set("Content-Type", "text/css")
			_, _ = io.WriteString(w, ".wide { width: 2000px }")
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src *; img-src data:")
		_, _ = io.WriteString(w, broken)
	}))
	defer s.Close()
	out, ok := lookAt(t, s.URL, "/")
	if ok {
		t.Error("nothing is found")
	}
	for fault, times := range map[string]int{"image-alt: ": 4, "scrolls sideways: 20": 4,
		"a request leaves the host: http://elsewhere.test/a.css": 1,
		"the policy is violated: Executing inline script":        1} {
		if strings.Count(out, fault) != times {
			t.Errorf("%q is found %d times, not %d:\n%s", fault, strings.Count(out, fault), times, out)
		}
	}
}
