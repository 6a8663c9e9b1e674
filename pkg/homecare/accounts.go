package homecare

import (
	"time"
)

// User (akun petugas) is an account as Kepala and Dinkes manage it. Kepala sees
// only the memberships in their own puskesmas.
type User struct {
	ID       string `json:"id" validate:"required" format:"uuid"`
	Username string `json:"username" validate:"required" example:"siti.uren"`
	// The name of the person (nama), as on letters.
	Name string `json:"name" validate:"required"`
	NIP  string `json:"nip,omitempty"`
	Rank string `json:"rank,omitempty" example:"Penata / III c"`
	// The position (jabatan), as on letters.
	Position string `json:"position,omitempty" example:"Perawat Ahli Muda"`
	// The e-mail address (alamat surel) to which invitations and links for a new password go;
	// absent: there is none.
	Email string `json:"email,omitempty"`
	// Since when the account is disabled (nonaktif); absent while the person may sign in.
	DisabledAt *time.Time `json:"disabled_at,omitempty" format:"date-time"`
	CreatedAt  time.Time  `json:"created_at" validate:"required" format:"date-time"`
	// The open memberships (keanggotaan); GET /v1/memberships?ended=true has the ended ones.
	Memberships []Membership `json:"memberships" validate:"required"`
	Version     int64        `json:"version" validate:"required"`
	// LeftBehind is what still waits for the account. It is only in the answer
	// to disabling it, for its own puskesmas.
	LeftBehind *LeftBehind `json:"left_behind,omitempty"`
}

// NewUser is the body of POST /v1/users: a person and a first membership. An
// invitation is sent to Email; only the person ever knows the password.
type NewUser struct {
	// The id of the account: a UUID that the client may choose.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The name for signing in (nama pengguna): small letters, digits, dots, dashes and
	// underscores, the first a letter or digit. It cannot be changed later.
	Username string `json:"username" validate:"required,min=3,max=60" example:"siti.uren"`
	// The name of the person (nama), as on letters.
	Name string `json:"name" validate:"required,name,max=120" example:"Siti Contoh, A.Md.Kep."`
	NIP  string `json:"nip,omitempty" validate:"omitempty,numeric,len=18" example:"199001012015012001"`
	Rank string `json:"rank,omitempty" validate:"omitempty,name,max=60" example:"Pengatur / II c"`
	// The position (jabatan), as on letters.
	Position string `json:"position,omitempty" validate:"omitempty,name,max=120" example:"Perawat Terampil"`
	// The e-mail address (alamat surel) to which the invitation goes.
	Email string `json:"email" validate:"required,email,max=200" format:"email" example:"siti@example.test"`
	// The role (peran) of the first membership. Kepala can give koordinator and petugas, Dinkes
	// every role.
	Role string `json:"role" validate:"required,list=role dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" example:"petugas"`
	// The puskesmas of the first membership, by its slug. Kepala may omit it; Dinkes must give it
	// for a role of a puskesmas and omit it for a role of Dinkes.
	Puskesmas  string `json:"puskesmas,omitempty" validate:"omitempty,max=41" example:"uren"`
	Profession string `json:"profession,omitempty" validate:"omitempty,list=profession" example:"nurse"`
	// The first day of service (mulai bertugas), not in the future; absent: today.
	StartsOn string `bounds:"done" json:"starts_on,omitempty" validate:"omitempty,date" format:"date" example:"2026-01-02"`
}

// UserChange is the body of PATCH /v1/users/{id}. Absent members stay
// unchanged.
type UserChange struct {
	// The new name of the person (nama), as on letters. It cannot be cleared.
	Name Opt[string] `json:"name,omitzero" swaggertype:"string" maxLength:"120"`
	// The new number of a civil servant (Nomor Induk Pegawai), 18 digits; null clears it.
	NIP Opt[string] `json:"nip,omitzero" swaggertype:"string" maxLength:"18"`
	// The new rank of a civil servant (pangkat dan golongan); null clears it.
	Rank Opt[string] `json:"rank,omitzero" swaggertype:"string" maxLength:"60"`
	// The new position (jabatan), as on letters; null clears it.
	Position Opt[string] `json:"position,omitzero" swaggertype:"string" maxLength:"120" example:"Perawat Mahir"`
	// The new e-mail address (alamat surel). It cannot be cleared.
	Email Opt[string] `json:"email,omitzero" swaggertype:"string" maxLength:"200"`
	// True locks the account (nonaktif) and ends its sessions at once; false or null unlocks it.
	Disabled Opt[bool] `json:"disabled,omitzero" swaggertype:"boolean"`
}

// NewMembership is the body of POST /v1/memberships: account, role and place.
type NewMembership struct {
	// The id of the membership: a UUID that the client may choose.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The account (akun) that gets the role. Kepala can name current and former staff of their
	// own puskesmas.
	AccountID string `json:"account_id" validate:"required,uuid" format:"uuid"`
	// The role (peran). Kepala can give koordinator and petugas, Dinkes every role.
	Role string `json:"role" validate:"required,list=role dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" example:"petugas"`
	// The puskesmas, by its slug. Kepala may omit it; Dinkes must give it for a role of a
	// puskesmas and omit it for a role of Dinkes.
	Puskesmas  string `json:"puskesmas,omitempty" validate:"omitempty,max=41" example:"uren"`
	Profession string `json:"profession,omitempty" validate:"omitempty,list=profession" example:"nurse"`
	// The first day of service (mulai bertugas), not in the future; absent: today.
	StartsOn string `bounds:"done" json:"starts_on,omitempty" validate:"omitempty,date" format:"date" example:"2026-01-02"`
}

// MembershipChange is the body of PATCH /v1/memberships/{id}. Absent members
// stay unchanged.
type MembershipChange struct {
	// The new role (peran). The place stays: a role of Dinkes does not become one of a puskesmas.
	// Kepala can give koordinator and petugas.
	Role string `json:"role,omitempty" validate:"omitempty,list=role dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" example:"koordinator"`
	// The new profession (profesi): physician, nurse, midwife, nutritionist, lab_analyst or
	// other; null clears it.
	Profession Opt[string] `json:"profession,omitzero" validate:"omitempty,list=profession" swaggertype:"string" example:"nurse"`
}

// PasswordResetRequest is the body of POST /v1/auth/password-reset: the
// username.
type PasswordResetRequest struct {
	// The name for signing in (nama pengguna). The answer is the same for a name that does not
	// exist.
	Username string `json:"username" validate:"required,max=60" example:"siti.uren"`
}

// NewPassword is the body of POST /v1/auth/password: the token of an invitation
// or reset link, and the new password.
type NewPassword struct {
	// The token of the mailed link, the part of its address after `#token=`. It works once.
	Token string `json:"token" validate:"required,max=100"`
	// The new password (kata sandi). A refused one (password.refused) leaves the token valid;
	// `errors` names each rule that it breaks.
	NewPassword string `json:"new_password" validate:"required,max=200" format:"password"`
}

// PasswordChange is the body of POST /v1/me/password: the old and the new password.
type PasswordChange struct {
	// The present password (kata sandi lama).
	OldPassword string `json:"old_password" validate:"required,max=200" format:"password"`
	// The new password (kata sandi baru). For a refused one (password.refused) `errors` names
	// each rule that it breaks.
	NewPassword string `json:"new_password" validate:"required,max=200" format:"password"`
}

// Accepted is the answer to work that is done later: a mail is on its way.
type Accepted struct {
	// What will happen, for a person to read, in the language of the answer.
	Message string `json:"message" validate:"required"`
}
