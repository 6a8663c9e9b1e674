package homecare

import (
	"time"
)

// Permission (hak akses) is one operation of the API with the roles that may
// call it.
type Permission struct {
	// The operation, by method and path as in the OpenAPI document (hak akses).
	Permission string `json:"permission" validate:"required" example:"POST /v1/cases/{id}/approve"`
	// The roles (peran) that may call it, before what Kepala withholds.
	Roles []string `json:"roles" validate:"required,dive,list=role" example:"kepala_puskesmas"`
	// Whether it needs a proof of identity of the last ten minutes (bukti identitas ulang).
	StepUp bool `json:"step_up"`
	// Public says that no sign-in is needed.
	Public bool `json:"public"`
	// What Kepala withholds in the caller's puskesmas; empty for Dinkes.
	Withheld []Withheld `json:"withheld" validate:"required"`
}

// Withheld (hak yang ditahan) is an operation that Kepala withholds from a role
// in their own puskesmas.
type Withheld struct {
	// The role (peran) that may not call it here.
	Role string `json:"role" validate:"required,list=role" example:"petugas"`
	// The operation, by method and path as in the OpenAPI document (hak akses).
	Permission string `json:"permission" validate:"required" example:"POST /v1/patients/{id}/reveal"`
	// Why Kepala withholds it (alasan).
	Reason string `json:"reason" validate:"required"`
	// Since when it is withheld.
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
}

// Withhold is the body of POST /v1/permissions/withhold: operation, role and
// reason.
type Withhold struct {
	// The role (peran) that loses the right in the caller's puskesmas; integrator for machine
	// clients.
	Role string `json:"role" validate:"required,list=role koordinator petugas integrator" example:"petugas"`
	// The operation as in GET /v1/permissions (hak akses), one that the role may call. Operations
	// on one's own account are refused.
	Permission string `json:"permission" validate:"required,max=120" example:"POST /v1/patients/{id}/reveal"`
	// Why it is withheld (alasan). Whoever asks for an explanation reads it.
	Reason string `json:"reason" validate:"required,text,max=500" example:"Nomor identitas dibuka oleh koordinator saja"`
}

// Restore is the body of POST /v1/permissions/restore: operation and role.
type Restore struct {
	// The role (peran) that gets the right back.
	Role string `json:"role" validate:"required,list=role koordinator petugas integrator" example:"petugas"`
	// The operation as in GET /v1/permissions (hak akses).
	Permission string `json:"permission" validate:"required,max=120" example:"POST /v1/patients/{id}/reveal"`
}

// Explain is the body of POST /v1/permissions/explain: the operation.
type Explain struct {
	// The operation as in GET /v1/permissions (hak akses).
	Permission string `json:"permission" validate:"required,max=120" example:"POST /v1/cases/{id}/approve"`
	// The role (peran) to ask about, in the caller's place; absent: the role of the caller.
	Role string `json:"role,omitempty" validate:"omitempty,list=role" example:"petugas"`
}

// Explanation says whether something is allowed, and why.
type Explanation struct {
	// Whether all steps allow it. Whether a certain record may be seen is another matter.
	Allowed bool `json:"allowed"`
	// The steps of the decision (alasan), in their order.
	Reasons []ExplanationReason `json:"reasons" validate:"required"`
}

// ExplanationReason is one step of the decision.
type ExplanationReason struct {
	// The stable code of the step.
	Code string `json:"code" validate:"required" example:"role_allowed"`
	// The step in words, for a person to read, in the language of the answer.
	Text string `json:"text" validate:"required"`
}
