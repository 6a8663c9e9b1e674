package homecare

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// User (akun petugas) is somebody who signs in, as Kepala and Dinkes manage
// them. Kepala sees the memberships of the own puskesmas only.
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
	// LeftBehind is what still waits for the account; only in the answer to
	// disabling it, and only to the puskesmas itself.
	LeftBehind *LeftBehind `json:"left_behind,omitempty"`
}

// RecordVersion is the version that If-Match names.
func (u User) RecordVersion() int64 { return u.Version }

// NewUser is the body of POST /v1/users: a person and a first membership. An
// invitation goes to Email; nobody but the person ever knows the password.
type NewUser struct {
	ID       string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Username string `json:"username" validate:"required,min=3,max=60" example:"siti.uren"`
	Name     string `json:"name" validate:"required,name,max=120" example:"Siti Contoh, A.Md.Kep."`
	NIP      string `json:"nip,omitempty" validate:"omitempty,numeric,len=18" example:"199001012015012001"`
	Rank     string `json:"rank,omitempty" validate:"omitempty,name,max=60" example:"Pengatur / II c"`
	Position string `json:"position,omitempty" validate:"omitempty,name,max=120" example:"Perawat Terampil"`
	Email    string `json:"email" validate:"required,email,max=200" format:"email" example:"siti@example.test"`
	// Role: Kepala gives koordinator and petugas, Dinkes every role.
	Role string `json:"role" validate:"required,oneof=dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" enums:"dinkes_admin,dinkes_analyst,kepala_puskesmas,koordinator,petugas" example:"petugas"`
	// Puskesmas is a slug; Kepala may leave it out, Dinkes names it for every
	// role of a puskesmas.
	Puskesmas  string `json:"puskesmas,omitempty" validate:"omitempty,max=41" example:"uren"`
	Profession string `json:"profession,omitempty" validate:"omitempty,oneof=physician nurse midwife nutritionist lab_analyst other" enums:"physician,nurse,midwife,nutritionist,lab_analyst,other" example:"nurse"`
	// StartsOn is the first day of service; empty: today. Not in the future.
	StartsOn string `bounds:"done" json:"starts_on,omitempty" validate:"omitempty,date" format:"date" example:"2026-11-02"`
}

// UserChange is the body of PATCH /v1/users/{id}; what is absent stays.
type UserChange struct {
	Name     Opt[string] `json:"name,omitzero" swaggertype:"string" maxLength:"120"`
	NIP      Opt[string] `json:"nip,omitzero" swaggertype:"string" maxLength:"18"`
	Rank     Opt[string] `json:"rank,omitzero" swaggertype:"string" maxLength:"60"`
	Position Opt[string] `json:"position,omitzero" swaggertype:"string" maxLength:"120" example:"Perawat Mahir"`
	Email    Opt[string] `json:"email,omitzero" swaggertype:"string" maxLength:"200"`
	// Disabled true locks the account and ends its sessions at once.
	Disabled Opt[bool] `json:"disabled,omitzero" swaggertype:"boolean"`
}

// NewMembership is the body of POST /v1/memberships: who, as what, where.
type NewMembership struct {
	ID         string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	AccountID  string `json:"account_id" validate:"required,uuid" format:"uuid"`
	Role       string `json:"role" validate:"required,oneof=dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" enums:"dinkes_admin,dinkes_analyst,kepala_puskesmas,koordinator,petugas" example:"petugas"`
	Puskesmas  string `json:"puskesmas,omitempty" validate:"omitempty,max=41" example:"uren"`
	Profession string `json:"profession,omitempty" validate:"omitempty,oneof=physician nurse midwife nutritionist lab_analyst other" enums:"physician,nurse,midwife,nutritionist,lab_analyst,other" example:"nurse"`
	// StartsOn is the first day of service; empty: today. Not in the future.
	StartsOn string `bounds:"done" json:"starts_on,omitempty" validate:"omitempty,date" format:"date" example:"2026-11-02"`
}

