package homecare

import "time"

// SignIn is the body of POST /v1/auth/login: account, password and device.
type SignIn struct {
	Username string `json:"username" validate:"required,max=60" example:"koordinator.tanah-habang"`
	// The password (kata sandi), as the person typed it.
	Password string `json:"password" validate:"required,max=200" format:"password"`
	// The membership (keanggotaan) in which to work; required only of an account with several,
	// which `allowed` of auth.choose_membership lists.
	MembershipID string `json:"membership_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// A UUID that the device makes once and keeps, also after signing out; absent: the server
	// makes one.
	DeviceID string `json:"device_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The name of the device (nama perangkat) in the list of sessions.
	DeviceName string `json:"device_name,omitempty" validate:"omitempty,max=80" example:"HP Samsung poskesdes"`
}

// Tokens is the answer to signing in and to refreshing.
type Tokens struct {
	// The token (token akses) that the client sends as `Authorization: Bearer`.
	AccessToken string `json:"access_token" validate:"required"`
	// The token (token pembaruan) for the next pair, by POST /v1/auth/refresh. It works once;
	// sent again within 60 seconds from the same device it gets the same answer.
	RefreshToken string `json:"refresh_token" validate:"required"`
	// ExpiresIn is the access token's lifetime in seconds.
	ExpiresIn int `json:"expires_in" validate:"required" example:"600"`
	// The kind of the access token: always Bearer.
	TokenType string `json:"token_type" validate:"required" example:"Bearer"`
	// The device of the session, as sent at the sign-in or made by the server. It goes into POST
	// /v1/auth/refresh.
	DeviceID string `json:"device_id" validate:"required" format:"uuid"`
	// SecondFactorRequired says that the tokens work only after a code: POST
	// /v1/auth/second-factor.
	SecondFactorRequired bool `json:"second_factor_required"`
	// SecondFactorEnrolment says that the account must first enrol an
	// authenticator: POST /v1/me/totp.
	SecondFactorEnrolment bool `json:"second_factor_enrolment"`
}

// Refresh is the body of POST /v1/auth/refresh: the refresh token and its device.
type Refresh struct {
	// The newest refresh token (token pembaruan) of the session. The one before it works for 60
	// seconds more; an older one ends the session.
	RefreshToken string `json:"refresh_token" validate:"required,max=200"`
	// The device of the session, as in the tokens. Another one ends the session.
	DeviceID string `json:"device_id" validate:"required,uuid" format:"uuid"`
}

// Me is the caller's account.
type Me struct {
	AccountID string `json:"account_id" validate:"required" format:"uuid"`
	Username  string `json:"username" validate:"required"`
	// The name of the person (nama).
	Name string `json:"name" validate:"required"`
	// The role (peran) of the membership under which this session works.
	Role string `json:"role" validate:"required,list=role" example:"koordinator"`
	// The puskesmas of this session, by its slug; absent for Dinkes.
	Puskesmas string `json:"puskesmas,omitempty" example:"tanah-habang"`
	SessionID string `json:"session_id" validate:"required" format:"uuid"`
	// TOTPEnrolled says that the account has an authenticator.
	TOTPEnrolled bool `json:"totp_enrolled"`
	// SecondFactorRequired says that this session still owes its second factor.
	SecondFactorRequired bool `json:"second_factor_required"`
	// All open memberships (keanggotaan) of the account, the oldest first.
	Memberships []Membership `json:"memberships" validate:"required"`
}

// Membership (keanggotaan) is the role of an account at a place.
type Membership struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	AccountID string `json:"account_id" validate:"required" format:"uuid"`
	// The puskesmas, by its slug; absent for a role of Dinkes.
	Puskesmas  string `json:"puskesmas,omitempty" example:"tanah-habang"`
	Role       string `json:"role" validate:"required,list=role" example:"petugas"`
	Profession string `json:"profession,omitempty" validate:"omitempty,list=profession" example:"nurse"`
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
	// The role (peran) of that time.
	Role string `json:"role" validate:"required,list=role" example:"petugas"`
	// The profession (profesi) of that time; absent: none.
	Profession string `json:"profession,omitempty" validate:"omitempty,list=profession" example:"nurse"`
	// When this role and profession began.
	From time.Time `json:"from" validate:"required" format:"date-time"`
	// When the next began.
	Until time.Time `json:"until" validate:"required" format:"date-time"`
}

// LeftBehind counts what waits for an account that left the staff: planned
// visits (GET /v1/visits?unstaffed=true) and open tasks.
type LeftBehind struct {
	// The planned visits (kunjungan) on which the account is to go.
	PlannedVisits int `json:"planned_visits"`
	// The tasks (tindak lanjut) of the account that are not closed.
	FollowUps int `json:"follow_ups"`
}

// StaffMember is a colleague of the caller's puskesmas (petugas, koordinator,
// kepala).
type StaffMember struct {
	AccountID string `json:"account_id" validate:"required" format:"uuid"`
	// The membership (keanggotaan) by which the person serves here.
	MembershipID string `json:"membership_id" validate:"required" format:"uuid"`
	Username     string `json:"username" validate:"required"`
	// The name of the person (nama), as on letters.
	Name string `json:"name" validate:"required"`
	NIP  string `json:"nip,omitempty"`
	Rank string `json:"rank,omitempty" example:"Penata / III c"`
	// The position (jabatan), as on letters.
	Position string `json:"position,omitempty" example:"Perawat Ahli Muda"`
	// The role (peran) at this puskesmas.
	Role       string `json:"role" validate:"required,list=role" example:"petugas"`
	Profession string `json:"profession,omitempty" validate:"omitempty,list=profession" example:"nurse"`
}

// Session is a sign-in on a device (sesi).
type Session struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The UUID of the device, as sent at the sign-in or made by the server.
	DeviceID string `json:"device_id" validate:"required" format:"uuid"`
	// The name of the device (nama perangkat), from the sign-in or PATCH /v1/sessions/{id};
	// absent: none.
	DeviceName string `json:"device_name,omitempty"`
	// When the person signed in.
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
	// When the session last got new tokens; at first the time of the sign-in.
	RenewedAt time.Time `json:"renewed_at" validate:"required" format:"date-time"`
	// When the session ends at the latest, 30 days after the sign-in; refreshing does not extend
	// it.
	ExpiresAt time.Time `json:"expires_at" validate:"required" format:"date-time"`
	// Whether it is the session that asks.
	Current bool `json:"current"`
	// SecondFactor says that the session was opened with a second factor.
	SecondFactor bool  `json:"second_factor"`
	Version      int64 `json:"version" validate:"required"`
}
