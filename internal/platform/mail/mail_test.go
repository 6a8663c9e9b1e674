package mail_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/mail"
)

// box is where a sender's messages arrive.
type box struct {
	sender   mail.Sender
	messages func(t *testing.T) []string
}

func boxes(t *testing.T) map[string]box {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mail")
	server := serve(t, "")
	sender, err := mail.SMTP("smtp://"+server.addr, "homecare@example.test")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]box{
		"folder": {mail.Folder(dir), func(t *testing.T) []string {
			names, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, n := range names {
				b, err := os.ReadFile(n)
				if err != nil {
					t.Fatal(err)
				}
				if info, err := os.Stat(n); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %v, %v", n, info.Mode(), err)
				}
				out = append(out, string(b))
			}
			return out
		}},
		"smtp": {sender, server.messages},
	}
}

// TestSenders is what every sender keeps.
func TestSenders(t *testing.T) {
	t.Parallel()
	for name, b := range boxes(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const text = "Kepada Yth. Siti Änderung,\n\n.titik di awal baris\nhttps://homecare.test/password#token=abc=def\n"
			for range 2 {
				if err := b.sender.Send(t.Context(), mail.Message{To: "siti@example.test",
					Subject: "Undangan · Homecare", Text: text}); err != nil {
					t.Fatal(err)
				}
			}
			got := b.messages(t)
			if len(got) != 2 {
				t.Fatalf("%d messages arrived, want 2", len(got))
			}
			m, err := netmail.ReadMessage(strings.NewReader(got[0]))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			if err != nil || subject != "Undangan · Homecare" || m.Header.Get("To") != "<siti@example.test>" {
				t.Errorf("subject %q to %q, %v", subject, m.Header.Get("To"), err)
			}
			body := m.Body
			if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
				body = quotedprintable.NewReader(m.Body)
			}
			plain, err := io.ReadAll(body)
			if err != nil || strings.TrimSpace(strings.ReplaceAll(string(plain), "\r\n", "\n")) != strings.TrimSpace(
				text) {
				t.Errorf("the text arrived as %q, %v", plain, err)
			}
			// What cannot be an address, or would add a header, is refused.
			for _, to := range []string{"", "siti", "siti@example.test\r\nBcc: all@example.test"} {
				if err := b.sender.Send(t.Context(), mail.Message{To: to, Subject: "x", Text: "x"}); !errors.Is(err,
					mail.ErrAddress) {
					t.Errorf("to %q: %v", to, err)
				}
			}
			if err := b.sender.Send(t.Context(), mail.Message{To: "siti@example.test",
				Subject: "x\r\nBcc: all@example.test", Text: "x"}); err == nil {
				for _, raw := range b.messages(t) {
					if strings.Contains(raw, "\nBcc:") {
						t.Error("a subject added a header")
					}
				}
			}
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if err := b.sender.Send(ended, mail.Message{To: "siti@example.test", Subject: "x", Text: "x"}); !errors.Is(
				err, context.Canceled) {
				t.Errorf("after the end of its context: %v", err)
			}
		})
	}
}

func TestSMTPRefusal(t *testing.T) {
	t.Parallel()
	server := serve(t, "550 5.1.1 <siti@example.test> unknown")
	s, err := mail.SMTP("smtp://"+server.addr, "homecare@example.test")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Send(t.Context(), mail.Message{To: "siti@example.test", Subject: "x", Text: "x"})
	if !errors.Is(err, mail.ErrRefused) || strings.Contains(err.Error(), "siti") {
		t.Errorf("refused: %v", err)
	}
	for _, address := range []string{"", "mail.example", "http://mail.example", "smtp://"} {
		if _, err := mail.SMTP(address, "homecare@example.test"); err == nil {
			t.Errorf("address %q was taken", address)
		}
	}
	if _, err := mail.SMTP("smtp://mail.example", "nobody"); err == nil {
		t.Error("a sender without an address was taken")
	}
}

// TestTLSIsWanted: without TLS, nothing is sent to another machine.
func TestTLSIsWanted(t *testing.T) {
	t.Parallel()
	server := serve(t, "")
	_, port, err := net.SplitHostPort(server.addr)
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	addrs, err := net.LookupHost(host)
	if err != nil || len(addrs) == 0 || strings.HasPrefix(addrs[0], "127.") {
		t.Skip("this machine has no second name")
	}
	s, err := mail.SMTP("smtp://"+net.JoinHostPort(host, port), "homecare@example.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), mail.Message{To: "siti@example.test", Subject: "x", Text: "x"}); err == nil ||
		len(server.messages(t)) != 0 {
		t.Errorf("sent without TLS: %v", err)
	}
}

// smtpServer implements the part of SMTP that a sender needs, without TLS.
type smtpServer struct {
	addr   string
	refuse string // answer to RCPT
	mu     sync.Mutex
	got    []string
}

func (s *smtpServer) messages(*testing.T) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.got...)
}

func serve(t *testing.T, refuse string) *smtpServer {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	s := &smtpServer{addr: "127.0.0.1:" + port, refuse: refuse}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *smtpServer) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	in := bufio.NewReader(c)
	say := func(line string) { _, _ = io.WriteString(c, line+"\r\n") }
	say("220 test")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"):
			say("250 test")
		case strings.HasPrefix(verb, "RCPT") && s.refuse != "":
			say(s.refuse)
		case verb == "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(l, "."))
			}
			s.mu.Lock()
			s.got = append(s.got, b.String())
			s.mu.Unlock()
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}
