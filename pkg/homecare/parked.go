package homecare

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// ParkedAnswer is the answer 202 to an act that took place and contradicts the
// record: it is kept whole (kiriman terlambat) until somebody decides.
type ParkedAnswer struct {
	Parked ParkedRef `json:"parked" validate:"required"`
}

// Happening is when a request says that its act took place (a business day; empty:
// when it is sent), and by whom (empty: by who sends it). Kind and ID name the record
// that it is about, where its address does not.
type Happening struct{ On, By, Kind, ID string }

// Happened is the day of the proposal.
func (n NewCase) Happened() Happening {
	return Happening{On: n.ProposedOn, By: n.PerformedBy, Kind: "patient", ID: n.PatientID}
}

// Happened is the day on which the case ended.
func (e CaseEnd) Happened() Happening { return Happening{On: e.Date, By: e.PerformedBy} }

// Happened is the day on which something was done with the task or the alert.
func (d FollowUpDay) Happened() Happening { return Happening{On: d.HappenedOn, By: d.PerformedBy} }

// Happened is the day on which the family changed its mind.
func (r Retraction) Happened() Happening {
	return Happening{On: r.RetractedOn, By: r.PerformedBy}
}

// Happened is the day on which the consent was given.
func (n NewConsent) Happened() Happening { return Happening{On: n.GivenOn} }

// ParkedRef names a parked act and why it was not taken.
type ParkedRef struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// Reason is the code of the refusal without its first word; the guide for
	// frontend developers lists them.
	Reason string `json:"reason" validate:"required" example:"case_ended"`
}

// ParkedError is what the client returns for 202: nothing is in the record yet,
// nothing is lost.
type ParkedError struct{ ParkedRef }

// Error implements error.
func (e *ParkedError) Error() string { return "parked (" + e.Reason + "): " + e.ID }

// ParkedAct is an act that waits for a decision, or waited for one.
type ParkedAct struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// Permission is the route that it was sent to, RecordID what its path named.
	Permission string `json:"permission" validate:"required" example:"POST /v1/visits/bundle"`
	RecordID   string `json:"record_id,omitempty" format:"uuid"`
	// Reason is why it was not taken; Contradicts names the record.
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
	// DueOn is until when somebody shall decide; from EscalatesOn it is Kepala's.
	DueOn       string `json:"due_on" validate:"required" format:"date"`
	EscalatesOn string `json:"escalates_on" validate:"required" format:"date"`
	State       string `json:"state" validate:"required" enums:"parked,taken,returned,withdrawn"`
	// Note is what was said at the decision.
	Note      string     `json:"note,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty" format:"date-time"`
	DecidedBy string     `json:"decided_by,omitempty" format:"uuid"`
	// Result names the record that a taken act became.
	ResultKind string `json:"result_kind,omitempty" example:"visit"`
	ResultID   string `json:"result_id,omitempty" format:"uuid"`
	// Body is the request as it was sent; only in the answer of one.
	Body    map[string]any `json:"body,omitempty"`
	Allowed []string       `json:"allowed" validate:"required"`
	// Warnings are told in the answer to an act, such as of a month whose report was sent.
	Warnings []Warning `json:"warnings,omitempty"`
	Version  int64     `json:"version" validate:"required"`
}

// RecordVersion is the version that If-Match names.
func (p ParkedAct) RecordVersion() int64 { return p.Version }

// ContradictedBy is the record that an act contradicts.
type ContradictedBy struct {
	Kind string `json:"kind" validate:"required" enums:"patient,case,visit,follow_up,alert,consent"`
	ID   string `json:"id" validate:"required" format:"uuid"`
}

// DecideParked is what is said at a decision on a parked act.
type DecideParked struct {
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500"`
}

// RedirectParked takes a parked act for another person, case, visit or time; its
// clinical content is its author's and stays.
type RedirectParked struct {
	PatientID string `json:"patient_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// CaseID makes a visit of its own of the other case; VisitID names another visit.
	CaseID  string     `json:"case_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	VisitID string     `json:"visit_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	At      *time.Time `bounds:"act" json:"at,omitempty" format:"date-time"`
	Note    string     `json:"note" validate:"required,text,max=500" maxLength:"500"`
}

// ParkedActs lists parked acts, oldest first; query as in the OpenAPI document.
func (c *Client) ParkedActs(ctx context.Context, query url.Values) (Page[ParkedAct], error) {
	return get[Page[ParkedAct]](ctx, c, "/v1/parked", query)
}

// Parked returns one parked act with the request as it was sent.
func (c *Client) Parked(ctx context.Context, id string) (ParkedAct, error) {
	return get[ParkedAct](ctx, c, "/v1/parked/"+id, nil)
}

// TakeParked judges a parked act last seen at version again, and takes it.
func (c *Client) TakeParked(ctx context.Context, id string, version int64, in DecideParked) (ParkedAct, error) {
	return act[ParkedAct](ctx, c, http.MethodPost, "/v1/parked/"+id+"/take", version, in)
}

// RedirectParked takes a parked act for another case, visit or time.
func (c *Client) RedirectParked(ctx context.Context, id string, version int64, in RedirectParked) (ParkedAct, error) {
	return act[ParkedAct](ctx, c, http.MethodPost, "/v1/parked/"+id+"/redirect", version, in)
}

// ReturnParked gives a parked act back to its author.
func (c *Client) ReturnParked(ctx context.Context, id string, version int64, in DecideParked) (ParkedAct, error) {
	return act[ParkedAct](ctx, c, http.MethodPost, "/v1/parked/"+id+"/return", version, in)
}

// WithdrawParked is its author taking it back.
func (c *Client) WithdrawParked(ctx context.Context, id string, version int64, in DecideParked) (ParkedAct, error) {
	return act[ParkedAct](ctx, c, http.MethodPost, "/v1/parked/"+id+"/withdraw", version, in)
}

// parkedIn reads an answer 202; nil when it is none of a parked act.
func parkedIn(status int, body []byte) error {
	var a ParkedAnswer
	if status == http.StatusAccepted && json.Unmarshal(body, &a) == nil && a.Parked.ID != "" {
		return &ParkedError{a.Parked}
	}
	return nil
}
