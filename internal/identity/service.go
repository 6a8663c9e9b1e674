package identity

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/sabotage"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of identity. It reads the wall clock, never the
// business clock: a demo month must not age a session.
type Service struct {
	db       *pg.DB
	tokens   *auth.Tokens
	refresh  *auth.Refresh
	hasher   *auth.Hasher
	trail    *audit.Trail
	attempts attempts
	totp     []byte // seals secrets of authenticators
	recovery []byte // hashes recovery codes

	// Policy says when a password has to be changed.
	Policy Policy
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, tokens *auth.Tokens, m *crypt.Master, hasher *auth.Hasher, trail *audit.Trail, limits Limits) *Service {
	return &Service{db: db, tokens: tokens, refresh: auth.NewRefresh(m), hasher: hasher, trail: trail,
		attempts: attempts{m.Derive("sign-in-attempt"), limits.orDefault()}, totp: m.Derive("totp"), recovery: m.Derive("recovery-code")}
}

// SignIn opens a session on a device; it is pending where a second factor is
// owed. Unknown and known accounts take the same statements and do the same
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
	if err != nil { // not looked at
		return none, errors.Join(err, s.forgive(ctx, k.attempt))
	}
	if !ok || a.DisabledAt != nil {
		return none, ErrSignIn
	}
	m, err := choose(k.memberships, in.MembershipID)
	if errors.Is(err, ErrChoose) { // the password was right
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
		TOTP: a.TOTP, Pending: a.TOTP || demandsSecondFactor(m.Role)}
	// In the tenant of the membership, so that its trail, not Dinkes's, tells
	// of its staff.
	return pg.SystemAs(ctx, s.db, "sign-in", principal(ses, m), func(tx pg.Tx) (homecare.Tokens, error) {
		if err := insertSession(tx, ses, in.DeviceName, SessionLifetime); err != nil {
			return none, err
		}
		if err := forgiveIn(tx, k.attempt); err != nil {
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

// knocking is what is known before the password is looked at.
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
	attempt, err := s.attempts.begin(tx, s.attempts.passwords(tx.Context(), in.Username, in.DeviceID, known))
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

// principal is who a session and its membership make the caller.
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

// Refresh rotates a session's refresh token. The one before works again for
// RefreshWindow from the same device and gets the same answer; after that, or
// from another device, its reuse ends the session. Errors: ErrRefresh,
// ErrReused.
func (s *Service) Refresh(ctx context.Context, in homecare.Refresh) (homecare.Tokens, error) {
	id, counter, ok := s.refresh.Parse(in.RefreshToken)
	if !ok {
		return homecare.Tokens{}, ErrRefresh
	}
	type result struct {
		tokens homecare.Tokens
		reused *auth.Principal // whose session ends for it
	}
	r, err := pg.System(ctx, s.db, "refresh", func(tx pg.Tx) (result, error) {
		ses, err := lockSession(tx, id)
		if errors.Is(err, fault.ErrNotFound) {
			return result{}, ErrRefresh
		}
		if err != nil {
			return result{}, err
		}
		now := time.Now()
		if ses.EndedAt != nil || now.After(ses.ExpiresAt) {
			return result{}, ErrRefresh
		}
		m, err := membershipByID(tx, ses.MembershipID)
		if err != nil {
			return result{}, ErrRefresh
		}
		// A role given meanwhile may demand what the sign-in did not.
		ses.Pending = ses.Pending || !ses.SecondFactor && demandsSecondFactor(m.Role)
		sameDevice := ses.DeviceID == in.DeviceID
		switch {
		case counter == ses.Counter && sameDevice:
			ses.Counter++
			if err := rotateSession(tx, ses, now); err != nil {
				return result{}, err
			}
		case counter == ses.Counter-1 && sameDevice && now.Sub(ses.RotatedAt) <= RefreshWindow && !sabotage.On("no_refresh_window"):
			// the answer got lost on the way: the same next token again
		default:
			p := principal(ses, m)
			return result{reused: &p}, nil
		}
		t, err := s.issue(ses, m, now)
		return result{tokens: t}, err
	})
	if err == nil && r.reused != nil {
		err = errors.Join(ErrReused, s.endReused(ctx, *r.reused))
	}
	return r.tokens, err
}

// endReused ends a session whose refresh token came again, and says so in its
// puskesmas's trail, once. The actor stays open: it may be a thief.
func (s *Service) endReused(ctx context.Context, p auth.Principal) error {
	unknown := auth.Principal{PuskesmasID: p.PuskesmasID, SessionID: p.SessionID}
	_, err := pg.SystemAs(context.WithoutCancel(ctx), s.db, "refresh", unknown, func(tx pg.Tx) (struct{}, error) {
		ended, err := endSession(tx, p.SessionID, "refresh token reused")
		if err != nil || !ended {
			return struct{}{}, err
		}
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "session.token_reused", SubjectKind: "account", SubjectID: p.UserID})
	})
	return err
}

// SignOut ends the caller's session; one that has ended already stays so.
// Error: pg.ErrSessionEnded where the token's session is not the caller's.
func (s *Service) SignOut(ctx context.Context) error {
	p, _ := auth.From(ctx)
	_, err := pg.SystemAs(ctx, s.db, "sign-out", p, func(tx pg.Tx) (struct{}, error) {
		if err := ownSession(tx, p); err != nil {
			return struct{}{}, err
		}
		ended, err := endSession(tx, p.SessionID, "signed out")
		if err != nil || !ended {
			return struct{}{}, err
		}
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "session.sign_out", SubjectKind: "account", SubjectID: p.UserID})
	})
	return err
}

