// Package identity knows the staff: accounts, memberships, sign-in and
// sessions. Accounts are global; a right comes from a membership, and a token
// carries exactly one.
package identity

import (
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Lifetimes of a session.
const (
	SessionLifetime = 30 * 24 * time.Hour // a phone can be offline for weeks
	RefreshWindow   = 60 * time.Second    // a lost answer must not lock a nurse out
)

// The faults of signing in; they never say whether the account exists.
var (
	ErrSignIn = fault.Define(fault.Unauthenticated, "auth.sign_in",
		"Nama pengguna atau kata sandi salah.", "The username or password is wrong.")
	ErrChoose = fault.Define(fault.Invalid, "auth.choose_membership",
		"Akun ini bertugas di beberapa tempat. Kirim membership_id salah satunya.",
		"This account has several memberships. Send the membership_id of one.")
	ErrRefresh = fault.Define(fault.Unauthenticated, "auth.refresh",
		"Token pembaruan tidak berlaku lagi. Masuk lagi.", "The refresh token is no longer valid. Sign in again.")
	ErrReused = fault.Define(fault.Unauthenticated, "auth.refresh_reused",
		"Token pembaruan ini sudah pernah dipakai; demi keamanan sesi diakhiri. Masuk lagi.",
		"This refresh token was used before; for safety the session was ended. Sign in again.")
)

// account is a row of table account as far as signing in needs it.
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
