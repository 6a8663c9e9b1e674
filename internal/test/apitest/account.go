package apitest

import (
	"errors"
	"testing"

	"github.com/balangan/homecare/pkg/homecare"
)

// Strong is a password that meets the rules.
const Strong = "kuda lumping menari pelan"

// Code is the problem code of an SDK error; "" for none.
func Code(err error) string {
	if p, ok := errors.AsType[*homecare.Problem](err); ok {
		return p.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// NewUser is a new colleague for a puskesmas.
func NewUser(username string) homecare.NewUser {
	return homecare.NewUser{Username: username, Name: "Siti Contoh", Email: username + "@example.test", Role: "petugas",
		Profession: "nurse"}
}

// GivePassword signs in with the password only. A second factor may still be
// owed.
func (s *Server) GivePassword(t testing.TB, username string) (*homecare.Client, homecare.Tokens) {
	t.Helper()
	c := s.Visitor(t)
	tokens, err := c.SignIn(t.Context(), homecare.SignIn{Username: username, Password: Password})
	if err != nil {
		t.Fatal(err)
	}
	return c, tokens
}

// Postbox is a server with running jobs whose mail can be read.
type Postbox struct {
	*Server
	seen int
}

// NewPostbox starts one.
func NewPostbox(t testing.TB) *Postbox {
	t.Helper()
	s := New(t)
	s.RunJobs(t)
	return &Postbox{Server: s}
}

// Next waits for the next mail and returns its receiver and the link's token.
func (b *Postbox) Next(t testing.TB) (to, token string) {
	t.Helper()
	m := b.Mails(t, b.seen+1)[b.seen]
	b.seen++
	if m.Token == "" {
		t.Fatalf("a mail without a link: %s", m.Text)
	}
	return m.To, m.Token
}

// Must returns the result of a call, or ends the test with its error.
func Must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Register registers an old woman of Uren with that name and NIK.
func Register(t testing.TB, c *homecare.Client, name, nik string) homecare.Patient {
	t.Helper()
	return Must[homecare.Patient](t)(c.RegisterPatient(t.Context(), homecare.NewPatient{Name: name, Sex: "female",
		BirthDate: "1950-03-12",
		Village:   "6311052001", NIK: nik, Address: "Jl. Uji 7"}))
}
