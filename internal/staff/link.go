package staff

import (
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
)

// purpose is the purpose of a link.
type purpose string

const (
	invitation purpose = "invitation"
	reset      purpose = "reset"
)

// Lifetimes of links: an invitation must survive a weekend, a reset is used at
// once (NIST SP 800-63B-4, 4.2.1.2 allows 24 hours by mail).
const (
	InvitationLifetime = 72 * time.Hour
	ResetLifetime      = 30 * time.Minute
)

// How often a link may be requested within Limits.Window.
const (
	resetsPerUsername = 3
	resetsPerAddress  = 30
)

// LinkEvent is the outbox event that SendLink handles.
const LinkEvent = "account.link"

// The faults of links and passwords.
var (
	ErrLink = fault.Define(fault.Invalid, "link.invalid",
		"Tautan ini tidak berlaku: sudah dipakai, sudah lewat waktu, atau sudah diganti. Minta yang baru.",
		"This link is not valid: it was used, is too old, or was replaced. Ask for a new one.").
		Hint("POST /v1/auth/password-reset")
	ErrNoMail = fault.Define(fault.Unavailable, "mail.not_configured",
		"Surel belum diatur pada layanan ini, jadi tautan tidak dapat dikirim. Hubungi pengelola.",
		"Mail is not set up on this service, so no link can be sent. Tell the operator.").
		Hint("the operator sets HOMECARE_SMTP_URL")
	ErrNoAddress = fault.Define(fault.Conflict, "account.cannot_be_invited",
		"Akun ini belum memiliki alamat surel atau sedang dinonaktifkan. Perbaiki akunnya dahulu.",
		"This account has no e-mail address or is disabled. Change the account first.")
)

var (
	sent     = fault.Text{ID: "Undangan akan dikirim melalui surel.", EN: "The invitation will be sent by mail."}
	onItsWay = fault.Text{ID: "Bila akun ini ada, tautan akan dikirim ke alamat surelnya.",
		EN: "If this account exists, a link will be sent to its e-mail address."}
)

// emitLink queues the making and mailing of a link for after the commit. Outbox
// and job hold only the account's id; the token is made when the mail is sent.
func emitLink(tx pg.Tx, accountID string, why purpose) error {
	return outbox.Emit(tx, outbox.Event{Kind: LinkEvent, SubjectID: accountID,
		Body: map[string]string{"purpose": string(why)}})
}

// token is the token of a link: 256 bits under a key outside the database.
func (s *Service) token(linkID string) string {
	return base64.RawURLEncoding.EncodeToString(crypt.MAC(s.linkKey, []byte(linkID)))
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// holder is the part of an account that setting its password needs.
type holder struct {
	ID, Username, Name, PasswordHash string
	SecondFactor                     bool
	PuskesmasID                      int16 // of the first membership; 0 for Dinkes
	Puskesmas                        string
	LinkID                           string
}

func (h holder) of() signin.PasswordOf {
	return signin.PasswordOf{Username: h.Username, Name: h.Name, Puskesmas: h.Puskesmas, SecondFactor: h.SecondFactor}
}

const holderColumns = `a.id, a.username, a.name, a.password_hash, coalesce(f.puskesmas_id, 0)::smallint as puskesmas_id,
	coalesce(f.slug, '') as puskesmas,
	a.totp_sealed is not null or exists (select from membership m where m.account_id = a.id and m.ended_at is null
	and m.role = any ($1)) as second_factor`

const holderFrom = ` from account a left join lateral (select m.puskesmas_id, p.slug from membership m
	left join puskesmas p on p.id = m.puskesmas_id
	where m.account_id = a.id and m.ended_at is null order by m.created_at, m.id limit 1) f on true `

func demanding() []string {
	var out []string
	for _, r := range access.Roles {
		if signin.DemandsSecondFactor(string(r)) {
			out = append(out, string(r))
		}
	}
	return out
}
