// Package signin authenticates persons, with passwords, second factors and sessions,
// and keeps the keys that sign their tokens. Accounts are global; a token carries
// exactly one membership.
//
//	SignIn             sign_in.go              ErrSignIn, ErrChoose, ErrTooMany, ErrPasswordExpired
//	SecondFactor       second_factor.go        ErrCode, ErrCodeUsed, ErrNotEnrolled, ErrTooMany
//	Refresh            refresh.go              ErrRefresh, ErrReused
//	StepUp             step_up.go              ErrPassword, ErrCode, ErrTooMany
//	OfferTOTP          offer_totp.go           ErrPassword
//	ConfirmTOTP        confirm_totp.go         ErrNotOffered, ErrCode
//	NewRecoveryCodes   renew_recovery_codes.go ErrNotEnrolled
//	RemoveTOTP         remove_totp.go          ErrDemanded, ErrNotEnrolled
//	Me                 me.go
//	Sessions           session.go
//	NameSession        name_session.go         fault.ErrNotFound, fault.ErrStale
//	EndSession         end_session.go          fault.ErrNotFound
//	SignOut            sign_out.go             pg.ErrSessionEnded
//	SignOutEverywhere  sign_out.go
//	RotateSigningKey   signing_key.go          ErrKeyWaits
//
// attempt.go counts wrong attempts, password.go has the password rules, totp.go the
// codes, keys.go loads the signing keys.
package signin

import (
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Lifetimes of a session.
const (
	SessionLifetime = 30 * 24 * time.Hour // a phone can be offline for weeks
	RefreshWindow   = 60 * time.Second    // a lost answer must not lock a nurse out
)

// The faults of signing in. They never reveal whether the account exists.
var (
	ErrSignIn = fault.Define(fault.Unauthenticated, "auth.sign_in",
		"Nama pengguna atau kata sandi salah.", "The username or password is wrong.")
	ErrChoose = fault.Define(fault.Invalid, "auth.choose_membership",
		"Akun ini bertugas di beberapa tempat. Pilih salah satunya.",
		"This account works in several places. Choose one.").
		Hint("send the membership_id of one; allowed lists them")
	ErrRefresh = fault.Define(fault.Unauthenticated, "auth.refresh",
		"Token pembaruan tidak berlaku lagi. Masuk lagi.", "The refresh token is no longer valid. Sign in again.")
	ErrReused = fault.Define(fault.Unauthenticated, "auth.refresh_reused",
		"Token pembaruan ini sudah pernah dipakai; demi keamanan sesi diakhiri. Masuk lagi.",
		"This refresh token was used before; for safety the session was ended. Sign in again.")
)

// account is the part of a row of table account that signing in needs.
type account struct {
	ID           string
	Username     string
	Name         string
	PasswordHash string
	TOTP         bool // has an authenticator
	DisabledAt   *time.Time

	PasswordChangedAt *time.Time
}

// membership is a row of table membership with its puskesmas's slug.
type membership struct {
	ID          string
	AccountID   string
	PuskesmasID *int16
	Puskesmas   *string
	Role        string
	Profession  string
	Since       time.Time
	Version     int64
}

// session is a row of table session.
type session struct {
	ID           string
	AccountID    string
	MembershipID string
	DeviceID     string
	Counter      int32
	RotatedAt    time.Time
	ExpiresAt    time.Time
	EndedAt      *time.Time
	Pending      bool // owes a second factor
	SecondFactor bool // was opened with one
	TOTP         bool // the account has an authenticator
}
