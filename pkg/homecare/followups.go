package homecare

import (
	"time"
)

// VisitPlan is the follow-up plan (rencana tindak lanjut) of a visit and the
// next visit, or a proposal to stop (SOP HS 5e, KP C2).
type VisitPlan struct {
	FollowUps    []PlannedFollowUp `json:"follow_ups,omitempty" validate:"omitempty,max=20,dive" maxItems:"20"`
	NextVisit    *NextVisit        `json:"next_visit,omitempty"`
	StopProposal *StopProposal     `json:"stop_proposal,omitempty"`
}

// PlannedFollowUp is one task; it needs an owner or a unit outside the team.
type PlannedFollowUp struct {
	ID             string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	What           string `json:"what" validate:"required,text,max=1000" maxLength:"1000" example:"Antar obat hipertensi"`
	OwnerAccountID string `json:"owner_account_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// Unit is across programmes and sectors (SOP KP 3), such as Dinas Sosial.
	Unit  string `json:"unit,omitempty" validate:"omitempty,name,max=200" maxLength:"200"`
	DueOn string `bounds:"plan" json:"due_on" validate:"required,date" format:"date"`
}

// NextVisit is when the team comes again: with a time it becomes a planned
// visit at completion, with a date only the case is due on that date.
type NextVisit struct {
	ID              string     `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Date            string     `bounds:"plan" json:"date" validate:"required,date" format:"date"`
	StartsAt        *time.Time `bounds:"plan" json:"starts_at,omitempty" format:"date-time"`
	DurationMinutes int        `json:"duration_minutes,omitempty" validate:"omitempty,min=10,max=720" minimum:"10" maximum:"720"`
	Members         []string   `json:"members,omitempty" validate:"omitempty,max=20,unique,dive,uuid" maxItems:"20"`
}

// StopProposal proposes to end the case; Kepala ends it.
type StopProposal struct {
	Ending string `json:"ending" validate:"required,oneof=death refusal referral goals_reached moved_away lost_to_follow_up" enums:"death,refusal,referral,goals_reached,moved_away,lost_to_follow_up"`
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// FollowUpDay says when an act on a task took place and who did it, where that
// is another day or another person than those of the request.
type FollowUpDay struct {
	// HappenedOn is not before the task was opened, an alert's visit took place or
	// an alert was acknowledged; today by default.
	HappenedOn string `bounds:"happened" json:"happened_on,omitempty" validate:"omitempty,date" format:"date"`
	// PerformedBy was staff on that day; the caller by default.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// NewFollowUp makes a task outside a visit's plan.
type NewFollowUp struct {
	CaseID  string `json:"case_id" validate:"required,uuid" format:"uuid"`
	VisitID string `json:"visit_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	PlannedFollowUp
	FollowUpDay
}

// FollowUpAct is one act on a task; the report counts it on the day it happened.
type FollowUpAct struct {
	Act         string    `json:"act" validate:"required" enums:"opened,handed_over,taken_back,answered,done,cancelled"`
	HappenedOn  string    `json:"happened_on" validate:"required" format:"date"`
	PerformedBy string    `json:"performed_by" validate:"required" format:"uuid"`
	RecordedBy  string    `json:"recorded_by" validate:"required" format:"uuid"`
	RecordedAt  time.Time `json:"recorded_at" validate:"required" format:"date-time"`
	Note        string    `json:"note"`
}

// FollowUp is a task with owner and due date (tindak lanjut).
type FollowUp struct {
	ID             string     `json:"id" validate:"required" format:"uuid"`
	CaseID         string     `json:"case_id" validate:"required" format:"uuid"`
	VisitID        string     `json:"visit_id,omitempty" format:"uuid"`
	What           string     `json:"what" validate:"required"`
	OwnerAccountID string     `json:"owner_account_id,omitempty" format:"uuid"`
	Unit           string     `json:"unit,omitempty"`
	DueOn          string     `json:"due_on" validate:"required" format:"date"`
	State          string     `json:"state" validate:"required" enums:"open,handed_over,answered,done,cancelled"`
	Overdue        bool       `json:"overdue"`
	HandedOverAt   *time.Time `json:"handed_over_at,omitempty" format:"date-time"`
	HandedOverNote string     `json:"handed_over_note,omitempty"`
	AnsweredAt     *time.Time `json:"answered_at,omitempty" format:"date-time"`
	Answer         string     `json:"answer,omitempty"`
	ClosedAt       *time.Time `json:"closed_at,omitempty" format:"date-time"`
	Result         string     `json:"result,omitempty"`
	// Acts are what was done with it, oldest first; a visit's record leaves them out.
	Acts []FollowUpAct `json:"acts,omitempty"`
	// Warnings are told in the answer to an act, such as of a month whose report was sent.
	Warnings []Warning `json:"warnings,omitempty"`
	Version  int64     `json:"version" validate:"required"`
}

// HandOver gives a task to a unit outside the team.
type HandOver struct {
	Unit string `json:"unit" validate:"required,name,max=200" maxLength:"200" example:"Dinas Sosial"`
	Note string `json:"note,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	FollowUpDay
}

// TakeBack is why a task comes back to the team.
type TakeBack struct {
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000" example:"Dinas Sosial belum menjawab; tim mengantar sendiri."`
	FollowUpDay
}

// AnswerFollowUp is what the unit answered.
type AnswerFollowUp struct {
	Answer string `json:"answer" validate:"required,text,max=2000" maxLength:"2000"`
	FollowUpDay
}

// CloseFollowUp ends a task: the result, or why it was cancelled.
type CloseFollowUp struct {
	Result string `json:"result" validate:"required,text,max=2000" maxLength:"2000"`
	FollowUpDay
}
