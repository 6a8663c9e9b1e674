package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/sabotage"
	"github.com/balangan/homecare/pkg/homecare"
)

// purpose is what a link is for.
type purpose string

const (
	invitation purpose = "invitation"
	reset      purpose = "reset"
)

// Lifetimes of links: an invitation waits over a weekend, a reset is followed
// at once (NIST SP 800-63B-4, 4.2.1.2 allows 24 hours by mail).
const (
	InvitationLifetime = 72 * time.Hour
	ResetLifetime      = 30 * time.Minute
)

// How often a link may be asked for within Limits.Window.
const (
	resetsPerUsername = 3
	resetsPerAddress  = 30
)

// LinkEvent is the outbox event that SendLink works off.
const LinkEvent = "account.link"

// The faults of links and passwords.
var (
	ErrLink = fault.Define(fault.Invalid, "link.invalid",
		"Tautan ini tidak berlaku: sudah dipakai, sudah lewat waktu, atau sudah diganti. Minta yang baru melalui POST /v1/auth/password-reset.",
		"This link is not valid: it was used, is too old, or was replaced. Ask for a new one with POST /v1/auth/password-reset.")
	ErrNoMail = fault.Define(fault.Unavailable, "mail.not_configured",
		"Surel belum diatur pada layanan ini, jadi tautan tidak dapat dikirim. Hubungi pengelola (HOMECARE_SMTP_URL).",
		"Mail is not set up on this service, so no link can be sent. Tell the operator (HOMECARE_SMTP_URL).")
	ErrNoAddress = fault.Define(fault.Conflict, "account.cannot_be_invited",
		"Akun ini belum memiliki alamat surel atau sedang dinonaktifkan. Perbaiki akunnya dahulu.",
		"This account has no e-mail address or is disabled. Change the account first.")
)

var (
	sent     = fault.Text{ID: "Undangan akan dikirim melalui surel.", EN: "The invitation will be sent by mail."}
	onItsWay = fault.Text{ID: "Bila akun ini ada, tautan akan dikirim ke alamat surelnya.", EN: "If this account exists, a link will be sent to its e-mail address."}
)

// letters of the two purposes, whole.
var linkMails = map[purpose]struct{ subject, text fault.Text }{
	invitation: {
		subject: fault.Text{ID: "Undangan ke Homecare Balangan"},
		text: fault.Text{ID: `Yth. {name},

Anda didaftarkan sebagai pengguna Homecare Balangan dengan nama pengguna {username}.

Buat kata sandi Anda melalui tautan ini, paling lambat {until} WITA:

{link}

Tautan hanya berlaku satu kali. Jangan teruskan surel ini kepada siapa pun; tidak ada petugas yang akan meminta kata sandi Anda.
`}},
	reset: {
		subject: fault.Text{ID: "Atur ulang kata sandi Homecare Balangan"},
		text: fault.Text{ID: `Yth. {name},

Ada permintaan mengatur ulang kata sandi untuk nama pengguna {username}.

Buat kata sandi baru melalui tautan ini, paling lambat {until} WITA:

{link}

Tautan hanya berlaku satu kali. Bila Anda tidak memintanya, abaikan surel ini; kata sandi Anda tidak berubah.
`}},
}

// emitLink lets a link be made and mailed after the commit. Neither outbox nor
// job holds more than the account's id: the token comes to be when the mail is
// sent.
func emitLink(tx pg.Tx, accountID string, why purpose) error {
	return outbox.Emit(tx, outbox.Event{Kind: LinkEvent, SubjectID: accountID, Body: map[string]string{"purpose": string(why)}})
}

