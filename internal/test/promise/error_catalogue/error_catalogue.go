//go:build sabotage

// Package error_catalogue measures: every error is problem+json with a code of the
// catalogue, in Indonesian and in English, and reveals nothing internal.
package error_catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
	"github.com/balangan/homecare/pkg/homecare"
)

const least = 1000

// Promise is API-6.
var Promise = promise.Promise{ID: "API-6",
	Promised: "0 of >= 1,000 errors without a catalogued code, without id and en, or with SQL, stack or path",
	Measure:  measure, Control: promise.Control{Fault: "chatty_errors"}}

// inside are traces of internals that a caller must not see.
var inside = regexp.MustCompile(
	`(?i)\b(select|delete)\b.{0,200}\bfrom\b|\binsert into\b|\bupdate \w+ set\b|sqlstate|pgx|postgres|\.go\b|/internal/|/src/|goroutine|panic|runtime error|\bnil pointer|relation "|column "|constraint|json: cannot|strconv\.|0x[0-9a-f]{6}`)

func measure(t *testing.T) promise.Result {
	w := probe.NewWorld(t)
	m := &errorsSeen{known: map[string]*fault.Definition{}, codes: map[string]bool{}, wrong: map[string]int{}}
	for _, d := range fault.Catalogue() {
		m.known[d.Code] = d
	}
	probe.Each(w.Operations, func(op probe.Operation) {
		id, en := append(op.Bad("id"), onRecords(t, w, op, "id")...), append(op.Bad("en"), onRecords(t, w, op, "en")...)
		// Sequentially: what a request changes stays the same for its
		// counterpart.
		for i := range id {
			answer := w.Send(t, id[i])
			if answer.Status == http.StatusInternalServerError {
				t.Logf("500 of %s %s: %s", op.ID, id[i].ID, id[i].Body)
			}
			m.look("id", answer)
			m.look("en", w.Send(t, en[i]))
		}
	})
	for _, language := range []string{"id", "en"} {
		m.router(t, w.Server, language)
	}
	examples := 0
	for what := range m.wrong {
		if examples++; examples <= 5 {
			t.Log(what)
		}
	}
	kinds := slices.Sorted(maps.Keys(m.wrong))
	return promise.Result{
		Measured: fmt.Sprintf("%d errors, %d codes, %d wrong %.80q", m.seen, len(m.codes), m.total(), kinds),
		Kept:     m.total() == 0 && m.seen >= least && len(m.codes) >= 15,
	}
}

// onRecords acts on the caller's own records, in the wrong state or version.
func onRecords(t *testing.T, w *probe.World, op probe.Operation, language string) []probe.Request {
	t.Helper()
	if op.Noun() == "" || !op.Writes() || op.EndsSessions() {
		return nil
	}
	var out []probe.Request
	for _, r := range w.Records(t, op.Noun(), probe.Own, 3) {
		for _, version := range []int64{r.Version, r.Version + 7} {
			out = append(out, probe.Request{Op: op, As: op.Caller(), ID: r.ID, Language: language,
				IfMatch: rest.ETag(version), Body: probe.Encode(op.Example())})
		}
	}
	return out
}

// router requests addresses without an operation.
func (m *errorsSeen) router(t *testing.T, s *apitest.Server, language string) {
	t.Helper()
	for _, call := range [][2]string{{"GET", "/v1/nothing"}, {"PUT", "/v1/cases"}, {"DELETE", "/v1/me"},
		{"GET", "/etc/passwd"}, {"GET", "/v1/cases/%00"}, {"TRACE", "/v1/me"}} {
		req, err := http.NewRequestWithContext(t.Context(), call[0], s.URL+call[1], strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Language", language)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var body strings.Builder
		_ = res.Write(&body)
		_, text, _ := strings.Cut(body.String(), "\r\n\r\n")
		m.look(language, probe.Answer{Status: res.StatusCode, Header: res.Header, Body: []byte(text)})
	}
}

type errorsSeen struct {
	mu    sync.Mutex
	known map[string]*fault.Definition
	seen  int
	codes map[string]bool
	wrong map[string]int
}

func (m *errorsSeen) total() int {
	n := 0
	for _, k := range m.wrong {
		n += k
	}
	return n
}

// look checks one answer.
func (m *errorsSeen) look(language string, a probe.Answer) {
	if a.Status < 400 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen++
	not := func(ok bool, what string) {
		if !ok {
			m.wrong[what]++
		}
	}
	var p homecare.Problem
	// The token endpoint answers problems in OAuth's media type (RFC 6749; ADR
	// 19).
	oauth := a.Header.Get("Content-Type") == "application/json" && bytes.Contains(a.Body, []byte(`"error":"`))
	if a.Header.Get("Content-Type") != "application/problem+json" && !oauth || json.Unmarshal(a.Body, &p) != nil {
		m.wrong["no problem+json"]++
		return
	}
	d := m.known[p.Code]
	if d == nil {
		m.wrong["code "+p.Code]++
		return
	}
	m.codes[p.Code] = true
	not(p.Status == a.Status && p.Status == rest.StatusOf(d.Kind), p.Code+": status")
	not(p.Status < 500, p.Code+": our own failure")
	not(p.TraceID != "" && p.TraceID == a.Header.Get("X-Request-Id"), p.Code+": trace_id")
	not(p.Type == "/problems/"+p.Code, p.Code+": type")
	not(a.Header.Get("Content-Language") == language, p.Code+": Content-Language")
	not(p.Title == rest.TitleOf(d.Kind).In(language, nil), p.Code+": title not in "+language)
	not(p.Detail != "" && !unfilled.MatchString(p.Detail) && shaped(d.Detail, language, p.Detail),
		p.Code+": detail not in "+language)
	for _, f := range p.Errors {
		// An empty pointer is the whole body (RFC 6901).
		not(f.Code != "" && f.Message != "", p.Code+": a field without code or message")
	}
	p.Instance = "" // the caller's own words
	if hit := inside.FindString(string(probe.Encode(texts(p)))); hit != "" {
		m.wrong[p.Code+": says "+hit]++
	}
}

// texts are the texts of a problem for persons.
func texts(p homecare.Problem) []string {
	out := []string{p.Title, p.Detail}
	for _, f := range p.Errors {
		out = append(out, f.Code, f.Message)
	}
	return out
}

// shaped says whether detail is the catalogue's sentence in that language, with
// any values in its placeholders, and differs from that of the other language.
func shaped(text fault.Text, language, detail string) bool {
	want, other := text.ID, text.EN
	if language == "en" {
		want, other = other, want
	}
	form := placeholder.ReplaceAllString(regexp.QuoteMeta(want), ".+")
	ok, err := regexp.MatchString("^"+form+"$", detail)
	return err == nil && ok && want != other
}

// unfilled is a placeholder without its value; in /v1/cases/{id} it is a path.
var unfilled = regexp.MustCompile(`(^|[^/])\{[a-z_]+\}`)

var placeholder = regexp.MustCompile(`\\\{[a-z_]+\\\}`)
