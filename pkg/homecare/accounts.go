package homecare

import (
	"time"
)

// User (akun petugas) is an account as Kepala and Dinkes manage it. Kepala sees
// only the memberships in their own puskesmas.
type User struct {
	ID          string       `json:"id" validate:"required" format:"uuid"`
	Username    string       `json:"username" validate:"required" example:"siti.uren"`
	Name        string       `json:"name" validate:"required"`
	NIP         string       `json:"nip,omitempty"`
	Rank        string       `json:"rank,omitempty" example:"Penata / III c"`
	Position    string       `json:"position,omitempty" example:"Perawat Ahli Muda"`
	Email       string       `json:"email,omitempty"`
	DisabledAt  *time.Time   `json:"disabled_at,omitempty" format:"date-time"`
	CreatedAt   time.Time    `json:"created_at" validate:"required" format:"date-time"`
	Memberships []Membership `json:"memberships" validate:"required"`
	Version     int64        `json:"version" validate:"required"`
	// LeftBehind is what still waits for the account. It is only in the answer
	// to disabling it, for its own puskesmas.
	LeftBehind *LeftBehind `json:"left_behind,omitempty"`
}

// NewUser is the body of POST /v1/users: a person and a first membership. An
// invitation is sent to Email; only the person ever knows the password.
type NewUser struct {
	ID       string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Username string `json:"username" validate:"required,min=3,max=60" example:"siti.uren"`
	Name     string `json:"name" validate:"required,name,max=120" example:"Siti Contoh, A.Md.Kep."`
	NIP      string `json:"nip,omitempty" validate:"omitempty,numeric,len=18" example:"199001012015012001"`
	Rank     string `json:"rank,omitempty" validate:"omitempty,name,max=60" example:"Pengatur / II c"`
	Position string `json:"position,omitempty" validate:"omitempty,name,max=120" example:"Perawat Terampil"`
	Email    string `json:"email" validate:"required,email,max=200" format:"email" example:"siti@example.test"`
	// Role: Kepala can give koordinator and petugas, Dinkes every role.
	Role string `json:"role" validate:"required,oneof=dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" enums:"dinkes_admin,dinkes_analyst,kepala_puskesmas,koordinator,petugas" example:"petugas"`
	// Puskesmas is a slug. Kepala may omit it; Dinkes must give it for every
	// role of a puskesmas.
	Puskesmas  string `json:"puskesmas,omitempty" validate:"omitempty,max=41" example:"uren"`
	Profession string `json:"profession,omitempty" validate:"omitempty,oneof=physician nurse midwife nutritionist lab_analyst other" enums:"physician,nurse,midwife,nutritionist,lab_analyst,other" example:"nurse"`
	// StartsOn is the first day of service; empty: today. Not in the future.
	StartsOn string `bounds:"done" json:"starts_on,omitempty" validate:"omitempty,date" format:"date" example:"2026-11-02"`
}

// UserChange is the body of PATCH /v1/users/{id}. Absent members stay
// unchanged.
type UserChange struct {
	Name     Opt[string] `json:"name,omitzero" swaggertype:"string" maxLength:"120"`
	NIP      Opt[string] `json:"nip,omitzero" swaggertype:"string" maxLength:"18"`
	Rank     Opt[string] `json:"rank,omitzero" swaggertype:"string" maxLength:"60"`
	Position Opt[string] `json:"position,omitzero" swaggertype:"string" maxLength:"120" example:"Perawat Mahir"`
	Email    Opt[string] `json:"email,omitzero" swaggertype:"string" maxLength:"200"`
	// Disabled true locks the account and ends its sessions at once.
	Disabled Opt[bool] `json:"disabled,omitzero" swaggertype:"boolean"`
}

// NewMembership is the body of POST /v1/memberships: account, role and place.
type NewMembership struct {
	ID         string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	AccountID  string `json:"account_id" validate:"required,uuid" format:"uuid"`
	Role       string `json:"role" validate:"required,oneof=dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" enums:"dinkes_admin,dinkes_analyst,kepala_puskesmas,koordinator,petugas" example:"petugas"`
	Puskesmas  string `json:"puskesmas,omitempty" validate:"omitempty,max=41" example:"uren"`
	Profession string `json:"profession,omitempty" validate:"omitempty,oneof=physician nurse midwife nutritionist lab_analyst other" enums:"physician,nurse,midwife,nutritionist,lab_analyst,other" example:"nurse"`
	// StartsOn is the first day of service; empty: today. Not in the future.
	StartsOn string `bounds:"done" json:"starts_on,omitempty" validate:"omitempty,date" format:"date" example:"2026-11-02"`
}

// MembershipChange is the body of PATCH /v1/memberships/{id}. Absent members
// stay unchanged.
type MembershipChange struct {
	Role       string      `json:"role,omitempty" validate:"omitempty,oneof=dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" enums:"dinkes_admin,dinkes_analyst,kepala_puskesmas,koordinator,petugas" example:"koordinator"`
	Profession Opt[string] `json:"profession,omitzero" swaggertype:"string" maxLength:"20" example:"nurse"`
}

// PasswordResetRequest is the body of POST /v1/auth/password-reset: the
// username.
type PasswordResetRequest struct {
	Username string `json:"username" validate:"required,max=60" example:"siti.uren"`
}

// NewPassword is the body of POST /v1/auth/password: the token of an invitation
// or reset link, and the new password.
type NewPassword struct {
	Token       string `json:"token" validate:"required,max=100"`
	NewPassword string `json:"new_password" validate:"required,max=200" format:"password"`
}

// PasswordChange is the body of POST /v1/me/password: the old and the new password.
type PasswordChange struct {
	OldPassword string `json:"old_password" validate:"required,max=200" format:"password"`
	NewPassword string `json:"new_password" validate:"required,max=200" format:"password"`
}

// Accepted is the answer to work that is done later: a mail is on its way.
type Accepted struct {
	Message string `json:"message" validate:"required"`
}
