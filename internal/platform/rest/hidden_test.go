package rest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestHiddenCharacters: a text without visible characters, or with an invisible
// one, is refused everywhere. Names of every script are accepted.
func TestHiddenCharacters(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	person := s.AddPatient(t, "uren", apitest.Person{Name: "Galuh Satu"})
	token := c.Tokens().AccessToken
	body := func(format, text string) string { return fmt.Sprintf(format, text) }
	const patient = `{"name": "%s", "sex": "female"}`
	for _, r := range []struct{ name, method, path, body, pointer, code string }{
		{"a name of zero width", "POST", "/v1/patients", body(patient, "\u200b\u200b"), "/name", "hidden"},
		{"escaped", "POST", "/v1/patients", body(patient, `\u2060`), "/name", "hidden"},
		{"turned round", "POST", "/v1/patients", body(patient, "Siti \u202ehanimA"), "/name", "hidden"},
		{"a byte order mark inside", "POST", "/v1/patients", body(patient, "Siti\ufeff Aminah"), "/name", "hidden"},
		{"a bell", "POST", "/v1/patients", body(patient, `Siti\u0007`), "/name", "hidden"},
		{"a delete", "POST", "/v1/patients", body(patient, "Siti\x7f"), "/name", "hidden"},
		{"blanks", "POST", "/v1/patients", body(patient, "\u00a0\u3000"), "/name", "text"},
		{"two lines", "POST", "/v1/patients", body(patient, `Siti\nAminah`), "/name", "name"},
		{"a search", "POST", "/v1/patients/search", `{"name": "si\u200b"}`, "/name", "hidden"},
		{"a consent", "POST", "/v1/patients/" + person + "/consents",
			body(`{"kind": "photo", "given_by": "%s", "relation": "self", "given_on": "2026-01-02"}`, "Ali\u2066"),
			"/given_by", "hidden"},
		{"within a list", "POST", "/v1/cases/" + person + "/review",
			body(`{"problems": ["Lemah", "%s"], "goals": ["x"], "planned_services": [], "visit_frequency": {"times": 1, "every_weeks": 1}, "participants": []}`,
				"\u200e"),
			"/problems/1", "hidden"},
		{"a query", "GET", "/v1/reports?programme=" + url.QueryEscape("homecare\u200b"), "", "query/programme", "type"},
	} {
		headers := map[string]string{}
		if strings.HasSuffix(r.path, "/review") {
			headers["If-Match"] = `"1"`
		}
		res, b := send(t, s, token, sent{r.method, r.path, r.body, headers})
		p := problem(t, b)
		found := false
		for _, f := range p.Errors {
			found = found || f.Pointer == r.pointer && f.Code == r.code
		}
		if res.StatusCode != http.StatusUnprocessableEntity || !found {
			t.Errorf("%s: %d %s", r.name, res.StatusCode, b)
		}
		if strings.ContainsAny(string(b), "\u200b\u2060\u202e\ufeff\u2066\u200e") {
			t.Errorf("%s: the answer repeats the character", r.name)
		}
	}
	for _, name := range []string{"Nor'aini binti H. Ma’ruf, S.Pd", "Ḥusain al-Banjārī", "محمد أرشد البنجري", "José"} {
		if _, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: name, Sex: "unknown"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A patch has no rules of its own: the body is checked.
	p, err := c.Patient(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"\u200d", "Galuh\u200f", " "} {
		res, b := send(t, s, token, sent{"PATCH", "/v1/patients/" + person, `{"name": "` + name + `"}`,
			map[string]string{"If-Match": fmt.Sprintf("%q", fmt.Sprint(p.Version))}})
		if res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("patched to %+q: %d %s", name, res.StatusCode, b)
		}
	}
}

// TestFilePolicy: a file that a page may show can do nothing there.
func TestFilePolicy(t *testing.T) {
	t.Parallel()
	file := rest.HandleFile(func(context.Context, call.None) (call.File, error) {
		return call.File{ContentType: "application/pdf", Name: "surat.pdf", Bytes: []byte("%PDF"), Inline: true}, nil
	})
	edge := httptest.NewServer(rest.New(rest.Options{Log: slog.New(slog.DiscardHandler)},
		[]rest.Route{{Method: http.MethodGet, Path: "/pdf", Handler: file, Flags: rest.Public}}))
	t.Cleanup(edge.Close)
	res, err := http.Get(edge.URL + "/pdf")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	for header, want := range map[string]string{"Content-Disposition": `inline; filename="surat.pdf"`,
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'"} {
		if got := res.Header.Get(header); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
}

// TestHiddenInForm: the texts of a form are checked like those of a body.
func TestHiddenInForm(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	person := s.AddPatient(t, "uren", apitest.Person{Name: "Galuh Satu"})
	a := homecare.NewAttachment{Kind: "scan", SubjectKind: "patient", SubjectID: person, Caption: "Kartu\u202e",
		File: []byte("%PDF-1.4\n%%EOF\n")}
	if _, err := c.Upload(t.Context(), a); err == nil || !strings.Contains(err.Error(), "[/caption hidden:") {
		t.Errorf("%v", err)
	}
	a.Caption = "Kartu keluarga\nhalaman 2"
	if _, err := c.Upload(t.Context(), a); err != nil {
		t.Errorf("two lines: %v", err)
	}
}
