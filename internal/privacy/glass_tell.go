package privacy

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/pg"
)

var glassMail = struct{ subject, text fault.Text }{
	subject: fault.Text{ID: "Akses darurat Dinkes ke data puskesmas Anda"},
	text: fault.Text{ID: `Yth. Kepala Puskesmas,

{by} dari Dinas Kesehatan membuka akses darurat ke data satu orang di puskesmas Anda,
dari {from} sampai paling lambat {until} WITA.

Lihat alasannya, siapa yang dilihat dan berapa kali, dan catat hasil telaah Anda di aplikasi Homecare
(daftar akses darurat). Nomor: {id}.

Surel ini tidak memuat data pasien.
`}}

// TellKepala mails the heads of the puskesmas that one of their persons was
// opened. Without a mail server only the list shows it.
func (s *Service) TellKepala(ctx context.Context, id string, puskesmas int16) error {
	if s.Mail == nil || id == "" || puskesmas == 0 {
		return nil
	}
	type told struct {
		Email, AccountName  string
		OpenedAt, ExpiresAt time.Time
	}
	heads, err := pg.SystemFor(ctx, s.db, "break-glass", puskesmas, func(tx pg.Tx) ([]told, error) {
		return pg.Rows[told](tx, `select a.email, g.account_name, g.opened_at, g.expires_at from break_glass g
			join membership m on m.puskesmas_id = g.puskesmas_id and m.role = 'kepala_puskesmas' and m.ended_at is null
			join account a on a.id = m.account_id and a.disabled_at is null and a.email is not null
			where g.id = $1`, id)
	})
	if err != nil {
		return err
	}
	for _, h := range heads {
		args := map[string]any{"by": h.AccountName, "from": at(h.OpenedAt), "until": at(h.ExpiresAt), "id": id}
		if err := s.Mail.Send(ctx, mail.Message{To: h.Email, Subject: glassMail.subject.In("id", nil),
			Text: glassMail.text.In("id", args)}); err != nil {
			return err
		}
	}
	return nil
}

func at(t time.Time) string { return t.In(clock.WITA).Format("02-01-2006 15.04") }
