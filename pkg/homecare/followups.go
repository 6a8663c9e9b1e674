package homecare

import (
	"time"
)

// VisitPlan is the follow-up plan (rencana tindak lanjut) of a visit and the
// next visit, or a proposal to stop (SOP HS 5e, KP C2).
type VisitPlan struct {
	// The tasks that follow from the visit (tindak lanjut). Without a `stop_proposal`, a visit
	// needs at least one to be completed.
	FollowUps []PlannedFollowUp `json:"follow_ups,omitempty" validate:"omitempty,max=20,dive" maxItems:"20"`
	// The next visit (kunjungan berikutnya). Without a `stop_proposal`, a visit needs one to be
	// completed.
	NextVisit *NextVisit `json:"next_visit,omitempty"`
	// The proposal to stop the care (usulan penghentian layanan); absent: the care goes on.
	StopProposal *StopProposal `json:"stop_proposal,omitempty" example:"-"`
}

// PlannedFollowUp is one task; it needs an owner or a unit outside the team.
type PlannedFollowUp struct {
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The work to be done (uraian tindak lanjut).
	What string `json:"what" validate:"required,text,max=1000" maxLength:"1000" example:"Antar obat hipertensi"`
	// The account responsible (penanggung jawab): a member of the case's team, a koordinator or
	// Kepala. Absent: `unit` is required.
	OwnerAccountID string `json:"owner_account_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	// The unit of another programme or sector that is to do it (SOP KP 3), such as Dinas
	// Sosial. Absent: the owner does it.
	Unit string `json:"unit,omitempty" validate:"omitempty,name,max=200" maxLength:"200" example:"Dinas Sosial"`
	// The day on which the task is due (jatuh tempo), not before the day of its visit.
	DueOn string `bounds:"plan" json:"due_on" validate:"required,date" format:"date"`
}

// NextVisit is the team's next visit. With a time, it becomes a planned visit
// at completion; with a date only, the case is due on that date.
type NextVisit struct {
	// The id of the visit that is planned if `starts_at` is given: a UUID version 7; absent:
	// the server makes it.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The business day on which the next visit is due (jadwal kunjungan berikutnya), not before
	// this visit.
	Date string `bounds:"plan" json:"date" validate:"required,date" format:"date"`
	// When the next visit starts, on `date` and after this visit; absent: none is planned. If a
	// member is not free then, none is planned and the answer warns (`next_visit_open`).
	StartsAt *time.Time `bounds:"plan" json:"starts_at,omitempty" format:"date-time"`
	// The planned length in minutes (durasi); absent: 60.
	DurationMinutes int `json:"duration_minutes,omitempty" validate:"omitempty,min=10,max=720" minimum:"10" maximum:"720"`
	// The accounts that go, all of the case's team; absent: those of this visit who are in the
	// team, or the whole team if none is.
	Members []string `json:"members,omitempty" validate:"omitempty,max=20,unique,dive,uuid" maxItems:"20" example:"-"`
}

// StopProposal proposes to end the case (usulan penghentian); it does not end it.
type StopProposal struct {
	// How the case should end (cara berakhir). It ends only by POST /v1/cases/{id}/end.
	Ending string `json:"ending" validate:"required,list=termination_reason death refusal referral goals_reached moved_away lost_to_follow_up"`
	// Why the care should stop (alasan penghentian), printed on the anamnesis sheet.
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// FollowUpDay is the day and the performer of an act on a task, where they
// differ from those of the request.
type FollowUpDay struct {
	// The business day of the act; absent: today. Not before the task was opened, the visit of
	// the alert took place or the alert was acknowledged; a new task begins between the
	// proposal and the end of its case.
	HappenedOn string `bounds:"happened" json:"happened_on,omitempty" validate:"omitempty,date" format:"date" example:"-"`
	// The account that performed the act (pelaksana), on the staff on the day of the act;
	// absent: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// NewFollowUp is a task outside a visit's plan.
type NewFollowUp struct {
	CaseID string `json:"case_id" validate:"required,uuid" format:"uuid"`
	// The visit of the same case from which the task follows (kunjungan); absent: none.
	VisitID string `json:"visit_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	PlannedFollowUp
	FollowUpDay
}

