package app

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	documents "github.com/balangan/homecare"
)

var (
	address = regexp.MustCompile("`(?:(GET|POST|PUT|PATCH|DELETE)(?:`?, `?[A-Z]+)* )?(/v1/(?:\\{[^}]*\\}|[^`?…# {])*)[^`]*`")
	param   = regexp.MustCompile(`\{[^}]*\}|:\w+`)
)

// unknown returns the addresses in a document that the route table lacks. An
// address without a method may be the beginning of others.
func unknown(text string, routes []string) []string {
	var out []string
	for _, m := range address.FindAllStringSubmatch(text, -1) {
		method, path := m[1], strings.TrimSuffix(param.ReplaceAllString(m[2], "*"), "/")
		if !slices.ContainsFunc(routes, func(r string) bool {
			has, of, _ := strings.Cut(r, " ")
			return (method == has || method == "") && like(of, path) ||
				method == "" && strings.HasPrefix(of, path+"/")
		}) {
			out = append(out, strings.TrimSpace(method+" "+m[2]))
		}
	}
	return out
}

// like says whether a route with its parameters as stars answers a path.
func like(route, path string) bool {
	a, b := strings.Split(route, "/"), strings.Split(path, "/")
	return slices.EqualFunc(a, b, func(x, y string) bool { return x == y || x == "*" || y == "*" })
}

// TestDocumentsNameRoutes: every address in a document of today is in the route
// table, unless the document says that it is planned.
func TestDocumentsNameRoutes(t *testing.T) {
	t.Parallel()
	var routes []string
	for _, r := range new(App).Routes() {
		routes = append(routes, r.Method+" "+param.ReplaceAllString(r.Path, "*"))
	}
	planned := []string{"/v1/sync"}
	n := 0
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/guide/*.md"} {
		names, err := fs.Glob(documents.Files, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := documents.Files.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n += len(address.FindAll(text, -1))
			for _, u := range unknown(string(text), routes) {
				if !slices.Contains(planned, u) {
					t.Errorf("%s names %s, which is no route", name, u)
				}
			}
		}
	}
	if n < 150 {
		t.Errorf("only %d addresses were looked at", n)
	}
	if got := unknown("`POST /v1/visits` `GET /v1/visits/{id}/none` `/v1/nothing` `/v1/visits?limit=1`", routes); len(
		got) != 2 {
		t.Errorf("unknown are %q", got)
	}
}
