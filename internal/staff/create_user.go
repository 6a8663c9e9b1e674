package staff

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// CreateUser makes an account with its first membership and invites the person
// by mail. Errors: ErrBeyond, ErrUsernameTaken, ErrNoMail, fault.ErrInvalid.
func (s *Service) CreateUser(ctx context.Context, in homecare.NewUser) (homecare.User, error) {
	if s.Mail == nil {
		return homecare.User{}, ErrNoMail
	}
	return managed(ctx, s, func(tx pg.Tx) (homecare.User, error) {
		var none homecare.User
		tenant, err := grant(tx, auth.Role(in.Role), in.Puskesmas)
		if err != nil {
			return none, err
		}
		var check fault.Check
		check.That(usernameForm.MatchString(in.Username), "/username", "form", "Huruf kecil, angka, titik, garis; diawali huruf atau angka.",
			"Small letters, digits, dots, dashes; begins with a letter or digit.")
		checkEmail(&check, in.Email)
		if err := check.Err(); err != nil {
			return none, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		if tx.Principal().District() {
			_, err = tx.Exec(`insert into account (id, username, name, nip, rank, position, email) values ($1, $2, $3, nullif($4, ''), $5, $6, $7)`,
				in.ID, in.Username, in.Name, in.NIP, in.Rank, in.Position, in.Email)
		} else {
			_, err = tx.Exec(`insert into account (id, username, name, nip, rank, position, email, made_in) values ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8)`,
				in.ID, in.Username, in.Name, in.NIP, in.Rank, in.Position, in.Email, tenant)
		}
		if err != nil {
			return none, err
		}
		if err := insertMembership(tx, uuid.Must(uuid.NewV7()).String(), in.ID, tenant, in.Role, in.Profession, in.StartsOn); err != nil {
			return none, err
		}
		if err := emitLink(tx, in.ID, invitation); err != nil {
			return none, err
		}
		u, err := userIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		return u, s.trail.Record(tx, audit.Event{Action: "account.create", SubjectKind: "account", SubjectID: u.ID, After: trace(u)})
	})
}
