package staff

import (
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/pg"
)

// SendLink makes the link of an outbox event and mails it. The event's id is
// the link's id, so a retry sends the same link. It does nothing for an account
// that is unknown, disabled or without an address.
func (s *Service) SendLink(ctx context.Context, eventID, accountID, why string) error {
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
		// The lock orders the links of one account: the last one is valid.
		if _, err := tx.Exec(`select from account where id = $1 for update`, accountID); err != nil {
			return receiver{}, err
		}
		tag, err := tx.Exec(`insert into account_link (id, account_id, purpose, token_hash, expires_at)
			select $1, a.id, $3, $4, now() + make_interval(secs => $5) from account a where a.id = $2
			and a.disabled_at is null and a.email is not null
			on conflict (id) do nothing`, eventID, accountID, why, hashToken(s.token(eventID)), lifetime.Seconds())
		if err != nil {
			return receiver{}, err
		}
		if tag.RowsAffected() == 1 {
			if _, err := tx.Exec(`update account_link set used_at = now() where account_id = $1 and id <> $2
				and used_at is null`, accountID, eventID); err != nil {
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
	return s.Mail.Send(ctx, mail.Message{To: r.Email, Subject: letter.subject.In("id", nil),
		Text: letter.text.In("id", args)})
}

// linkMails are the complete mails of the two purposes.
var linkMails = map[purpose]struct{ subject, text fault.Text }{
	invitation: {
		subject: fault.Text{ID: "Undangan ke Homecare Balangan"},
		text: fault.Text{ID: `Yth. {name},

Anda didaftarkan sebagai pengguna Homecare Balangan dengan nama pengguna {username}.

Buat kata sandi Anda melalui tautan ini, paling lambat {until} WITA:

{link}

Tautan hanya berlaku satu kali. Jangan teruskan surel ini kepada siapa pun;
tidak ada petugas yang akan meminta kata sandi Anda.
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