// token of a link: 256 bits under a key outside the database.
func (s *Accounts) token(linkID string) string {
	return base64.RawURLEncoding.EncodeToString(crypt.MAC(s.linkKey, []byte(linkID)))
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// SendLink makes the link that an outbox event asked for and mails it; the
// event's id is the link's, so that a second try sends the same link. It does
// nothing for an account that is unknown, disabled or without an address.
func (s *Accounts) SendLink(ctx context.Context, eventID, accountID, why string) error {
	letter, ok := linkMails[purpose(why)]
	if accountID == "" || !ok {
		return nil
	}
	lifetime := ResetLifetime
	if purpose(why) == invitation {
		lifetime = InvitationLifetime
	}
	type receiver struct {
		Username, Name, Email string
		ExpiresAt             time.Time
		Open                  bool
	}
	r, err := pg.System(ctx, s.db, "account link", func(tx pg.Tx) (receiver, error) {
		// The lock puts the links of one account into an order: the last counts.
		if _, err := tx.Exec(`select from account where id = $1 for update`, accountID); err != nil {
			return receiver{}, err
		}
		tag, err := tx.Exec(`insert into account_link (id, account_id, purpose, token_hash, expires_at)
			select $1, a.id, $3, $4, now() + make_interval(secs => $5) from account a where a.id = $2 and a.disabled_at is null and a.email is not null
			on conflict (id) do nothing`, eventID, accountID, why, hashToken(s.token(eventID)), lifetime.Seconds())
		if err != nil {
			return receiver{}, err
		}
		if tag.RowsAffected() == 1 {
			if _, err := tx.Exec(`update account_link set used_at = now() where account_id = $1 and id <> $2 and used_at is null`, accountID, eventID); err != nil {
				return receiver{}, err
			}
		}
		return pg.Row[receiver](tx, `select a.username, a.name, coalesce(a.email, '') as email, l.expires_at,
				l.used_at is null and l.expires_at > now() and a.disabled_at is null and a.email is not null as open
			from account_link l join account a on a.id = l.account_id where l.id = $1`, eventID)
	})
	if errors.Is(err, fault.ErrNotFound) || err == nil && !r.Open {
		return nil
	}
	if err != nil {
		return err
	}
	if s.Mail == nil {
		return ErrNoMail
	}
	args := map[string]any{"name": r.Name, "username": r.Username, "link": s.Page + "#token=" + s.token(eventID),
		"until": r.ExpiresAt.In(clock.WITA).Format("02-01-2006 15.04")}
	return s.Mail.Send(ctx, mail.Message{To: r.Email, Subject: letter.subject.In("id", nil), Text: letter.text.In("id", args)})
}

// RequestReset lets a link be mailed to the person. The answer and the work of
// the request are the same whether or not the account exists. Errors:
// ErrTooMany, ErrNoMail.
func (s *Accounts) RequestReset(ctx context.Context, in homecare.PasswordResetRequest) (homecare.Accepted, error) {
	var none homecare.Accepted
	if s.Mail == nil {
		return none, ErrNoMail
	}
	_, err := pg.System(ctx, s.db, "password reset", func(tx pg.Tx) (struct{}, error) {
		if _, err := s.attempts.begin(tx, []subject{{s.attempts.hash("reset", in.Username), resetsPerUsername}, {s.attempts.hash("reset address", call.Of(ctx).Address), resetsPerAddress}}); err != nil {
			return struct{}{}, err
		}
		type known struct{ ID string }
		found, err := pg.Rows[known](tx, `select id from account where username = $1`, in.Username)
		if err != nil {
			return struct{}{}, err
		}
		var id string
		for _, a := range found {
			id = a.ID
		}
		if err := emitLink(tx, id, reset); err != nil {
			return struct{}{}, err
		}
		// For an unknown name too: the same work, and the trail shows that somebody tries.
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "password.reset_requested", SubjectKind: "account", SubjectID: id})
	})
	return homecare.Accepted{Message: onItsWay.In(call.Of(ctx).Language, nil)}, err
}

// holder is an account as far as setting its password needs it.
type holder struct {
	ID, Username, Name, PasswordHash string
	SecondFactor                     bool
	PuskesmasID                      int16 // of the first membership; 0 for Dinkes
	Puskesmas                        string
	LinkID                           string
}

func (h holder) of() PasswordOf { return PasswordOf{h.Username, h.Name, h.Puskesmas, h.SecondFactor} }

const holderColumns = `a.id, a.username, a.name, a.password_hash, coalesce(f.puskesmas_id, 0)::smallint as puskesmas_id, coalesce(f.slug, '') as puskesmas,
	a.totp_sealed is not null or exists (select from membership m where m.account_id = a.id and m.ended_at is null and m.role = any ($1)) as second_factor`

const holderFrom = ` from account a left join lateral (select m.puskesmas_id, p.slug from membership m left join puskesmas p on p.id = m.puskesmas_id
	where m.account_id = a.id and m.ended_at is null order by m.created_at, m.id limit 1) f on true `

func demanding() []string {
	var out []string
	for _, r := range access.Roles {
		if demandsSecondFactor(string(r)) {
			out = append(out, string(r))
		}
	}
	return out
}

// SetPassword sets a password by the token of a link and ends all sessions. Of
// many at once with one token, one wins. Errors: ErrLink, ErrPasswordRefused,
// auth.ErrBusy.
func (s *Accounts) SetPassword(ctx context.Context, in homecare.NewPassword) error {
	h, err := pg.System(ctx, s.db, "set password", func(tx pg.Tx) (holder, error) {
		return pg.Row[holder](tx, `select `+holderColumns+`, l.id as link_id`+holderFrom+`join account_link l on l.account_id = a.id
			where l.token_hash = $2 and l.used_at is null and l.expires_at > now() and a.disabled_at is null`, demanding(), hashToken(in.Token))
	})
	if errors.Is(err, fault.ErrNotFound) {
		return ErrLink
	}
	if err != nil {
		return err
	}
	hash, err := s.newHash(ctx, h, in.NewPassword)
	if err != nil {
		return err
	}
	_, err = pg.SystemFor(ctx, s.db, "set password", h.PuskesmasID, func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		tag, err := tx.Exec(`update account_link set used_at = now() where id = $1 and (used_at is null or $2) and expires_at > now()`, h.LinkID, sabotage.On("reuse_codes"))
		if err != nil {
			return none, err
		}
		if tag.RowsAffected() == 0 {
			return none, ErrLink
		}
		if err := writePassword(tx, h, hash, ""); err != nil {
			return none, err
		}
		return none, s.trail.Record(tx, audit.Event{Action: "password.set", SubjectKind: "account", SubjectID: h.ID})
	})
	return err
}

