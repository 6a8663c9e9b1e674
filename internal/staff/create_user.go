package staff

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// CreateUser creates an account with its first membership and invites the
// person by mail. Errors: ErrBeyond, ErrUsernameTaken, ErrNoMail,
// fault.ErrInvalid.
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
		check.That(usernameForm.MatchString(in.Username), "/username", "form",
			"Huruf kecil, angka, titik, garis; diawali huruf atau angka.",
			"Small letters, digits, dots, dashes; begins with a letter or digit.")
		checkEmail(&check, in.Email)
		if err := check.Err(); err != nil {
			return none, err
		}
		in.ID = pg.NewID(in.ID)
		row := account{ID: in.ID, Username: in.Username, Name: in.Name, NIP: pg.Null(in.NIP), Rank: in.Rank,
			Position: in.Position, Email: pg.Null(in.Email)}
		if !tx.Principal().District() {
			row.MadeIn = tenant
		}
		if err := pg.Insert(tx, row); err != nil {
			return none, err
		}
		if err := insertMembership(tx, membership{ID: pg.NewID(""), AccountID: in.ID, PuskesmasID: tenant,
			Role: in.Role, Profession: in.Profession}, in.StartsOn); err != nil {
			return none, err
		}
		if err := emitLink(tx, in.ID, invitation); err != nil {
			return none, err
		}
		u, err := userIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		return u, s.trail.Record(tx, audit.Event{Action: "account.create", SubjectKind: "account", SubjectID: u.ID,
			After: trace(u)})
	})
}
