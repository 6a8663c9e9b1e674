// Package followup knows the tasks that a visit, or the team, leaves to somebody (tindak
// lanjut): who does what until when, and what a unit outside the team answered (SOP
// steps 10 and 20, KP 3).
//
//	Add       add.go       ErrTaskAfterEnd, fault.ErrInvalid
//	Get       get.go       fault.ErrNotFound
//	List      list.go      page.ErrCursor
//	HandOver  hand_over.go ErrTaskCancelled, fault.ErrState, fault.ErrStale
//	Answer    answer.go    as HandOver
//	TakeBack  take_back.go as HandOver
//	Finish    finish.go    as HandOver
//	Drop      drop.go      as HandOver
//
// For other rooms: what a visit's plan promises (QueueIn, Check in plan.go; Owners in
// owner.go), a task for who leads a team (lead.go), the day of an act (act.go). Told by
// others: the death of a person (death.go), two records that become one (merge.go).
package followup

import "github.com/balangan/homecare/internal/platform/state"

// State is where a follow-up stands; overdue is derived, not a state.
type State string

// The states of a follow-up.
const (
	Open       State = "open"
	HandedOver State = "handed_over"
	Answered   State = "answered"
	Done       State = "done"
	Dropped    State = "cancelled"
)

// Action is what can be done to a follow-up.
type Action string

// The actions on a follow-up.
const (
	DoHandOver Action = "hand_over"
	DoAnswer   Action = "answer"
	DoTakeBack Action = "take_back"
	DoFinish   Action = "done"
	DoDrop     Action = "cancel"

	// personDied ends what makes no sense any more; what an outside unit has in
	// its hands stays until it answered.
	personDied Action = "death"
	// deathUndone opens again what a death cancelled that is taken back.
	deathUndone Action = "retract_death"

	// beforeCancelled: it happened on or before the day on which the task was cancelled.
	beforeCancelled = "before_cancelled"
	// openBeforeCancelled: as above, and the cancellation found the task open.
	openBeforeCancelled = "open_before_cancelled"
)

// Pending is the SQL list of the states of a follow-up that is not over: only such a
// one can be overdue, waits for its owner, and goes along with its case.
const Pending = `('open', 'handed_over', 'answered')`

// Machine says where a follow-up goes.
var Machine = state.Machine[State, Action]{Name: "follow_up", Start: []State{Open}, Steps: []state.Step[State, Action]{
	{From: Open, Do: DoHandOver, To: HandedOver},
	{From: Open, Do: DoFinish, To: Done},
	{From: Open, Do: DoDrop, To: Dropped},
	{From: HandedOver, Do: DoAnswer, To: Answered},
	{From: HandedOver, Do: DoTakeBack, To: Open},
	{From: HandedOver, Do: DoFinish, To: Done},
	{From: HandedOver, Do: DoDrop, To: Dropped},
	{From: Answered, Do: DoFinish, To: Done},
	{From: Answered, Do: DoTakeBack, To: Open},
	{From: Answered, Do: DoDrop, To: Dropped},
	{From: Open, Do: personDied, To: Dropped, By: state.System},
	{From: Answered, Do: personDied, To: Dropped, By: state.System},
	{From: Dropped, Do: DoHandOver, To: HandedOver, When: openBeforeCancelled},
	{From: Dropped, Do: DoFinish, To: Done, When: beforeCancelled},
	{From: Dropped, Do: DoDrop, To: Dropped, When: beforeCancelled},
	{From: Dropped, Do: deathUndone, To: Open, When: "cancelled_by_a_death", By: state.System},
}}

// acts are the acts as follow_up_act names them.
var acts = map[Action]string{DoHandOver: "handed_over", DoAnswer: "answered", DoTakeBack: "taken_back", DoFinish: "done", DoDrop: "cancelled", personDied: "cancelled",
	deathUndone: "taken_back"}
