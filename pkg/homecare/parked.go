package homecare

import (
	"encoding/json"
	"net/http"
	"time"
)

// ParkedAnswer is the answer 202 to an act that took place but contradicts the
// record: it is stored whole (kiriman terlambat) until somebody decides.
type ParkedAnswer struct {
	// The stored act (kiriman terlambat), and why it was not taken.
	Parked ParkedRef `json:"parked" validate:"required"`
}

// ParkedRef identifies a parked act and says why it was not taken.
type ParkedRef struct {
	// The id of the parked act, made by the server, for GET /v1/parked/{id}.
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
	// The id of the parked act, made by the server.
	ID string `json:"id" validate:"required" format:"uuid"`
	// The route to which the act was sent: method and path.
	Permission string `json:"permission" validate:"required" example:"POST /v1/visits/bundle"`
	// The id of the record in the path of the act's route; absent: the path names none.
	RecordID string `json:"record_id,omitempty" format:"uuid"`
	// Why the act was not taken (alasan): the code in the answer 202.
	Reason string `json:"reason" validate:"required" example:"case_ended"`
	// The record that the act contradicts.
	Contradicts ContradictedBy `json:"contradicts" validate:"required"`
	// The case that the act is about (kasus); absent: none, for example a proposal.
	CaseID      string `json:"case_id,omitempty" format:"uuid"`
	PatientID   string `json:"patient_id" validate:"required" format:"uuid"`
	PatientName string `json:"patient_name" validate:"required"`
	// The account that performed the act (pelaksana).
	PerformedBy string `json:"performed_by" validate:"required" format:"uuid"`
	// The account that sent the act (pengirim).
	RecordedBy string `json:"recorded_by" validate:"required" format:"uuid"`
	// When the act took place; the start of the business day where the act names a day only.
	ActAt time.Time `json:"act_at" validate:"required" format:"date-time"`
	// When the server stored the act, by its own clock.
	ParkedAt time.Time `json:"parked_at" validate:"required" format:"date-time"`
	// The day by which the office should decide: 3 days after `parked_at`.
	DueOn string `json:"due_on" validate:"required" format:"date"`
	// The day from which Kepala should decide: 14 days after `parked_at`.
	EscalatesOn string `json:"escalates_on" validate:"required" format:"date"`
	// The state of the act (status). `taken`: it is in the record; `returned`: it went back to
	// its author; `withdrawn`: its author withdrew it.
	State string `json:"state" validate:"required,list=parked_state"`
	// The note of the decision (catatan keputusan); absent: not decided, or taken when its case
	// became active.
	Note string `json:"note,omitempty"`
	// When the act was decided, by the server's clock; absent: not decided.
	DecidedAt *time.Time `json:"decided_at,omitempty" format:"date-time"`
	// The account that decided. For an act taken when its case became active: the account whose
	// act made it so. Absent: not decided.
	DecidedBy string `json:"decided_by,omitempty" format:"uuid"`
	// The kind of record that a taken act made or changed; absent: not taken.
	ResultKind string `json:"result_kind,omitempty" validate:"omitempty,list=record_kind" example:"visit"`
	// The id of the record that a taken act made or changed; absent: not taken.
	ResultID string `json:"result_id,omitempty" format:"uuid"`
	// The original request; only in the answer for a single act.
	Body map[string]any `json:"body,omitempty"`
	// The decisions that the caller may make now: `take`, `redirect`, `return`, `withdraw`.
	Allowed []string `json:"allowed" validate:"required,dive,list=parked_act"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
}

// ContradictedBy is the record that an act contradicts.
type ContradictedBy struct {
	// The kind of the record that the act contradicts.
	Kind string `json:"kind" validate:"required,list=record_kind patient case visit follow_up alert consent"`
	// The id of the record that the act contradicts.
	ID string `json:"id" validate:"required" format:"uuid"`
}

// DecideParked is the note of a decision on a parked act.
type DecideParked struct {
	// Why it was decided so (alasan); the author of the act reads it.
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500"`
}

// RedirectParked takes a parked act for another person, case, visit or time. Its
// clinical content belongs to its author and does not change.
type RedirectParked struct {
	// The person to whom a proposal or a consent belongs (sasaran). At most one of
	// `patient_id`, `case_id` and `visit_id`.
	PatientID string `json:"patient_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	// The case to which the act belongs (kasus). A visit that was sent as a bundle or planned
	// becomes a new visit of it.
	CaseID string `json:"case_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The visit to which a bundle or an act on a visit belongs (kunjungan).
	VisitID string `json:"visit_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	// When the act took place; the other times in it move by the same amount. An act that names
	// a day takes the business day of it. Absent: the time stays.
	At *time.Time `bounds:"act" json:"at,omitempty" format:"date-time"`
	// Why it was decided so (alasan); the author of the act reads it.
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500"`
}

// parkedIn reads an answer 202; nil if it is not about a parked act.
func parkedIn(status int, body []byte) error {
	var a ParkedAnswer
	if status == http.StatusAccepted && json.Unmarshal(body, &a) == nil && a.Parked.ID != "" {
		return &ParkedError{a.Parked}
	}
	return nil
}