// ChangePassword changes the caller's own password and ends the other sessions.
// Errors: ErrPassword, ErrPasswordRefused, ErrTooMany, auth.ErrBusy.
func (s *Accounts) ChangePassword(ctx context.Context, in homecare.PasswordChange) error {
	p, _ := auth.From(ctx)
	type opened struct {
		holder  holder
		attempt string
	}
	o, err := pg.System(ctx, s.db, "own password", func(tx pg.Tx) (opened, error) {
		if err := checkSession(tx, p); err != nil {
			return opened{}, err
		}
		h, err := pg.Row[holder](tx, `select `+holderColumns+holderFrom+`where a.id = $2`, demanding(), p.UserID)
		if err != nil {
			return opened{}, err
		}
		attempt, err := s.attempts.begin(tx, []subject{{s.attempts.hash("own password", p.UserID), s.attempts.limits.codes()}})
		return opened{h, attempt}, err
	})
	if err != nil {
		return s.attempts.locked(ctx, s.db, s.trail, p, ofAccount("password.locked", p), err)
	}
	ok, err := s.hasher.Check(ctx, o.holder.PasswordHash, in.OldPassword)
	if err == nil && !ok {
		_, terr := pg.SystemAs(context.WithoutCancel(ctx), s.db, "own password", p, func(tx pg.Tx) (struct{}, error) {
			return struct{}{}, s.trail.Record(tx, ofAccount("password.change_refused", p))
		})
		return errors.Join(ErrPassword, terr) // and stays counted
	}
	var hash string
	if err == nil {
		hash, err = s.newHash(ctx, o.holder, in.NewPassword)
	}
	_, werr := pg.SystemAs(context.WithoutCancel(ctx), s.db, "own password", p, func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		if ferr := forgiveIn(tx, o.attempt); ferr != nil || err != nil {
			return none, ferr
		}
		if err := writePassword(tx, o.holder, hash, p.SessionID); errors.Is(err, ErrLink) {
			return none, ErrPassword // somebody has changed it meanwhile
		} else if err != nil {
			return none, err
		}
		return none, s.trail.Record(tx, audit.Event{Action: "password.change", SubjectKind: "account", SubjectID: p.UserID})
	})
	if err != nil {
		return err
	}
	return werr
}

// newHash holds a new password against the policy and hashes it.
func (s *Accounts) newHash(ctx context.Context, h holder, password string) (string, error) {
	if err := s.Policy.Check(password, h.of()); err != nil {
		return "", err
	}
	if s.Policy == BSSN {
		if err := s.fresh(ctx, h, password); err != nil {
			return "", err
		}
	}
	return s.hasher.Hash(ctx, password)
}

// fresh refuses one of the account's last passwords.
func (s *Accounts) fresh(ctx context.Context, h holder, password string) error {
	type former struct{ PasswordHash string }
	last, err := pg.System(ctx, s.db, "password history", func(tx pg.Tx) ([]former, error) {
		return pg.Rows[former](tx, `select password_hash from password_history where account_id = $1 order by replaced_at desc limit $2`, h.ID, bssnRemembers-1)
	})
	if err != nil {
		return err
	}
	if h.PasswordHash != "" {
		last = append(last, former{h.PasswordHash})
	}
	for _, f := range last {
		same, err := s.hasher.Check(ctx, f.PasswordHash, password)
		if err != nil {
			return err
		}
		if same {
			return ErrPasswordRefused.At(rule("reused"))
		}
	}
	return nil
}

// writePassword stores the hash, remembers the one before, and ends every
// session but keep and every link of the account. Of two changes at once one
// wins: the other's proof was the password that is gone.
func writePassword(tx pg.Tx, h holder, hash, keep string) error {
	tag, err := tx.Exec(`update account set password_hash = $2, password_changed_at = now() where id = $1 and password_hash = $3`, h.ID, hash, h.PasswordHash)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 && !sabotage.On("reuse_codes") {
		return ErrLink
	}
	if h.PasswordHash != "" {
		if _, err := tx.Exec(`insert into password_history (id, account_id, password_hash) values (gen_random_uuid(), $1, $2)`, h.ID, h.PasswordHash); err != nil {
			return err
		}
		if _, err := tx.Exec(`delete from password_history where account_id = $1 and id not in (
			select id from password_history where account_id = $1 order by replaced_at desc limit $2)`, h.ID, bssnRemembers-1); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`update account_link set used_at = now() where account_id = $1 and used_at is null`, h.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`update session set ended_at = now(), ended_reason = 'password changed' where account_id = $1 and ended_at is null and ($2 = '' or id::text <> $2)`, h.ID, keep)
	return err
}
