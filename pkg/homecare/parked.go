package homecare

import (
	"encoding/json"
	"net/http"
	"time"
)

// ParkedAnswer is the answer 202 to an act that took place but contradicts the
// record: it is stored whole (kiriman terlambat) until somebody decides.
type ParkedAnswer struct {
	Parked ParkedRef `json:"parked" validate:"required"`
}

// ParkedRef identifies a parked act and says why it was not taken.
type ParkedRef struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// Reason is the code of the refusal without its first word; the guide for
	// frontend developers lists them.
	Reason string `json:"reason" validate:"required" example:"case_ended"`
}

// ParkedError is the client's error for 202: the record has not changed, and
// nothing is lost.
type ParkedError struct{ ParkedRef }

// Error implements error.
func (e *ParkedError) Error() string { return "parked (" + e.Reason + "): " + e.ID }

// ParkedAct is an act that waits for a decision, or was decided.
type ParkedAct struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// Permission is its route, RecordID the record in its path.
	Permission string `json:"permission" validate:"required" example:"POST /v1/visits/bundle"`
	RecordID   string `json:"record_id,omitempty" format:"uuid"`
	// Reason is why it was not taken; Contradicts is the record that it
	// contradicts.
	Reason      string         `json:"reason" validate:"required" example:"case_ended"`
	Contradicts ContradictedBy `json:"contradicts" validate:"required"`
	CaseID      string         `json:"case_id,omitempty" format:"uuid"`
	PatientID   string         `json:"patient_id" validate:"required" format:"uuid"`
	PatientName string         `json:"patient_name" validate:"required"`
	PerformedBy string         `json:"performed_by" validate:"required" format:"uuid"`
	RecordedBy  string         `json:"recorded_by" validate:"required" format:"uuid"`
	// ActAt is when it happened, ParkedAt when it was sent.
	ActAt    time.Time `json:"act_at" validate:"required" format:"date-time"`
	ParkedAt time.Time `json:"parked_at" validate:"required" format:"date-time"`
	// DueOn is the day by which it should be decided; from EscalatesOn Kepala
	// decides.
	DueOn       string `json:"due_on" validate:"required" format:"date"`
	EscalatesOn string `json:"escalates_on" validate:"required" format:"date"`
	State       string `json:"state" validate:"required" enums:"parked,taken,returned,withdrawn"`
	// Note is the note of the decision.
	Note      string     `json:"note,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty" format:"date-time"`
	DecidedBy string     `json:"decided_by,omitempty" format:"uuid"`
	// Result is the record that a taken act became.
	ResultKind string `json:"result_kind,omitempty" example:"visit"`
	ResultID   string `json:"result_id,omitempty" format:"uuid"`
	// Body is the original request; only in the answer for a single act.
	Body    map[string]any `json:"body,omitempty"`
	Allowed []string       `json:"allowed" validate:"required"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty"`
	Version  int64     `json:"version" validate:"required"`
}

// ContradictedBy is the record that an act contradicts.
type ContradictedBy struct {
	Kind string `json:"kind" validate:"required" enums:"patient,case,visit,follow_up,alert,consent"`
	ID   string `json:"id" validate:"required" format:"uuid"`
}

// DecideParked is the note of a decision on a parked act.
type DecideParked struct {
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500"`
}

// RedirectParked takes a parked act for another person, case, visit or time. Its
// clinical content belongs to its author and does not change.
type RedirectParked struct {
	PatientID string `json:"patient_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// CaseID creates a new visit of the other case; VisitID is another visit.
	CaseID  string     `json:"case_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	VisitID string     `json:"visit_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	At      *time.Time `bounds:"act" json:"at,omitempty" format:"date-time"`
	Note    string     `json:"note" validate:"required,text,max=500" maxLength:"500"`
}

// parkedIn reads an answer 202; nil if it is not about a parked act.
func parkedIn(status int, body []byte) error {
	var a ParkedAnswer
	if status == http.StatusAccepted && json.Unmarshal(body, &a) == nil && a.Parked.ID != "" {
		return &ParkedError{a.Parked}
	}
	return nil
}