// MembershipChange is the body of PATCH /v1/memberships/{id}; what is absent
// stays.
type MembershipChange struct {
	Role       string      `json:"role,omitempty" validate:"omitempty,oneof=dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas" enums:"dinkes_admin,dinkes_analyst,kepala_puskesmas,koordinator,petugas" example:"koordinator"`
	Profession Opt[string] `json:"profession,omitzero" swaggertype:"string" maxLength:"20" example:"nurse"`
}

// PasswordResetRequest is the body of POST /v1/auth/password-reset: whose password.
type PasswordResetRequest struct {
	Username string `json:"username" validate:"required,max=60" example:"siti.uren"`
}

// NewPassword is the body of POST /v1/auth/password: a link's token, from an
// invitation or a reset, and the password to set.
type NewPassword struct {
	Token       string `json:"token" validate:"required,max=100"`
	NewPassword string `json:"new_password" validate:"required,max=200" format:"password"`
}

// PasswordChange is the body of POST /v1/me/password: the old and the new password.
type PasswordChange struct {
	OldPassword string `json:"old_password" validate:"required,max=200" format:"password"`
	NewPassword string `json:"new_password" validate:"required,max=200" format:"password"`
}

// Accepted is the answer to what happens later: a mail is on its way.
type Accepted struct {
	Message string `json:"message" validate:"required"`
}

// CreateUser makes an account with a membership and invites the person.
func (c *Client) CreateUser(ctx context.Context, in NewUser) (User, error) {
	return post[User](ctx, c, "/v1/users", in)
}

// Users lists accounts; query as in the OpenAPI document.
func (c *Client) Users(ctx context.Context, query url.Values) (Page[User], error) {
	return get[Page[User]](ctx, c, "/v1/users", query)
}

// User returns an account.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	return get[User](ctx, c, "/v1/users/"+id, nil)
}

// ChangeUser changes an account last seen at version.
func (c *Client) ChangeUser(ctx context.Context, id string, version int64, in UserChange) (User, error) {
	return act[User](ctx, c, http.MethodPatch, "/v1/users/"+id, version, in)
}

// InviteUser sends the person a new link to set a password.
func (c *Client) InviteUser(ctx context.Context, id string) (Accepted, error) {
	return post[Accepted](ctx, c, "/v1/users/"+id+"/invite", struct{}{})
}

// AddMembership gives an account a membership.
func (c *Client) AddMembership(ctx context.Context, in NewMembership) (Membership, error) {
	return post[Membership](ctx, c, "/v1/memberships", in)
}

// Memberships lists memberships; query as in the OpenAPI document.
func (c *Client) Memberships(ctx context.Context, query url.Values) (Page[Membership], error) {
	return get[Page[Membership]](ctx, c, "/v1/memberships", query)
}

// ChangeMembership changes role or profession.
func (c *Client) ChangeMembership(ctx context.Context, id string, version int64, in MembershipChange) (Membership, error) {
	return act[Membership](ctx, c, http.MethodPatch, "/v1/memberships/"+id, version, in)
}

// EndMembership ends a membership; its tokens end at once.
func (c *Client) EndMembership(ctx context.Context, id string, version int64, in Why) (Membership, error) {
	return act[Membership](ctx, c, http.MethodPost, "/v1/memberships/"+id+"/end", version, in)
}

// RequestPasswordReset asks for a link; the answer is the same whether or not
// the account exists.
func (c *Client) RequestPasswordReset(ctx context.Context, in PasswordResetRequest) (Accepted, error) {
	var out Accepted
	err := c.Do(ctx, Call{Method: http.MethodPost, Path: "/v1/auth/password-reset", Body: in, Out: &out, NoKey: true, NoToken: true})
	return out, err
}

// SetPassword sets a password by a link's token and ends all sessions.
func (c *Client) SetPassword(ctx context.Context, in NewPassword) error {
	return c.Do(ctx, Call{Method: http.MethodPost, Path: "/v1/auth/password", Body: in, NoKey: true, NoToken: true})
}

// ChangePassword changes the caller's own password and ends the other sessions.
func (c *Client) ChangePassword(ctx context.Context, in PasswordChange) error {
	return c.Do(ctx, Call{Method: http.MethodPost, Path: "/v1/me/password", Body: in, NoKey: true})
}
