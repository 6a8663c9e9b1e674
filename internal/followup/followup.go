// Package followup knows the tasks (tindak lanjut) that a visit or the team assigns: who
// does what by when, and the answer of a unit outside the team (SOP steps 10 and 20, KP
// 3).
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
// For other rooms: the tasks of a visit's plan (QueueIn, Check in plan.go; Owners in
// owner.go), a task for the lead of a team (lead.go), the day of an act (act.go).
// Called by others: the death of a person (death.go), the merge of two records
// (merge.go).
package followup

import "github.com/balangan/homecare/internal/platform/state"

// State is the state of a follow-up. Overdue is derived and not a state.
type State string

// The states of a follow-up.
const (
	Open       State = "open"
	HandedOver State = "handed_over"
	Answered   State = "answered"
	Done       State = "done"
	Dropped    State = "cancelled"
)

// Action is an act on a follow-up.
type Action string

// The actions on a follow-up.
const (
	DoHandOver Action = "hand-over"
	DoAnswer   Action = "answer"
	DoTakeBack Action = "take-back"
	DoFinish   Action = "done"
	DoDrop     Action = "cancel"

	// personDied closes tasks that a death makes pointless. A task handed over
	// to an outside unit stays until the unit answered.
	personDied Action = "death"
	// deathUndone reopens tasks that a reversed death had cancelled.
	deathUndone Action = "retract_death"

	// beforeCancelled: it happened on or before the day on which the task was cancelled.
	beforeCancelled = "before_cancelled"
	// openBeforeCancelled: as above, and the task was open before the
	// cancellation.
	openBeforeCancelled = "open_before_cancelled"
)

// Pending is the SQL list of the states of a follow-up that is not closed. Only such
// a follow-up can be overdue, waits for its owner, and moves with its case.
const Pending = `('open', 'handed_over', 'answered')`

// Machine is the state machine of a follow-up.
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

// acts are the names of the acts in follow_up_act.
var acts = map[Action]string{DoHandOver: "handed_over", DoAnswer: "answered", DoTakeBack: "taken_back",
	DoFinish: "done", DoDrop: "cancelled", personDied: "cancelled",
	deathUndone: "taken_back"}
