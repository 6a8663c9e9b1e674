package staff

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
)

// ErrUsernameTaken is the fault of a username in use.
var ErrUsernameTaken = fault.Define(fault.Conflict, "account.username_taken",
	"Nama pengguna ini sudah dipakai. Pilih yang lain.", "This username is taken. Choose another.").About("/username")

func init() {
	pg.Explain(map[string]error{"account_username_uq": ErrUsernameTaken})
}

// CreateAccount creates an account with one membership from the operator's
// shell (homecare admin create): nobody can invite the first admin of an
// installation. puskesmas is a slug, empty for Dinkes. Errors:
// ErrPasswordRefused, ErrUsernameTaken, fault.ErrNotFound (the puskesmas).
func CreateAccount(ctx context.Context, db *pg.DB, trail *audit.Trail, h *auth.Hasher, policy signin.Policy, username,
	name, password string, role auth.Role, puskesmas, profession string) error {
	if err := policy.Check(password, signin.PasswordOf{Username: username, Name: name, Puskesmas: puskesmas,
		SecondFactor: signin.DemandsSecondFactor(string(role))}); err != nil {
		return err
	}
	hash, err := h.Hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = pg.System(ctx, db, "homecare admin create", func(tx pg.Tx) (struct{}, error) {
		var tenant *int16
		if puskesmas != "" {
			id, err := pg.Scalar[int16](tx, `select id from puskesmas where slug = $1`, puskesmas)
			if err != nil {
				return struct{}{}, err
			}
			tenant = &id
		}
		id := pg.NewID("")
		if err := pg.Insert(tx, account{ID: id, Username: username, Name: name, PasswordHash: hash}); err != nil {
			return struct{}{}, err
		}
		if err := pg.Insert(tx, membership{ID: pg.NewID(""), AccountID: id, PuskesmasID: tenant, Role: string(role),
			Profession: profession}); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, trail.Record(tx, audit.Event{Action: "account.create", SubjectKind: "account", SubjectID: id,
			After: map[string]string{"role": string(role), "puskesmas": puskesmas}})
	})
	return err
}
