package staff

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/pkg/homecare"
)

// SetPassword sets a password by the token of a link and ends all sessions. Of
// concurrent requests with one token, one succeeds. Errors: ErrLink,
// ErrPasswordRefused, auth.ErrBusy.
func (s *Service) SetPassword(ctx context.Context, in homecare.NewPassword) error {
	h, err := pg.System(ctx, s.db, "set password", func(tx pg.Tx) (holder, error) {
		return pg.Row[holder](tx, `select `+holderColumns+`, l.id as link_id`+holderFrom+`join account_link l on
			l.account_id = a.id
			where l.token_hash = $2 and l.used_at is null and l.expires_at > now()
			and a.disabled_at is null`, demanding(), hashToken(in.Token))
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
		tag, err := tx.Exec(`update account_link set used_at = now()
			where id = $1 and used_at is null and expires_at > now()`, h.LinkID)
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

// newHash checks a new password against the policy and hashes it.
func (s *Service) newHash(ctx context.Context, h holder, password string) (string, error) {
	if err := s.Policy.Check(password, h.of()); err != nil {
		return "", err
	}
	if s.Policy == signin.BSSN {
		if err := s.fresh(ctx, h, password); err != nil {
			return "", err
		}
	}
	return s.hasher.Hash(ctx, password)
}

// fresh refuses one of the account's last passwords.
func (s *Service) fresh(ctx context.Context, h holder, password string) error {
	type former struct{ PasswordHash string }
	last, err := pg.System(ctx, s.db, "password history", func(tx pg.Tx) ([]former, error) {
		return pg.Rows[former](tx, `select password_hash from password_history where account_id = $1
			order by replaced_at desc limit $2`, h.ID, signin.BssnRemembers-1)
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
			return signin.ErrPasswordRefused.At(signin.Rule("reused"))
		}
	}
	return nil
}

// writePassword stores the hash, keeps the previous one, and ends every session
// but keep and every link of the account. Of two concurrent changes one
// succeeds: the other proved the password that no longer exists.
func writePassword(tx pg.Tx, h holder, hash, keep string) error {
	tag, err := tx.Exec(`update account set password_hash = $2, password_changed_at = now() where id = $1
		and password_hash = $3`, h.ID, hash, h.PasswordHash)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return ErrLink
	}
	if h.PasswordHash != "" {
		if _, err := tx.Exec(`insert into password_history (id, account_id, password_hash)
			values (gen_random_uuid(), $1, $2)`, h.ID, h.PasswordHash); err != nil {
			return err
		}
		if _, err := tx.Exec(`delete from password_history where account_id = $1 and id not in (
			select id from password_history where account_id = $1 order by replaced_at desc
			limit $2)`, h.ID, signin.BssnRemembers-1); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`update account_link set used_at = now() where account_id = $1 and used_at is null`,
		h.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`update session set ended_at = now(), ended_reason = 'password changed' where account_id = $1
		and ended_at is null and ($2 = '' or id::text <> $2)`, h.ID, keep)
	return err
}
