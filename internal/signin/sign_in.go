package signin

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// SignIn opens a session on a device. It is pending where a second factor is
// owed. Unknown and known accounts run the same statements and do the same
// work. Errors: ErrSignIn, ErrChoose, ErrTooMany, ErrPasswordExpired,
// auth.ErrBusy.
func (s *Service) SignIn(ctx context.Context, in homecare.SignIn) (homecare.Tokens, error) {
	var none homecare.Tokens
	k, err := pg.System(ctx, s.db, "sign-in", func(tx pg.Tx) (knocking, error) { return s.knock(tx, in) })
	if err != nil {
		return none, s.signInLocked(ctx, in.Username, err)
	}
	a := k.account
	ok, err := s.hasher.Check(ctx, a.PasswordHash, in.Password)
	if err != nil { // not checked
		return none, errors.Join(err, s.forgive(ctx, k.attempt))
	}
	if !ok || a.DisabledAt != nil {
		return none, ErrSignIn
	}
	m, err := choose(k.memberships, in.MembershipID)
	if errors.Is(err, ErrChoose) { // the password was correct
		return none, errors.Join(err, s.forgive(ctx, k.attempt))
	}
	if err != nil {
		return none, err
	}
	if s.Policy.Expired(a.PasswordChangedAt, time.Now()) {
		return none, errors.Join(ErrPasswordExpired, s.forgive(ctx, k.attempt))
	}
	device := in.DeviceID
	if device == "" {
		device = uuid.NewString()
	}
	ses := session{ID: uuid.Must(uuid.NewV7()).String(), AccountID: a.ID, MembershipID: m.ID, DeviceID: device,
		TOTP: a.TOTP, Pending: a.TOTP || DemandsSecondFactor(m.Role)}
	// In the tenant of the membership, so that its audit trail, not Dinkes's,
	// has the events of its staff.
	return pg.SystemAs(ctx, s.db, "sign-in", principal(ses, m), func(tx pg.Tx) (homecare.Tokens, error) {
		if err := insertSession(tx, ses, in.DeviceName, SessionLifetime); err != nil {
			return none, err
		}
		if err := ForgiveIn(tx, k.attempt); err != nil {
			return none, err
		}
		action := "session.sign_in"
		if ses.Pending {
			action = "session.password_accepted"
		} else if err := rememberDevice(tx, a.ID, s.attempts.device(a.ID, device)); err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: action, SubjectKind: "account", SubjectID: a.ID}); err != nil {
			return none, err
		}
		return s.issue(ses, m, time.Now())
	})
}

// knocking is what is known before the password is checked.
type knocking struct {
	account     account
	memberships []membership
	attempt     string
}

func (s *Service) knock(tx pg.Tx, in homecare.SignIn) (knocking, error) {
	a, err := accountToSignIn(tx, in.Username)
	if err != nil {
		return knocking{}, err
	}
	known, err := deviceKnown(tx, a.ID, s.attempts.device(a.ID, in.DeviceID))
	if err != nil {
		return knocking{}, err
	}
	attempt, err := s.attempts.Begin(tx, s.attempts.passwords(tx.Context(), in.Username, in.DeviceID, known))
	if err != nil {
		return knocking{}, err
	}
	ms, err := membershipsOf(tx, a.ID)
	return knocking{a, ms, attempt}, err
}

func choose(ms []membership, wanted string) (membership, error) {
	if wanted == "" && len(ms) == 1 {
		return ms[0], nil
	}
	var ids []string
	for _, m := range ms {
		if m.ID == wanted {
			return m, nil
		}
		ids = append(ids, m.ID)
	}
	if len(ms) == 0 || wanted != "" {
		return membership{}, ErrSignIn
	}
	return membership{}, ErrChoose.Extend("allowed", ids)
}

// principal is the caller that a session and its membership make.
func principal(ses session, m membership) auth.Principal {
	p := auth.Principal{UserID: ses.AccountID, SessionID: ses.ID, MembershipID: m.ID, Role: auth.Role(m.Role)}
	if m.PuskesmasID != nil {
		p.PuskesmasID, p.Puskesmas = *m.PuskesmasID, *m.Puskesmas
	}
	return p
}

func (s *Service) issue(ses session, m membership, now time.Time) (homecare.Tokens, error) {
	access, err := s.tokens.Issue(principal(ses, m), now)
	if err != nil {
		return homecare.Tokens{}, err
	}
	return homecare.Tokens{AccessToken: access, RefreshToken: s.refresh.Token(ses.ID, ses.Counter),
		ExpiresIn: int(auth.AccessLifetime.Seconds()), TokenType: "Bearer", DeviceID: ses.DeviceID,
		SecondFactorRequired: ses.Pending, SecondFactorEnrolment: ses.Pending && !ses.TOTP}, nil
}
