// Package episode knows the case (kasus): one person in one programme, from
// proposal to end. The API says "case", which is a keyword in Go.
//
//	Propose         propose.go          fault.ErrInvalid, patient's faults
//	Approve         approve.go          fault.ErrState
//	Reject          reject.go           fault.ErrState
//	Withdraw        withdraw.go         fault.ErrState
//	FormTeam        form_team.go        fault.ErrInvalid, team's faults
//	Review          review.go           fault.ErrState
//	End             end.go              fault.ErrInvalid, fault.ErrState
//	RetractRefusal  retract_refusal.go  fault.ErrState
//	RecordOutcome   record_outcome.go   fault.ErrState
//	RetractDeath    retract_death.go    fault.ErrState
//	CorrectDays     correct_days.go     ErrActBeforeProposal
//	Reopen          reopen.go           fault.ErrState
//	Get, History    get.go, history.go  fault.ErrNotFound
//	List            list.go
package episode

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// The states of a case. SOURCE: SOP KP flow A-D, SOP HS 5e-h.
const (
	Proposed    = "proposed"
	Approved    = "approved"
	Active      = "active"
	Terminating = "terminating" // refused; waits for the signed letter
	Terminated  = "terminated"
	Rejected    = "rejected"
	Withdrawn   = "withdrawn"
)

// The endings of a case. SOURCE: SOP HS 5f names death, refusal and referral.
// The others exist only where Dinkes enabled them for a programme.
const (
	Death          = "death"
	Refusal        = "refusal"
	Referral       = "referral"
	GoalsReached   = "goals_reached"
	MovedAway      = "moved_away"
	LostToFollowUp = "lost_to_follow_up"
)

// Endings that exist for every programme and are counted nowhere.
const (
	// Merged: the person had two records, and another case continues. Only a
	// merge ends a case in this way.
	Merged = "merged"
	// EnteredInError: the case should not exist.
	EnteredInError = "entered_in_error"
)

// The actions on a case, named after the last step of their addresses.
const (
	approve        = "approve"
	reject         = "reject"
	withdraw       = "withdraw"
	formTeam       = "team"
	review         = "review"
	end            = "end"
	retract        = "retract-refusal"
	recordOutcome  = "referral-outcome"
	reopen         = "reopen"
	propose        = "propose"
	closeRefusal   = "signed-copy"
	retractDeath   = "retract-death"
	correctDays    = "correct-days"
	approvalNone   = "none"
	teamModeByCase = "per_case"
)

// The faults of cases.
var (
	ErrOpen = fault.Define(fault.Conflict, "case.open_exists",
		"Orang ini masih mempunyai kasus yang berjalan dalam program yang sama. Lanjutkan atau akhiri kasus itu dulu.",
		"This person still has an open case in the same programme. Continue or end that one first.").
		About("/patient_id")
	ErrDeceased = fault.Define(fault.Conflict, "case.patient_deceased",
		"Orang ini tercatat sudah meninggal. Kasus tidak dapat diusulkan atau dibuka lagi.",
		"This person is recorded as deceased. No case can be proposed or reopened.").About("/patient_id")
	ErrOwnProposal = fault.Define(fault.Conflict, "case.own_proposal",
		"Usulan ini dibuat oleh Anda sendiri. Orang lain yang berwenang harus memutuskannya.",
		"You made this proposal yourself. Somebody else with the right must decide it.")
	// ErrEnding: this kind of ending is not possible in this state. The member
	// endings lists the possible ones.
	ErrEnding = fault.Define(fault.Conflict, "case.ending_not_now",
		"Pada keadaannya sekarang kasus ini tidak dapat diakhiri dengan cara ini. Pilih cara yang terbuka sekarang.",
		"As it stands, this case cannot be ended in this way. Choose one that is open now.").
		About("/kind").Hint("endings lists the ways that are open now")
	ErrMayNotErr = fault.Define(fault.Forbidden, "case.error_by_office",
		"Hanya koordinator atau kepala puskesmas yang dapat menyatakan kasus salah catat. Minta mereka melakukannya.",
		"Only the koordinator or the head of the puskesmas may say that a case was entered in error. Ask them to.")
	ErrVisitUnderWay = fault.Define(fault.Conflict, "case.visit_under_way",
		"Ada kunjungan kasus ini yang sedang berlangsung. Selesaikan atau batalkan kunjungan itu dulu.",
		"A visit of this case is under way. Complete or cancel that visit first.")
	ErrClosed = fault.Define(fault.Conflict, "case.closed",
		"Kasus ini sudah ditutup dan tidak dapat diubah lagi.", "This case is closed and cannot be changed any more.")
	ErrTeamReason = fault.Define(fault.Invalid, "case.team_reason",
		"Penggantian tim memerlukan alasan. Tuliskan alasannya.", "Replacing a team needs a reason. Write it down.")
)

func init() {
	pg.Explain(map[string]error{
		"care_case_open_uq":       ErrOpen,
		"care_case_maker_checker": ErrOwnProposal,
		"care_case_closed":        ErrClosed,
	})
}
