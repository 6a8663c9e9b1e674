package signin

import (
	"context"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Me returns the caller with all memberships.
func (s *Service) Me(ctx context.Context) (homecare.Me, error) {
	p, ok := auth.From(ctx)
	if !ok {
		return homecare.Me{}, pg.ErrNoPrincipal
	}
	return pg.System(ctx, s.db, "me", func(tx pg.Tx) (homecare.Me, error) {
		st, err := standingOf(tx, p) // a caller who still owes a second factor may read this
		if err != nil {
			return homecare.Me{}, err
		}
		a, err := accountByID(tx, p.UserID)
		if err != nil {
			return homecare.Me{}, err
		}
		me := homecare.Me{AccountID: a.ID, Username: a.Username, Name: a.Name, Role: string(p.Role),
			Puskesmas: p.Puskesmas, SessionID: p.SessionID,
			TOTPEnrolled: a.TOTP, SecondFactorRequired: st.Pending}
		ms, err := membershipsOf(tx, p.UserID)
		for _, m := range ms {
			me.Memberships = append(me.Memberships, wireMembership(m))
		}
		return me, err
	})
}

func wireMembership(m membership) homecare.Membership {
	w := homecare.Membership{ID: m.ID, AccountID: m.AccountID, Role: m.Role, Profession: m.Profession, Since: m.Since,
		Version: m.Version}
	if m.Puskesmas != nil {
		w.Puskesmas = *m.Puskesmas
	}
	return w
}
