package homecare

import "time"

// SignIn is the body of POST /v1/auth/login: account, password and device.
type SignIn struct {
	Username string `json:"username" validate:"required,max=60" example:"koordinator.tanah-habang"`
	Password string `json:"password" validate:"required,max=200" format:"password"`
	// MembershipID chooses one of several memberships; required only then.
	MembershipID string `json:"membership_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// DeviceID is a UUID that the device generates once and keeps.
	DeviceID   string `json:"device_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	DeviceName string `json:"device_name,omitempty" validate:"omitempty,max=80" example:"HP Samsung poskesdes"`
}

// Tokens is the answer to signing in and to refreshing.
type Tokens struct {
	AccessToken  string `json:"access_token" validate:"required"`
	RefreshToken string `json:"refresh_token" validate:"required"`
	// ExpiresIn is the access token's lifetime in seconds.
	ExpiresIn int    `json:"expires_in" validate:"required" example:"600"`
	TokenType string `json:"token_type" validate:"required" example:"Bearer"`
	DeviceID  string `json:"device_id" validate:"required" format:"uuid"`
	// SecondFactorRequired says that the tokens work only after a code: POST
	// /v1/auth/second-factor.
	SecondFactorRequired bool `json:"second_factor_required"`
	// SecondFactorEnrolment says that the account must first enrol an
	// authenticator: POST /v1/me/totp.
	SecondFactorEnrolment bool `json:"second_factor_enrolment"`
}

// Refresh is the body of POST /v1/auth/refresh: the refresh token and its device.
type Refresh struct {
	RefreshToken string `json:"refresh_token" validate:"required,max=200"`
	DeviceID     string `json:"device_id" validate:"required,uuid" format:"uuid"`
}

// Me is the caller's account.
type Me struct {
	AccountID string `json:"account_id" validate:"required" format:"uuid"`
	Username  string `json:"username" validate:"required"`
	Name      string `json:"name" validate:"required"`
	Role      string `json:"role" validate:"required" example:"koordinator"`
	Puskesmas string `json:"puskesmas,omitempty" example:"tanah-habang"`
	SessionID string `json:"session_id" validate:"required" format:"uuid"`
	// TOTPEnrolled says that the account has an authenticator.
	TOTPEnrolled bool `json:"totp_enrolled"`
	// SecondFactorRequired says that this session still owes its second factor.
	SecondFactorRequired bool         `json:"second_factor_required"`
	Memberships          []Membership `json:"memberships" validate:"required"`
}

// Membership (keanggotaan) is the role of an account at a place.
type Membership struct {
	ID         string `json:"id" validate:"required" format:"uuid"`
	AccountID  string `json:"account_id" validate:"required" format:"uuid"`
	Puskesmas  string `json:"puskesmas,omitempty" example:"tanah-habang"`
	Role       string `json:"role" validate:"required" example:"petugas"`
	Profession string `json:"profession,omitempty" example:"nurse"`
	// Since is when the account got this role and profession here.
	Since time.Time `json:"since" validate:"required" format:"date-time"`
	// EndedAt is when it ended; absent while it is open.
	EndedAt *time.Time `json:"ended_at,omitempty" format:"date-time"`
	Version int64      `json:"version" validate:"required"`
	// History is the earlier states of the membership, newest first; only where
	// memberships are managed.
	History []MembershipSpan `json:"history,omitempty"`
	// LeftBehind is what still waits for the account. It is only in the answer
	// to ending a membership, for its own puskesmas.
	LeftBehind *LeftBehind `json:"left_behind,omitempty"`
}

// MembershipSpan is an earlier role and profession of a membership, with its
// period.
type MembershipSpan struct {
	Role       string    `json:"role" validate:"required" example:"petugas"`
	Profession string    `json:"profession,omitempty" example:"nurse"`
	From       time.Time `json:"from" validate:"required" format:"date-time"`
	Until      time.Time `json:"until" validate:"required" format:"date-time"`
}

// LeftBehind counts what waits for an account that left the staff: planned
// visits (GET /v1/visits?unstaffed=true) and open tasks.
type LeftBehind struct {
	PlannedVisits int `json:"planned_visits"`
	FollowUps     int `json:"follow_ups"`
}

// StaffMember is a colleague of the caller's puskesmas (petugas, koordinator,
// kepala).
type StaffMember struct {
	AccountID    string `json:"account_id" validate:"required" format:"uuid"`
	MembershipID string `json:"membership_id" validate:"required" format:"uuid"`
	Username     string `json:"username" validate:"required"`
	Name         string `json:"name" validate:"required"`
	NIP          string `json:"nip,omitempty"`
	Rank         string `json:"rank,omitempty" example:"Penata / III c"`
	Position     string `json:"position,omitempty" example:"Perawat Ahli Muda"`
	Role         string `json:"role" validate:"required" example:"petugas"`
	Profession   string `json:"profession,omitempty" example:"nurse"`
}

// Session is a sign-in on a device (sesi).
type Session struct {
	ID         string    `json:"id" validate:"required" format:"uuid"`
	DeviceID   string    `json:"device_id" validate:"required" format:"uuid"`
	DeviceName string    `json:"device_name,omitempty"`
	CreatedAt  time.Time `json:"created_at" validate:"required" format:"date-time"`
	RenewedAt  time.Time `json:"renewed_at" validate:"required" format:"date-time"`
	ExpiresAt  time.Time `json:"expires_at" validate:"required" format:"date-time"`
	Current    bool      `json:"current"`
	// SecondFactor says that the session was opened with a second factor.
	SecondFactor bool  `json:"second_factor"`
	Version      int64 `json:"version" validate:"required"`
}
