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
	// Unit is a unit of another programme or sector (SOP KP 3), such as Dinas
	// Sosial.
	Unit  string `json:"unit,omitempty" validate:"omitempty,name,max=200" maxLength:"200"`
	DueOn string `bounds:"plan" json:"due_on" validate:"required,date" format:"date"`
}

// NextVisit is the team's next visit. With a time, it becomes a planned visit
// at completion; with a date only, the case is due on that date.
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

// FollowUpDay is the day and the performer of an act on a task, where they
// differ from those of the request.
type FollowUpDay struct {
	// HappenedOn is not before the day on which the task was opened, the alert's
	// visit took place or the alert was acknowledged; default: today.
	HappenedOn string `bounds:"happened" json:"happened_on,omitempty" validate:"omitempty,date" format:"date"`
	// PerformedBy was on the staff on that day; default: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// NewFollowUp is a task outside a visit's plan.
type NewFollowUp struct {
	CaseID  string `json:"case_id" validate:"required,uuid" format:"uuid"`
	VisitID string `json:"visit_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	PlannedFollowUp
	FollowUpDay
}

// FollowUpAct is one act on a task. The report counts it on the day it
// happened.
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
	// Acts are the acts on the task, oldest first; a visit's record omits them.
	Acts []FollowUpAct `json:"acts,omitempty"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty"`
	Version  int64     `json:"version" validate:"required"`
}

// HandOver hands a task over to a unit outside the team.
type HandOver struct {
	Unit string `json:"unit" validate:"required,name,max=200" maxLength:"200" example:"Dinas Sosial"`
	Note string `json:"note,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	FollowUpDay
}

// TakeBack is the reason why a task returns to the team.
type TakeBack struct {
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000" example:"Dinas Sosial belum menjawab; tim mengantar sendiri."`
	FollowUpDay
}

// AnswerFollowUp is the answer of the unit.
type AnswerFollowUp struct {
	Answer string `json:"answer" validate:"required,text,max=2000" maxLength:"2000"`
	FollowUpDay
}

// CloseFollowUp closes a task: its result, or the reason for cancelling it.
type CloseFollowUp struct {
	Result string `json:"result" validate:"required,text,max=2000" maxLength:"2000"`
	FollowUpDay
}
