package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	documents "github.com/balangan/homecare"
	"github.com/balangan/homecare/internal/test/apitest"
)

// guides are the documents whose commands run.
var guides = []string{"README.md", "docs/guide/start.id.md", "docs/guide/start.en.md", "docs/guide/frontend.md",
	"docs/guide/integrator.md", "docs/guide/dinkes.md"}

// TestGuides runs the commands of each guide in order, in one shell, on a product
// of its own. A command must succeed, and so must its request: a refusal is an
// error unless a comment in the same block tells its status ("# 412: …").
func TestGuides(t *testing.T) {
	t.Parallel()
	for _, name := range guides {
		t.Run(strings.TrimSuffix(path.Base(name), ".md"), func(t *testing.T) {
			t.Parallel()
			source, err := documents.Files.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			blocks := blocksOf(source)
			s := apitest.New(t)
			s.RunJobs(t)
			followed, wrong := follow(t, s, blocks)
			for _, w := range wrong {
				t.Errorf("%s: %s", name, w)
			}
			if followed < len(blocks) {
				t.Errorf("%s: only %d requests of %d blocks", name, followed, len(blocks))
			}
		})
	}
}

// TestGuidesCanFail: a command that fails, a request that is refused, one that
// is not refused as told, and an unreadable block are errors.
func TestGuidesCanFail(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	const good = "curl -s http://127.0.0.1:8080/healthz"
	for _, x := range []struct {
		block, wants string
		faults       int
	}{
		{good, "", 0},
		{"false; " + good, "exit status 1", 1},
		{good + " | grep none", "exit status 1", 1},
		{"curl -s http://127.0.0.1:8080/v1/me", "answers 401, the guide tells []", 1},
		{"curl -s http://127.0.0.1:8080/v1/me # 401: no token", "", 0},
		{good + " # 401: no token", "answers [], the guide tells 401", 1},
		{"for x in; " + good, "syntax error", 1},
	} {
		_, wrong := follow(t, s, []block{{line: 1, text: x.block}})
		if len(wrong) != x.faults || x.faults == 1 && !strings.Contains(wrong[0], x.wants) {
			t.Errorf("%s: %q, want %q", x.block, wrong, x.wants)
		}
	}
}

// TestEveryBlockRunsOrSaysNot: a block of commands in a guide that is not run
// says so (no-run).
func TestEveryBlockRunsOrSaysNot(t *testing.T) {
	t.Parallel()
	names, err := documents.Files.ReadDir("docs/guide")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range names {
		name := "docs/guide/" + e.Name()
		if slices.Contains(guides, name) {
			continue
		}
		source, err := documents.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocksOf(source) {
			t.Errorf("%s:%d: nothing runs these commands: mark them no-run", name, b.line)
		}
	}
}

// TestStartsAreEqual: both languages of the first page have the same examples.
func TestStartsAreEqual(t *testing.T) {
	t.Parallel()
	var texts [2][]string
	for i, lang := range []string{"id", "en"} {
		source, err := documents.Files.ReadFile("docs/guide/start." + lang + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocksOf(source) {
			texts[i] = append(texts[i], b.text)
		}
	}
	if len(texts[0]) < 6 || !slices.Equal(texts[0], texts[1]) {
		t.Errorf("%d and %d examples, or they differ", len(texts[0]), len(texts[1]))
	}
}

// block is a fenced block of commands with its first line.
type block struct {
	line int
	text string
}

// blocksOf returns the blocks of a document that are to be run.
func blocksOf(source []byte) []block {
	var out []block
	_ = ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (
		ast.WalkStatus, error) {
		f, ok := n.(*ast.FencedCodeBlock)
		if !ok || !entering || f.Info == nil || f.Lines().Len() == 0 {
			return ast.WalkContinue, nil
		}
		info := strings.Fields(string(f.Info.Segment.Value(source)))
		if (info[0] == "sh" || info[0] == "bash") && !slices.Contains(info, "no-run") {
			first := f.Lines().At(0).Start
			out = append(out, block{1 + bytes.Count(source[:first], []byte("\n")), string(f.Lines().Value(source))})
		}
		return ast.WalkContinue, nil
	})
	return out
}

// told is a refusal that a comment in a block tells.
var told = regexp.MustCompile(`(?m)(?:^|\s)# ?([45]\d\d)\b`)

// follow runs blocks in one shell on a product of its own. It returns the number
// of requests and what went wrong.
func follow(t *testing.T, s *apitest.Server, blocks []block) (requests int, wrong []string) {
	t.Helper()
	r := recorder{refused: make([][]string, len(blocks)), t: t, s: s}
	edge := httptest.NewServer(&r)
	defer edge.Close()
	dir := t.TempDir()
	program, err := os.Executable()
	if err == nil {
		err = os.Mkdir(filepath.Join(dir, "bin"), 0o700)
	}
	if err == nil {
		err = os.Symlink(program, filepath.Join(dir, "bin", "homecare"))
	}
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	script.WriteString("set -euo pipefail\n")
	for i, b := range blocks {
		fmt.Fprintf(&script, "curl -sf %s%s%d\n%s\n", edge.URL, blockPath, i,
			strings.ReplaceAll(b.text, "http://127.0.0.1:8080", edge.URL))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", script.String())
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PASSWORD="+apitest.Password, "HOMECARE_DEMO_PASSWORD="+apitest.Password,
		"HOMECARE_ADDR="+strings.TrimPrefix(edge.URL, "http://"))
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		wrong = append(wrong, fmt.Sprintf("line %d: %v: %.2000s", blocks[r.now].line, err, lastOf(out)))
	}
	for i, b := range blocks {
		var tells []string
		for _, m := range told.FindAllStringSubmatch(b.text, -1) {
			tells = append(tells, m[1])
		}
		if i <= r.now && err == nil && !slices.Equal(tells, r.refused[i]) {
			wrong = append(wrong, fmt.Sprintf("line %d: a request answers %s, the guide tells %s", b.line,
				list(r.refused[i]), list(tells)))
		}
	}
	return r.requests, wrong
}

func list(statuses []string) string {
	if len(statuses) == 0 {
		return "[]"
	}
	return strings.Join(statuses, ", ")
}

// lastOf is the end of an output.
func lastOf(out []byte) []byte { return out[max(0, len(out)-2000):] }

// blockPath, with a number, is where the shell says which block begins.
const blockPath = "/--block/"

// recorder passes requests to the product, through the check of the contract,
// and keeps the refusals of curl by block.
type recorder struct {
	t *testing.T
	s *apitest.Server

	mu       sync.Mutex
	now      int
	requests int
	refused  [][]string
}

// ServeHTTP implements http.Handler.
func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if n, ok := strings.CutPrefix(req.URL.Path, blockPath); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		if _, err := fmt.Sscan(n, &r.now); err != nil {
			r.t.Error(err)
		}
		return
	}
	product, err := url.Parse(r.s.URL)
	if err != nil {
		r.t.Error(err)
		return
	}
	proxy := httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(product)
		p.Out.Header.Del("Accept-Encoding") // the check of the contract reads the answer
	},
		Transport: r.s.HTTP(r.t).Transport,
		ModifyResponse: func(res *http.Response) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.requests++
			// "homecare walk" tries refusals and judges them itself.
			if res.StatusCode >= 400 && strings.HasPrefix(req.UserAgent(), "curl/") {
				r.refused[r.now] = append(r.refused[r.now], fmt.Sprint(res.StatusCode))
			}
			return nil
		}}
	proxy.ServeHTTP(w, req)
}
