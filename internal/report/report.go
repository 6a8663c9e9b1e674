// Package report makes the monthly report to Dinkes: computed from the
// records, frozen at submission, checked and signed by Kepala, accepted or
// returned by Dinkes, archived (SOP HS 5i and flow, KP C3).
package report

import (
	"slices"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
)

// State is where a report stands.
type State string

// The states; a returned or archived report does not change any more.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Sent      State = "sent"
	Accepted  State = "accepted"
	Returned  State = "returned"
	Archived  State = "archived"
)

// transitions says what an action does, and from where.
var transitions = map[string]struct{ from, to State }{
	"submit":  {Draft, Submitted},
	"redraft": {Submitted, Draft},
	"send":    {Submitted, Sent},
	"accept":  {Sent, Accepted},
	"return":  {Sent, Returned},
	"archive": {Accepted, Archived},
}

// next returns where action leads from s, or the fault that names what is
// allowed there.
func next(s State, action string) (State, error) {
	t := transitions[action]
	if t.from == s {
		return t.to, nil
	}
	return "", fault.State(string(s), allowed(s)...)
}

func allowed(s State) []string {
	actions := []string{}
	for name, t := range transitions {
		if t.from == s {
			actions = append(actions, name)
		}
	}
	slices.Sort(actions)
	return actions
}

// The faults of reports.
var (
	ErrMonthOpen = fault.Define(fault.Conflict, "report.month_open",
		"Bulan laporan belum berakhir. Laporan dapat diajukan mulai tanggal 1 bulan berikutnya.",
		"The month of this report has not ended. It can be submitted from the first of the next month.")
	ErrMonthFuture = fault.Define(fault.Invalid, "report.month_future",
		"Bulan laporan belum dimulai.", "The month of this report has not begun.")
	ErrExists = fault.Define(fault.Conflict, "report.exists",
		"Laporan untuk program dan bulan ini sudah ada. Buka laporan yang ada.",
		"There is a report for this programme and month already. Open that one.")
	ErrNotRun = fault.Define(fault.Invalid, "report.programme_not_run",
		"Puskesmas ini tidak menjalankan program tersebut.", "This puskesmas does not run that programme.")
	ErrOpenVisits = fault.Define(fault.Conflict, "report.open_visits",
		"Masih ada {count} kunjungan bulan ini yang belum diselesaikan, dibatalkan, atau dicatat tidak bertemu.",
		"{count} visits of this month are still planned or in progress.")
	ErrMaker = fault.Define(fault.Conflict, "report.maker_is_checker",
		"Laporan tidak boleh ditandatangani oleh orang yang mengajukannya.",
		"A report may not be signed by the person who submitted it.")
)

// dueOn is the last day to send the report of month (YYYY-MM) in time: a day
// of the next month.
func dueOn(month string, day int) string {
	_, next, err := clock.MonthBounds(month)
	if err != nil {
		return ""
	}
	return clock.Day(next.AddDate(0, 0, day-1))
}

// late says whether a report sent at sent (nil: not yet) missed its day.
func late(due string, sent *time.Time, now time.Time) bool {
	at := now
	if sent != nil {
		at = *sent
	}
	return clock.Day(at) > due
}
