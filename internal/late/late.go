// Package late keeps acts that took place but contradict the record (kiriman
// terlambat): a visit after the end of its case, a task done after the office
// cancelled it. An act is stored whole, counts nowhere, and waits for a
// decision: it is taken (judged again), redirected to another case, visit or
// time, returned to its author, or withdrawn by its author.
//
//	Park      park.go      keeps a refused act whole
//	List, Get list.go, get.go
//	Take      take.go      judged again, as of the act
//	Redirect  redirect.go  ErrNotRedirected
//	Return    return.go    to its author
//	Withdraw  withdraw.go  by its author
package late

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/state"
)

// State is the state of a parked act.
type State string

// The states of a parked act.
const (
	Parked    State = "parked"
	Taken     State = "taken"
	Returned  State = "returned"
	Withdrawn State = "withdrawn"
)

// Action is an act on a parked act.
type Action string

// The actions on a parked act.
const (
	DoTake     Action = "take"
	DoRedirect Action = "redirect"
	DoReturn   Action = "return"
	DoWithdraw Action = "withdraw"
)

// Machine is the state machine of a parked act. Only its author withdraws; every
// other act is the office's.
var Machine = state.Machine[State, Action]{Name: "parked act", Start: []State{Parked},
	Steps: []state.Step[State, Action]{
		{From: Parked, Do: DoTake, To: Taken},
		{From: Parked, Do: DoRedirect, To: Taken},
		{From: Parked, Do: DoReturn, To: Returned},
		{From: Parked, Do: DoWithdraw, To: Withdrawn, When: byAuthor},
	}}

// byAuthor is the condition that the caller sent or performed the act.
const byAuthor = "by_author"

// Days until a decision is due, and until the decision goes to Kepala.
const (
	dueDays      = 3
	escalateDays = 14
)

// The faults of parked acts.
var (
	ErrNotRedirected = fault.Define(fault.Invalid, "parked.not_redirected",
		"Kiriman ini tidak dapat dialihkan seperti itu. Pilih orang, kasus, atau kunjungan yang sesuai jenisnya, atau isi waktunya.",
		"This act cannot be redirected so. Choose the person, case or visit that fits its kind, or give its time.").
		Hint("send the one of patient_id, case_id and visit_id that fits its kind, or at for its time")
	ErrUnreadable = fault.Define(fault.Conflict, "parked.outdated",
		"Kiriman ini dibuat oleh aplikasi lama dan tidak dapat diambil lagi. Kembalikan kepada pengirimnya.",
		"This act was made by an old application and cannot be taken any more. Return it to its author.").
		Hint("the body was written for an older version of the API")
)
