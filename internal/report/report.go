// Package report makes the monthly report to Dinkes: computed from the records,
// frozen at submission, checked and signed by Kepala, accepted or returned by
// Dinkes, archived (SOP HS 5i and flow, KP C3).
//
//	Draft      draft.go     a month that has begun, in one draft at a time
//	SetNote    set_note.go
//	Submit     submit.go    freezes the figures
//	Redraft    redraft.go
//	Send       send.go      Kepala signs
//	Withdraw   withdraw.go
//	Accept     accept.go    Dinkes
//	Return     return.go    Dinkes
//	Archive    archive.go   Dinkes
//	Correct    correct.go   opens the next revision
//	Reopen     reopen.go    Dinkes opens the next revision
//	Get, List  get.go, list.go
//	Events     events.go
//	PDF, XLSX  paper.go
//	Status     status.go    the board of the twelve
package report

import (
	"slices"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/state"
)

// State is the state of a report.
type State string

// The states. Accepted and archived reports are official until Dinkes accepts a
// correction.
const (
	Draft      State = "draft"
	Withdrawn  State = "withdrawn"
	Submitted  State = "submitted"
	Sent       State = "sent"
	Accepted   State = "accepted"
	Returned   State = "returned"
	Archived   State = "archived"
	Superseded State = "superseded"
)

// Action is a step of a report, named after its route.
type Action string

// The steps.
const (
	DoSubmit   Action = "submit"
	DoWithdraw Action = "withdraw"
	DoRedraft  Action = "redraft"
	DoSend     Action = "send"
	DoAccept   Action = "accept"
	DoReturn   Action = "return"
	DoArchive  Action = "archive"
	DoCorrect  Action = "correct" // the puskesmas opens the next revision
	DoReopen   Action = "reopen"  // Dinkes requests the next revision

	supersede Action = "supersede"
)

// newest is the condition that no later revision is under way or official.
const newest = "newest"

// Machine is the state machine of a report. A return, a correction and a
// reopening open the next revision as a draft. The database enforces the same
// steps (monthly_report_keep).
var Machine = state.Machine[State, Action]{Name: "monthly_report", Start: []State{Draft},
	Steps: []state.Step[State, Action]{
		{From: Draft, Do: DoSubmit, To: Submitted},
		{From: Draft, Do: DoWithdraw, To: Withdrawn},
		{From: Submitted, Do: DoRedraft, To: Draft},
		{From: Submitted, Do: DoSend, To: Sent},
		{From: Sent, Do: DoAccept, To: Accepted},
		{From: Sent, Do: DoReturn, To: Returned},
		{From: Accepted, Do: DoArchive, To: Archived, When: newest},
		{From: Accepted, Do: DoCorrect, To: Accepted, When: newest},
		{From: Accepted, Do: DoReopen, To: Accepted, When: newest},
		{From: Archived, Do: DoCorrect, To: Archived, When: newest},
		{From: Archived, Do: DoReopen, To: Archived, When: newest},
		{From: Accepted, Do: supersede, To: Superseded, By: state.System},
		{From: Archived, Do: supersede, To: Superseded, By: state.System},
	}}

// after returns the state after a step. Errors: ErrUnderWay, fault.ErrState
// with the actions that the caller may do.
func (r row) after(tx pg.Tx, do Action) (State, error) {
	if r.UnderWay != "" && slices.Contains([]Action{DoCorrect, DoReopen}, do) &&
		slices.Contains([]State{Accepted, Archived}, r.State) {
		return "", ErrUnderWay.Extend("report_id", r.UnderWay)
	}
	to, err := Machine.After(r.State, do, r.holds()...)
	return to, access.Narrow(tx, "/v1/reports/{id}", err)
}

func (r row) holds() []string {
	if r.UnderWay != "" {
		return nil
	}
	return []string{newest}
}

// The faults of reports.
var (
	ErrMonthOpen = fault.Define(fault.Conflict, "report.month_open",
		"Bulan laporan belum berakhir. Laporan dapat diajukan mulai tanggal 1 bulan berikutnya.",
		"The month of this report has not ended. It can be submitted from the first of the next month.").About("/month")
	ErrMonthFuture = fault.Define(fault.Invalid, "report.month_future",
		"Bulan laporan belum dimulai.", "The month of this report has not begun.")
	// ErrUnderWay has the id of the revision in report_id.
	ErrUnderWay = fault.Define(fault.Conflict, "report.under_way",
		"Revisi lain laporan ini sedang dikerjakan. Lanjutkan atau tarik revisi itu.",
		"Another revision of this report is under way. Continue with that revision, or withdraw it.").
		Hint("report_id names the revision")
	ErrExists = fault.Define(fault.Conflict, "report.exists",
		"Laporan untuk program dan bulan ini sudah ada. Buka laporan itu; bila sudah diterima, perbaiki laporan itu.",
		"A report for this programme and month exists already. Open that report; if it was accepted, correct it.").
		About("/month").
		Hint("report_id names the report; POST /v1/reports/{id}/correct")
	ErrNotRun = fault.Define(fault.Invalid, "report.programme_not_run",
		"Puskesmas ini tidak menjalankan program tersebut.", "This puskesmas does not run that programme.")
	ErrOpenVisits = fault.Define(fault.Conflict, "report.open_visits",
		"Masih ada {count} kunjungan bulan ini yang belum diselesaikan, dibatalkan, atau dicatat tidak bertemu.",
		"{count} visits of this month are still planned or in progress.").
		Hint("visit_ids are the first 20")
	ErrMaker = fault.Define(fault.Conflict, "report.maker_is_checker",
		"Laporan tidak boleh ditandatangani oleh orang yang mengajukannya.",
		"A report may not be signed by the person who submitted it.")
)

// dueOn is the last day for sending the report of month (YYYY-MM) on time: a
// day of the next month.
func dueOn(month string, day int) string {
	_, next, err := clock.MonthBounds(month)
	if err != nil {
		return ""
	}
	return clock.Day(next.AddDate(0, 0, day-1))
}

// late says whether a report sent at sent (nil: not yet) is late.
func late(due string, sent *time.Time, now time.Time) bool {
	at := now
	if sent != nil {
		at = *sent
	}
	return clock.Day(at) > due
}
