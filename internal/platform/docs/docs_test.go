package docs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
)

const address = "https://homecare.example.test"

var site = Site{PublicURL: address, Ready: func(context.Context) error { return nil }}

func get(t *testing.T, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return getFrom(t, site, path, header...)
}

func getFrom(t *testing.T, s Site, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	h := rest.New(rest.Options{Log: slog.New(slog.DiscardHandler)}, Routes(s))
	req := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

var (
	source = regexp.MustCompile(`(?:src|href)="([^"]+)"`)
	id     = regexp.MustCompile(` id="([^"]+)"`)
)

// Every page that can be reached from the first one answers, and so does every
// chapter that a link names. No page loads anything from another host.
func TestLinks(t *testing.T) {
	bodies := map[string]string{}
	wanted := []string{"/?lang=id", "/?lang=en"}
	type link struct{ from, to, chapter string }
	var links []link
	for len(wanted) > 0 {
		at := wanted[0]
		wanted = wanted[1:]
		if _, seen := bodies[at]; seen {
			continue
		}
		res := get(t, at)
		bodies[at] = res.Body.String()
		if res.Code != http.StatusOK {
			t.Errorf("%s answers %d", at, res.Code)
		}
		if !strings.HasPrefix(res.Header().Get("Content-Type"), "text/html") {
			continue
		}
		pages := policy
		if at == "/docs/swagger" || at == "/docs/redoc" {
			pages = scriptPolicy
		} else if strings.Contains(bodies[at], "<script") || strings.Contains(bodies[at], "style=") {
			t.Errorf("%s has a script or a style", at)
		}
		if got := res.Header().Get("Content-Security-Policy"); got != pages {
			t.Errorf("%s: Content-Security-Policy %q", at, got)
		}
		for _, m := range source.FindAllStringSubmatch(bodies[at], -1) {
			switch to, chapter, _ := strings.Cut(m[1], "#"); {
			case to == "data:," || strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "mailto:"):
			case to == "":
				links = append(links, link{at, at, chapter})
			case !strings.HasPrefix(to, "/"):
				t.Errorf("%s leads to %s, which is no address of this server", at, m[1])
			default:
				wanted = append(wanted, to)
				links = append(links, link{at, to, chapter})
			}
		}
	}
	if len(bodies) < 60 || len(links) < 1000 {
		t.Errorf("only %d pages and %d links", len(bodies), len(links))
	}
	for _, l := range links {
		if l.chapter != "" && !strings.Contains(bodies[l.to], ` id="`+l.chapter+`"`) {
			t.Errorf("%s leads to %s#%s, which is not there", l.from, l.to, l.chapter)
		}
	}
	for at, body := range bodies {
		ids := id.FindAllString(body, -1)
		slices.Sort(ids)
		if len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%s has an id twice", at)
		}
	}
}

// The two pages with scripts load files of this server only.
func TestPagesAskOnlyThisServer(t *testing.T) {
	for _, p := range []string{"/docs/swagger", "/docs/redoc"} {
		html := get(t, p).Body.String()
		if found := source.FindAllString(html, -1); len(found) < 3 || strings.Contains(html, "://") {
			t.Errorf("%s: %d links, or a foreign address, in %s", p, len(found), html)
		}
	}
}

func TestHome(t *testing.T) {
	away := Site{PublicURL: address, Ready: func(context.Context) error { return errors.New("no database") }}
	for _, x := range []struct {
		site                 Site
		path, accepts, wants string
	}{
		{site, "/", "", `<html lang="id">`},
		{site, "/", "en-GB,en;q=0.9", `<html lang="en">`},
		{site, "/?lang=id", "en", `<html lang="id">`},
		{site, "/?lang=en", "id", `<html lang="en">`},
		{site, "/?lang=xx", "id", `<html lang="id">`},
		{site, "/", "", ">Siap<"},
		{site, "/?lang=en", "", ">Ready<"},
		{away, "/", "", ">Belum siap<"},
		{away, "/?lang=en", "", ">Not ready<"},
		{site, "/", "", "<dd>" + api.Version + "</dd>"},
		{site, "/", "", "<code>" + address + "</code>"},
	} {
		res := getFrom(t, x.site, x.path, "Accept-Language", x.accepts)
		if html := res.Body.String(); res.Code != http.StatusOK || !strings.Contains(html, x.wants) {
			t.Errorf("%s in %q: %d, without %s", x.path, x.accepts, res.Code, x.wants)
		}
		if vary := res.Header().Values("Vary"); !slices.Contains(vary, "Accept-Language") {
			t.Errorf("Vary is %v", vary)
		}
	}
	if res := get(t, "/docs"); res.Code != http.StatusFound || res.Header().Get("Location") != "/" {
		t.Errorf("/docs: %d %s", res.Code, res.Header().Get("Location"))
	}
}

// A document is a page in its own language with a table, chapters and no HTML of
// its own; other addresses are not found.
func TestDocuments(t *testing.T) {
	for path, wants := range map[string]string{
		"/docs/guide/dinkes.md":     `<html lang="id">`,
		"/docs/guide/frontend.md":   `<h2 id="errors">`,
		"/docs/guide/upgrade.md":    `<a href="/deployments/runbooks/upgrade.md">`,
		"/docs/roles.md":            `<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>`,
		"/docs/adr":                 `<a href="/docs/adr/0009-dependencies.md">`,
		"/docs/schema/":             "<h1",
		"/api/examples/case.http":   "\n###",
		"/api/CHANGELOG.md":         `<h2 id="120">`,
		"/docs/guide/operator.md":   "<td>deployments/compose/production.yml; its", // not served: text
		"/docs/guide/integrator.md": `<a href="/openapi.yaml">api/openapi.yaml</a>`,
	} {
		if res := get(t, path); res.Code != http.StatusOK || !strings.Contains(res.Body.String(), wants) {
			t.Errorf("%s: %d, without %s", path, res.Code, wants)
		}
	}
	for _, path := range []string{"/docs/none.md", "/docs/guide/../../go.mod", "/docs/%2e%2e/go.mod",
		"/api/openapi.yaml", "/deployments/secrets.sh", "/LICENSE", "/documents.go"} {
		if res := get(t, path); res.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, res.Code)
		}
	}
}

// The served document begins with the installation's address; the one in the
// repository names none.
func TestContractHasTheAddress(t *testing.T) {
	for _, path := range []string{"/openapi.json", "/openapi.yaml"} {
		for _, s := range []Site{site, {}} {
			res := getFrom(t, s, path)
			doc, err := openapi3.NewLoader().LoadFromData(res.Body.Bytes())
			if err != nil {
				t.Fatal(path, err)
			}
			var urls []string
			for _, server := range doc.Servers {
				urls = append(urls, server.URL)
			}
			want := []string{"/"}
			if s.PublicURL != "" {
				want = []string{address, "/"}
			}
			if !slices.Equal(urls, want) || doc.OpenAPI != "3.0.3" || doc.Paths.Len() == 0 {
				t.Errorf("%s: servers %q, %d paths", path, urls, doc.Paths.Len())
			}
			if err := doc.Validate(t.Context(), openapi3.DisableExamplesValidation()); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			again := getFrom(t, s, path, "If-None-Match", res.Header().Get("ETag"))
			if again.Code != http.StatusNotModified {
				t.Errorf("the same ETag answers %d", again.Code)
			}
		}
	}
	if _, err := withServer([]byte("openapi: 3.0.3\n"), address); err == nil {
		t.Error("a document without servers takes an address")
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
	for _, name := range []string{"swagger.html", "SHA256SUMS", "README.md", "nothing.js", "..%2fdocs.go",
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
