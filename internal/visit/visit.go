// Package visit keeps what happens at the homes: stops (perhentian), visits (kunjungan)
// from their plan to their completion, and group sessions (SOP steps 7 to 10, HS 5d-e, KP
// A-C2).
//
//	Plan                plan.go, begin.go ErrCaseNotActive, ErrCaseMerged, ErrTeamClash, ErrStopOver
//	List                list.go           page.ErrCursor
//	Calendar            calendar.go       fault.ErrInvalid
//	Stops               list_stops.go     fault.ErrInvalid
//	Reschedule          reschedule.go     as Plan, and fault.ErrState
//	Cancel              cancel.go         fault.ErrState, fault.ErrStale
//	Checklist, Tick     checklist.go, tick.go
//	CheckIn             check_in.go       fault.ErrState, a *fault.Contradiction
//	Complete            complete.go       ErrAlertOpen, ErrPlanMissing, ErrIncomplete, as CheckIn
//	Bundle              bundle.go         as CheckIn and Complete
//	Miss                miss.go           as CheckIn
//	AddEducationSession add_education_session.go
//	EducationSessions   list_education_sessions.go
//
// Late acts are judged as of their time (act.go, verdict.go; ErrCaseEnded and the other
// contradictions). Called by others: the end of a case (case_ended.go) and its reversal
// (returned.go), a withdrawn consent (consent.go), the merge of two records (merge.go).
// Package record is the record itself.
package visit

import (
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/pkg/homecare"
)

// State is the state of a visit.
type State string

// The states of a visit.
const (
	Planned     State = "planned"
	InProgress  State = "in_progress"
	Completed   State = "completed"
	Missed      State = "missed"
	Cancelled   State = "cancelled"
	Rescheduled State = "rescheduled"
)

// Action is an act on a visit.
type Action string

// The actions on a visit.
const (
	DoCheckIn    Action = "check-in"
	DoRecord     Action = "record" // a part of the clinical record
	DoComplete   Action = "complete"
	DoMiss       Action = "miss"
	DoCancel     Action = "cancel"
	DoReschedule Action = "reschedule"
	DoAmend      Action = "amend"
)

// The conditions of a step.
const (
	hasArrived    = "arrived"
	officeDecided = "office_decided" // a koordinator takes a parked act
)

// Machine is the state machine of a visit. A completed visit is never changed but
// amended, and every version stays readable. A visit that the office closed while
// the team was on its way is accepted when its record arrives (late).
var Machine = state.Machine[State, Action]{Name: "visit", Start: []State{Planned, InProgress},
	Steps: []state.Step[State, Action]{
		{From: Planned, Do: DoCheckIn, To: InProgress},
		{From: Planned, Do: DoMiss, To: Missed},
		{From: Planned, Do: DoCancel, To: Cancelled},
		{From: Planned, Do: DoReschedule, To: Rescheduled},
		{From: InProgress, Do: DoRecord, To: InProgress},
		{From: InProgress, Do: DoComplete, To: Completed},
		{From: InProgress, Do: DoMiss, To: Missed},
		{From: InProgress, Do: DoCancel, To: Cancelled},
		{From: InProgress, Do: DoReschedule, To: Rescheduled},
		{From: Missed, Do: DoCheckIn, To: InProgress},
		{From: Cancelled, Do: DoCheckIn, To: InProgress},
		{From: Rescheduled, Do: DoCheckIn, To: InProgress},
		{From: Missed, Do: DoComplete, To: Completed, When: hasArrived},
		{From: Cancelled, Do: DoComplete, To: Completed, When: hasArrived},
		{From: Rescheduled, Do: DoComplete, To: Completed, When: hasArrived},
		{From: Cancelled, Do: DoMiss, To: Missed, When: officeDecided, By: state.System},
		{From: Rescheduled, Do: DoMiss, To: Missed, When: officeDecided, By: state.System},
		{From: Completed, Do: DoAmend, To: Completed},
	}}

