package homecare

import (
	"time"
)

// Permission (hak akses) is one operation of the API with the roles that may
// call it.
type Permission struct {
	// Permission is method and path as in the OpenAPI document.
	Permission string   `json:"permission" validate:"required" example:"POST /v1/cases/{id}/approve"`
	Roles      []string `json:"roles" validate:"required" example:"kepala_puskesmas"`
	// StepUp says that it needs a proof of identity of the last ten minutes.
	StepUp bool `json:"step_up"`
	// Public says that no sign-in is needed.
	Public   bool       `json:"public"`
	Withheld []Withheld `json:"withheld" validate:"required"`
}

// Withheld (hak yang ditahan) is an operation that Kepala withholds from a role
// in their own puskesmas.
type Withheld struct {
	Role       string    `json:"role" validate:"required" example:"petugas"`
	Permission string    `json:"permission" validate:"required" example:"POST /v1/patients/{id}/reveal"`
	Reason     string    `json:"reason" validate:"required"`
	CreatedAt  time.Time `json:"created_at" validate:"required" format:"date-time"`
}

// Withhold is the body of POST /v1/permissions/withhold: operation, role and
// reason.
type Withhold struct {
	Role       string `json:"role" validate:"required,oneof=koordinator petugas integrator" enums:"koordinator,petugas,integrator" example:"petugas"`
	Permission string `json:"permission" validate:"required,max=120" example:"POST /v1/patients/{id}/reveal"`
	Reason     string `json:"reason" validate:"required,text,max=500" example:"Nomor identitas dibuka oleh koordinator saja"`
}

// Restore is the body of POST /v1/permissions/restore: operation and role.
type Restore struct {
	Role       string `json:"role" validate:"required,oneof=koordinator petugas integrator" enums:"koordinator,petugas,integrator" example:"petugas"`
	Permission string `json:"permission" validate:"required,max=120" example:"POST /v1/patients/{id}/reveal"`
}

// Explain is the body of POST /v1/permissions/explain: the operation.
type Explain struct {
	Permission string `json:"permission" validate:"required,max=120" example:"POST /v1/cases/{id}/approve"`
	// Role is another role of the caller's puskesmas; absent: the caller.
	Role string `json:"role,omitempty" validate:"omitempty,oneof=dinkes_admin dinkes_analyst kepala_puskesmas koordinator petugas integrator" enums:"dinkes_admin,dinkes_analyst,kepala_puskesmas,koordinator,petugas,integrator" example:"petugas"`
}

// Explanation says whether something is allowed, and why.
type Explanation struct {
	Allowed bool                `json:"allowed"`
	Reasons []ExplanationReason `json:"reasons" validate:"required"`
}

// ExplanationReason is one step of the decision.
type ExplanationReason struct {
	Code string `json:"code" validate:"required" example:"role_allowed"`
	Text string `json:"text" validate:"required"`
}