// SignOutEverywhere ends all sessions of the caller; the token of a session
// that has ended may not.
func (s *Service) SignOutEverywhere(ctx context.Context) error {
	p, _ := auth.From(ctx)
	_, err := pg.SystemAs(ctx, s.db, "sign-out", p, func(tx pg.Tx) (struct{}, error) {
		if err := checkSession(tx, p); err != nil {
			return struct{}{}, err
		}
		if err := endSessions(tx, p.UserID, "signed out everywhere"); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "session.sign_out_everywhere", SubjectKind: "account", SubjectID: p.UserID})
	})
	return err
}

// Me returns the caller with all memberships.
func (s *Service) Me(ctx context.Context) (homecare.Me, error) {
	p, ok := auth.From(ctx)
	if !ok {
		return homecare.Me{}, pg.ErrNoPrincipal
	}
	return pg.System(ctx, s.db, "me", func(tx pg.Tx) (homecare.Me, error) {
		st, err := standingOf(tx, p) // who still owes a second factor may know who they are
		if err != nil {
			return homecare.Me{}, err
		}
		a, err := accountByID(tx, p.UserID)
		if err != nil {
			return homecare.Me{}, err
		}
		me := homecare.Me{AccountID: a.ID, Username: a.Username, Name: a.Name, Role: string(p.Role), Puskesmas: p.Puskesmas, SessionID: p.SessionID,
			TOTPEnrolled: a.TOTP, SecondFactorRequired: st.Pending}
		ms, err := membershipsOf(tx, p.UserID)
		for _, m := range ms {
			me.Memberships = append(me.Memberships, wireMembership(m))
		}
		return me, err
	})
}

// Staff lists the staff of the caller's puskesmas by name.
func (s *Service) Staff(ctx context.Context) ([]homecare.StaffMember, error) {
	return pg.Tenant(ctx, s.db, StaffIn)
}

func wireMembership(m membership) homecare.Membership {
	w := homecare.Membership{ID: m.ID, AccountID: m.AccountID, Role: m.Role, Profession: m.Profession, Since: m.Since, Version: m.Version}
	if m.Puskesmas != nil {
		w.Puskesmas = *m.Puskesmas
	}
	return w
}