// after returns the state after an action. Error: fault.ErrState with the
// allowed actions.
func after(v homecare.Visit, action Action, a act) (State, error) {
	met := holds(v)
	if a.vouched {
		met = append(met, officeDecided)
	}
	return Machine.After(State(v.State), action, met...)
}

func holds(v homecare.Visit) []string {
	if v.ArrivedAt != nil {
		return []string{hasArrived}
	}
	return nil
}

// closed says whether the office closed the visit without a record.
func (s State) closed() bool { return s == Missed || s == Cancelled || s == Rescheduled }

// DefaultDuration is the duration of a stop without an end.
const DefaultDuration = time.Hour

// The faults of visits.
var (
	ErrTeamClash = fault.Define(fault.Conflict, "visit.team_clash",
		"Ada anggota tim yang sudah dijadwalkan di perhentian lain pada waktu itu. Pilih waktu lain, anggota lain, "+
			"atau gabungkan ke perhentian itu.",
		"A member of the team is already at another stop at that time. Choose another time, other members, "+
			"or join that stop.").About("/members", "/visit/members").Hint("stop_id joins a stop")
	ErrVillage = fault.Define(fault.Invalid, "visit.village_unknown",
		"Desa ini tidak dikenal. Pilih dari daftar desa.", "This village is not known. Choose one from the list.").
		About("/village", "/visit/village").Hint("GET /v1/villages")
	ErrCaseNotActive = fault.Define(fault.Conflict, "visit.case_not_active",
		"Kasus ini tidak berjalan, jadi kunjungan tidak dapat dicatat. Bila belum dimulai, lengkapi tim dan tinjauan kasusnya; bila sudah berakhir, usulkan kasus baru.",
		"This case is not running, so no visit can be recorded. Where it has not begun, form its team and review it; where it has ended, propose a new case.").
		About("/case_id", "/visit/case_id")
	// ErrCaseMerged: the case ended because its person had two records.
	ErrCaseMerged = fault.Define(fault.Conflict, "visit.case_merged",
		"Kasus ini berlanjut pada kasus lain, karena dua data orang ini digabung. Kirim kunjungannya ke kasus itu; bila kasus itu bukan kasus tim Anda, serahkan catatannya kepada koordinator.",
		"This case goes on in another one, since two records of the person were merged. Send the visit to that case; where it is not your team's, hand the notes to the koordinator.").
		Hint("merged_into_case_id names the case that goes on").About("/case_id", "/visit/case_id")
	ErrStopOver = fault.Define(fault.Conflict, "visit.stop_over",
		"Perhentian ini sudah tidak berlaku. Buat perhentian baru.",
		"That stop is over. Make a new one.").About("/stop_id", "/visit/stop_id")
	ErrPlanMissing = fault.Define(fault.Conflict, "visit.plan_missing",
		"Kunjungan belum dapat diselesaikan: isi rencana tindak lanjut dan kunjungan berikutnya, atau usulan penghentian layanan.",
		"The visit cannot be completed yet: give a follow-up plan and a next visit, or a proposal to stop.").
		Hint("PUT /v1/visits/{id}/plan; in a bundle, the part plan").About("/plan")
	ErrAlertOpen = fault.Define(fault.Conflict, "visit.alert_open",
		"Ada nilai kritis yang belum ditanggapi. Tanggapi dulu nilai itu.",
		"A critical value has not been acknowledged. Acknowledge it first.").About("/alert_notes").
		Hint("POST /v1/alerts/{id}/acknowledge, or alert_notes in a bundle")
	ErrIncomplete = fault.Define(fault.Invalid, "visit.incomplete",
		"Rekam kunjungan belum lengkap. Lengkapi bagian yang ditandai, lalu selesaikan kunjungan.",
		"The record of the visit is not complete. Add the marked parts, then complete the visit.").
		Hint("errors names each part that is missing")
)

func init() {
	pg.Explain(map[string]error{"stop_member_clash": ErrTeamClash, "visit_arrival_uq": ErrAlreadyRecorded,
		"stop_village_fk": ErrVillage})
}
