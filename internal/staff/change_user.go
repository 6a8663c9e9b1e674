package staff

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type userChangeParams struct {
	ID string `param:"id" json:"-"`
	homecare.UserChange
}

// ChangeUser changes an account. Disabling it ends its sessions at once.
// Errors: fault.ErrNotFound, ErrShared, fault.ErrStale, ErrLastAdmin,
// fault.ErrInvalid.
func (s *Service) ChangeUser(ctx context.Context, in userChangeParams) (homecare.User, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.User, error) {
		var none homecare.User
		before, err := ours(tx, in.ID)
		if err != nil {
			return none, err
		}
		version, err := pg.Scalar[int64](tx, `select version from account where id = $1 for update`, in.ID)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(version); err != nil {
			return none, err
		}
		after, changed := before, []string{}
		for name, f := range map[string]struct {
			to *string
			o  homecare.Opt[string]
		}{"name": {&after.Name, in.Name}, "nip": {&after.NIP, in.NIP}, "rank": {&after.Rank, in.Rank},
			"position": {&after.Position, in.Position}, "email": {&after.Email, in.Email}} {
			if f.o.Set && *f.to != f.o.V {
				*f.to = f.o.V // empty for null
				changed = append(changed, name)
			}
		}
		if err := checkUser(after, changed); err != nil {
			return none, err
		}
		disabled := before.DisabledAt != nil
		if in.Disabled.Set {
			disabled = in.Disabled.V
		}
		if _, err := tx.Exec(`update account set name = $2, nip = nullif($3, ''), rank = $4, position = $5,
			email = nullif($6, ''),
			disabled_at = case when $7 then coalesce(disabled_at, $8) end, version = version + 1 where id = $1`,
			in.ID, after.Name, after.NIP, after.Rank, after.Position, after.Email, disabled, tx.Now()); err != nil {
			return none, err
		}
		if disabled {
			if err := oneAdminLeft(tx); err != nil {
				return none, err
			}
		}
		u, err := userIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		if disabled && before.DisabledAt == nil {
			if u.LeftBehind, err = s.leftBehind(tx, u.ID); err != nil {
				return none, err
			}
		}
		return u, s.trail.Record(tx, audit.Event{Action: "account.change", SubjectKind: "account", SubjectID: u.ID,
			Before: trace(before), After: map[string]any{"username": u.Username, "disabled": u.DisabledAt != nil,
				"changed": strings.Join(changed, ", ")}})
	})
}

func checkUser(u homecare.User, changed []string) error {
	var check fault.Check
	for _, name := range changed {
		switch name {
		case "name":
			check.That(strings.TrimSpace(u.Name) != "" && fits(u.Name, 120), "/name", "text",
				"Isi nama, paling banyak 120 karakter.", "Write the name, 120 characters at most.")
		case "nip":
			check.That(u.NIP == "" || nipForm.MatchString(u.NIP), "/nip", "form", "NIP terdiri dari 18 angka.",
				"A NIP has 18 digits.")
		case "rank":
			check.That(fits(u.Rank, 60), "/rank", "max", "Paling banyak 60 karakter.", "At most 60 characters.")
		case "position":
			check.That(fits(u.Position, 120), "/position", "max", "Paling banyak 120 karakter.",
				"At most 120 characters.")
		case "email":
			checkEmail(&check, u.Email)
		}
	}
	return check.Err()
}

// fits says whether a text has at most n characters and no control character.
func fits(s string, n int) bool {
	return utf8.RuneCountInString(s) <= n && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
}