// FollowUpAct is one act on a task. The report counts it on the day it
// happened.
type FollowUpAct struct {
	// What was done with the task. `taken_back` also stands for a cancellation that was
	// reversed.
	Act string `json:"act" validate:"required,list=follow_up_event"`
	// The business day on which the act was performed and counts.
	HappenedOn string `json:"happened_on" validate:"required" format:"date"`
	// The account that performed the act (pelaksana).
	PerformedBy string `json:"performed_by" validate:"required" format:"uuid"`
	// The account that recorded the act (pencatat).
	RecordedBy string `json:"recorded_by" validate:"required" format:"uuid"`
	// When the act was recorded, by the server's clock.
	RecordedAt time.Time `json:"recorded_at" validate:"required" format:"date-time"`
	// The remark at the hand-over, the answer, the result or the reason (catatan); empty: none.
	Note string `json:"note"`
}

// FollowUp is a task with owner and due date (tindak lanjut).
type FollowUp struct {
	ID     string `json:"id" validate:"required" format:"uuid"`
	CaseID string `json:"case_id" validate:"required" format:"uuid"`
	// The person of the case (sasaran); absent in an old version of a visit.
	PatientID string `json:"patient_id,omitempty" format:"uuid"`
	// The name of the person (nama sasaran); absent in a visit's record.
	PatientName string `json:"patient_name,omitempty"`
	// The visit from which the task follows (kunjungan); absent: none.
	VisitID string `json:"visit_id,omitempty" format:"uuid"`
	// The work to be done (uraian tindak lanjut).
	What string `json:"what" validate:"required"`
	// The account responsible (penanggung jawab); absent: a unit outside the team is.
	OwnerAccountID string `json:"owner_account_id,omitempty" format:"uuid"`
	// The unit outside the team: the one that was planned, or the last one to which the task
	// was handed over. Absent: none.
	Unit string `json:"unit,omitempty"`
	// The day on which the task is due (jatuh tempo).
	DueOn string `json:"due_on" validate:"required" format:"date"`
	// The state of the task (status). `open`: with the team; `handed_over`: with the unit.
	State string `json:"state" validate:"required,list=follow_up_state"`
	// Whether the due day has passed and the task is neither done nor cancelled (lewat tempo).
	Overdue bool `json:"overdue"`
	// When the hand-over to the unit was recorded; absent: not handed over, or taken back.
	HandedOverAt *time.Time `json:"handed_over_at,omitempty" format:"date-time"`
	// The remark at the hand-over (catatan penyerahan); absent: none.
	HandedOverNote string `json:"handed_over_note,omitempty"`
	// When the answer of the unit was recorded; absent: none, or the task was taken back.
	AnsweredAt *time.Time `json:"answered_at,omitempty" format:"date-time"`
	// The answer of the unit (jawaban); absent: none, or the task was taken back.
	Answer string `json:"answer,omitempty"`
	// When it was recorded that the task was done or cancelled; absent: neither.
	ClosedAt *time.Time `json:"closed_at,omitempty" format:"date-time"`
	// What came of the task (hasil); of a cancelled one, the reason. Absent: not closed.
	Result string `json:"result,omitempty"`
	// Acts are the acts on the task, oldest first; a visit's record omits them.
	Acts []FollowUpAct `json:"acts,omitempty"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
	// Patient is the person as in GET /v1/patients/{id}; only with
	// expand=patient.
	Patient *Patient `json:"patient,omitempty"`
}

// HandOver hands a task over to a unit outside the team.
type HandOver struct {
	// The unit of another programme or sector that takes the task (SOP KP 3).
	Unit string `json:"unit" validate:"required,name,max=200" maxLength:"200" example:"Dinas Sosial"`
	// A remark at the hand-over (catatan penyerahan).
	Note string `json:"note,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	FollowUpDay
}

// TakeBack is the reason why a task returns to the team.
type TakeBack struct {
	// Why the task returns to the team (alasan), kept in its acts.
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000" example:"Dinas Sosial belum menjawab; tim mengantar sendiri."`
	FollowUpDay
}

// AnswerFollowUp is the answer of the unit.
type AnswerFollowUp struct {
	// What the unit answered (jawaban).
	Answer string `json:"answer" validate:"required,text,max=2000" maxLength:"2000"`
	FollowUpDay
}

// CloseFollowUp closes a task: its result, or the reason for cancelling it.
type CloseFollowUp struct {
	// What came of the task (hasil); to cancel it, the reason.
	Result string `json:"result" validate:"required,text,max=2000" maxLength:"2000"`
	FollowUpDay
}
