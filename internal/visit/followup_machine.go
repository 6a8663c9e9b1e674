package visit

import "github.com/balangan/homecare/internal/platform/state"

// FollowUpState is where a follow-up stands; overdue is derived, not a state.
type FollowUpState string

// The states of a follow-up.
const (
	Open       FollowUpState = "open"
	HandedOver FollowUpState = "handed_over"
	Answered   FollowUpState = "answered"
	Done       FollowUpState = "done"
	Dropped    FollowUpState = "cancelled"
)

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

// FollowUpMachine says where a follow-up goes.
var FollowUpMachine = state.Machine[FollowUpState, Action]{Name: "follow_up", Start: []FollowUpState{Open}, Steps: []state.Step[FollowUpState, Action]{
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

// followUpActs are the acts as follow_up_act names them.
var followUpActs = map[Action]string{DoHandOver: "handed_over", DoAnswer: "answered", DoTakeBack: "taken_back", DoFinish: "done", DoDrop: "cancelled", personDied: "cancelled",
	deathUndone: "taken_back"}
