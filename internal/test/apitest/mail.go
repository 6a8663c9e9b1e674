package apitest

import (
	"context"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
)

// Mail is a message sent by the product, with the token of its link.
type Mail struct{ To, Text, Token string }

var tokenForm = regexp.MustCompile(`#token=([A-Za-z0-9_-]{43})\b`)

// RunJobs handles the outbox until the test ends.
func (s *Server) RunJobs(t testing.TB) {
	t.Helper()
	if err := s.App.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.App.Jobs.Stop(context.Background()) })
}

// CatchUp brings what follows the record up to date at the business time of the tests: newest
// facts, scores.
func (s *Server) CatchUp(t testing.TB) { t.Helper(); s.CatchUpAt(t, Now) }

// CatchUpAt is CatchUp at another time.
func (s *Server) CatchUpAt(t testing.TB, at time.Time) {
	t.Helper()
	if err := s.App.Jobs.CatchUp(clock.With(context.Background(), at)); err != nil {
		t.Fatal(err)
	}
}

// Mails waits until n messages were sent and returns all, oldest first.
func (s *Server) Mails(t testing.TB, n int) []Mail {
	t.Helper()
	for range 600 {
		names, err := filepath.Glob(filepath.Join(s.App.Config.MailDir, "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		if len(names) < n {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		slices.Sort(names)
		out := make([]Mail, len(names))
		for i, name := range names {
			out[i] = readMail(t, name)
		}
		return out
	}
	t.Fatalf("fewer than %d mails came", n)
	return nil
}

func readMail(t testing.TB, name string) Mail {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	body := m.Body
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(m.Body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	out := Mail{To: strings.Trim(m.Header.Get("To"), "<>"), Text: string(text)}
	if found := tokenForm.FindStringSubmatch(out.Text); found != nil {
		out.Token = found[1]
	}
	return out
}
