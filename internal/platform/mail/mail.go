// Package mail sends short plain texts to members of staff. Jobs send mail,
// never a request, and a mail contains nothing about a person.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// Message is one mail in plain text.
type Message struct{ To, Subject, Text string }

// Sender accepts a message: when Send returns nil, the next server is
// responsible for its delivery. Errors contain neither address nor text.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Errors of a sender.
var (
	ErrAddress = errors.New("mail: an address cannot be read")
	ErrRefused = errors.New("mail: the server did not take the message")
)

// folder writes one file per message.
type folder struct {
	dir  string
	from string
}

// Folder is a sender for development and tests: it writes each message as a
// file (RFC 5322, mode 0600) to dir, which it creates.
func Folder(dir string) Sender { return folder{dir, "homecare@localhost"} }

// Send implements Sender.
func (f folder) Send(ctx context.Context, m Message) error {
	msg, err := compose(f.from, m)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	name := filepath.Join(f.dir, time.Now().UTC().Format("20060102T150405.000000000")+"-"+uuid.NewString()[:8]+".eml")
	// Written under another name and renamed: a program that watches the folder
	// sees complete files.
	w, err := os.OpenFile(name+".part", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = msg.WriteTo(w)
	if err = errors.Join(err, w.Close()); err != nil {
		return errors.Join(err, os.Remove(name+".part"))
	}
	return os.Rename(name+".part", name)
}

type smtpSender struct {
	from    string
	host    string
	options []gomail.Option
}

// SMTP is a sender through the server at address, a URL such as
// smtp://user:password@mail.example:587 (STARTTLS) or smtps://…:465 (TLS from
// the start). Without TLS it sends only to this machine.
func SMTP(address, from string) (Sender, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("mail: the address of the server must be smtp://host:port or smtps://host:port")
	}
	if _, err := mail.ParseAddress(from); err != nil {
		return nil, errors.New("mail: the sender must be an address such as homecare@example.go.id")
	}
	s := smtpSender{from: from, host: u.Hostname(), options: []gomail.Option{gomail.WithTimeout(30 * time.Second)}}
	switch {
	case u.Scheme == "smtps":
		s.options = append(s.options, gomail.WithSSL(), gomail.WithPort(465))
	case local(u.Hostname()):
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSOpportunistic), gomail.WithPort(25))
	default:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithPort(587))
	}
	if p := u.Port(); p != "" {
		port, err := strconv.Atoi(p)
		if err != nil {
			return nil, errors.New("mail: the port of the server is no number")
		}
		s.options = append(s.options, gomail.WithPort(port))
	}
	if password, ok := u.User.Password(); ok {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return s, nil
}

// local says whether host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send implements Sender.
func (s smtpSender) Send(ctx context.Context, m Message) error {
	msg, err := compose(s.from, m)
	if err != nil {
		return err
	}
	c, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return ErrRefused
	}
	if err := c.DialAndSendWithContext(ctx, msg); err != nil {
		if cause := ctx.Err(); cause != nil {
			return cause
		}
		return fmt.Errorf("%w (%s)", ErrRefused, reason(err))
	}
	return nil
}

// reason is the kind of an error: a server's message may contain the address.
func reason(err error) string {
	if e, ok := errors.AsType[*gomail.SendError](err); ok {
		return e.Reason.String()
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return "network"
	}
	return "protocol"
}

func compose(from string, m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if msg.From(from) != nil || msg.To(m.To) != nil {
		return nil, ErrAddress
	}
	msg.Subject(m.Subject)
	msg.SetMessageID()
	msg.SetDate()
	// Prevents automatic replies such as "out of office".
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}
