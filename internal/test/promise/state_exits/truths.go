//go:build sabotage

package state_exits

import (
	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
)

// truth is a fact that somebody may have to record in a state, and the act for
// it.
type truth struct{ from, do, when, to, says string }

func (t truth) tells(s step) bool {
	return s.From == t.from && s.Do == t.do && s.When == t.when && s.To == t.to && s.By == ""
}

// truths are the promised facts, by machine.
// SOURCE: SOP HS 5d-i, KP flow A-G.
var truths = map[string][]truth{
	"case": {
		{"proposed", "approve", "", "approved", "the person needs the service"},
		{"proposed", "reject", "", "rejected", "the person does not"},
		{"proposed", "withdraw", "", "withdrawn", "the proposal was a mistake"},
		{"proposed", "end", "death", "terminated", "the person died before the decision"},
		{"proposed", "end", "entered_in_error", "terminated", "it is another person"},
		{"approved", "team", "demands_met", "active", "a team takes the case on"},
		{"approved", "team", "", "approved", "a team is named and has yet to review"},
		{"approved", "review", "has_team", "active", "the team reviewed the case"},
		{"approved", "end", "refusal", "terminating", "the family says no before a team exists"},
		{"approved", "end", "death", "terminated", "the person died before a team existed"},
		{"approved", "end", "entered_in_error", "terminated", "it is another person"},
		{"active", "team", "", "active", "another team takes over"},
		{"active", "review", "", "active", "the plan changed"},
		{"active", "end", "refusal", "terminating", "the family says no"},
		{"active", "end", "referral", "terminated", "the person goes to a hospital"},
		{"active", "end", "death", "terminated", "the person died"},
		{"active", "end", "ending_enabled", "terminated", "the goals are reached"},
		{"active", "end", "entered_in_error", "terminated", "it is another person"},
		{"terminating", "retract-refusal", "was_active", "active", "the family changed its mind"},
		{"terminating", "retract-refusal", "was_approved", "approved",
			"the family changed its mind before a team existed"},
		{"terminating", "end", "death", "terminated", "the person died before the letter was signed"},
		{"terminating", "end", "entered_in_error", "terminated", "the letter never comes, or it is another person"},
		{"proposed", "correct-days", "", "proposed", "the day of the proposal was written down wrongly"},
		{"approved", "correct-days", "", "approved", "as above"},
		{"active", "correct-days", "", "active", "as above"},
		{"terminating", "correct-days", "", "terminating", "as above, or the day of the refusal"},
		{"rejected", "correct-days", "", "rejected", "the day of the proposal was written down wrongly"},
		{"withdrawn", "correct-days", "", "withdrawn", "as above"},
		{"terminated", "correct-days", "counts", "terminated", "the day of the end was written down wrongly"},
		{"terminated", "referral-outcome", "referral", "terminated", "the hospital answered"},
		{"terminated", "reopen", "may_be_reopened", "terminated",
			"the person needs care again, or the end was a mistake"},
		{"terminated", "retract-death", "ended_from_active", "active", "the person lives"},
		{"terminated", "retract-death", "ended_from_approved", "approved", "the person lives, and had no team yet"},
		{"terminated", "retract-death", "ended_from_proposed", "proposed",
			"the person lives, and nobody had decided yet"},
	},
	"visit": {
		{"planned", "check-in", "", "in_progress", "the team is there"},
		{"planned", "miss", "", "missed", "nobody was at home"},
		{"planned", "cancel", "", "cancelled", "it is not needed"},
		{"planned", "reschedule", "", "rescheduled", "it will be another day"},
		{"in_progress", "record", "", "in_progress", "what was seen and done"},
		{"in_progress", "complete", "", "completed", "the team left"},
		{"in_progress", "miss", "", "missed", "the team came, and was refused at the door"},
		{"in_progress", "cancel", "", "cancelled", "it was begun on the wrong case"},
		{"in_progress", "reschedule", "", "rescheduled", "the team was called away"},
		{"missed", "check-in", "", "in_progress", "the team was there after all"},
		{"missed", "complete", "arrived", "completed", "the record of a visit that was taken for missed"},
		{"cancelled", "check-in", "", "in_progress", "the team was there before it knew"},
		{"cancelled", "complete", "arrived", "completed", "the record of a visit that the office cancelled"},
		{"rescheduled", "check-in", "", "in_progress", "the team went on the first day"},
		{"rescheduled", "complete", "arrived", "completed", "the record of a visit that was moved"},
		{"completed", "amend", "", "completed", "something was written down wrongly"},
	},
	"parked act": {
		{"parked", "take", "", "taken", "it took place as it says"},
		{"parked", "redirect", "", "taken", "it took place at another time or in another case"},
		{"parked", "return", "", "returned", "only its author can say"},
		{"parked", "withdraw", "by_author", "withdrawn", "its author was mistaken"},
	},
	"follow_up": {
		{"open", "hand-over", "", "handed_over", "another unit does it"},
		{"open", "done", "", "done", "it is done"},
		{"open", "cancel", "", "cancelled", "it is no longer needed"},
		{"handed_over", "answer", "", "answered", "the unit answered"},
		{"handed_over", "take-back", "", "open", "the unit never answers, and the team does it"},
		{"handed_over", "done", "", "done", "it was settled without an answer"},
		{"handed_over", "cancel", "", "cancelled", "it is no longer needed"},
		{"answered", "done", "", "done", "the answer settled it"},
		{"answered", "take-back", "", "open", "the answer did not settle it"},
		{"answered", "cancel", "", "cancelled", "it is no longer needed"},
		{"cancelled", "hand-over", "open_before_cancelled", "handed_over",
			"another unit had it before it was cancelled"},
		{"cancelled", "done", "before_cancelled", "done", "it had been done before it was cancelled"},
		{"cancelled", "cancel", "before_cancelled", "cancelled",
			"it was no longer needed before the office, or a death, cancelled it"},
	},
	"alert": {
		{"open", "acknowledge", "", "acknowledged", "somebody saw it and did something"},
		{"acknowledged", "close", "", "closed", "the matter is over"},
	},
	"monthly_report": {
		{"draft", "submit", "", "submitted", "the month is complete"},
		{"draft", "withdraw", "", "withdrawn", "it was opened by mistake"},
		{"submitted", "redraft", "", "draft", "the head found something wrong"},
		{"submitted", "send", "", "sent", "the head signs"},
		{"sent", "accept", "", "accepted", "Dinkes accepts"},
		{"sent", "return", "", "returned", "Dinkes found something wrong"},
		{"accepted", "archive", "newest", "archived", "nothing is to come"},
		{"accepted", "correct", "newest", "accepted", "acts of that month came late"},
		{"accepted", "reopen", "newest", "accepted", "Dinkes found something wrong afterwards"},
		{"archived", "correct", "newest", "archived", "acts of that month came late"},
		{"archived", "reopen", "newest", "archived", "Dinkes found something wrong afterwards"},
	},
}

// finals are the states without an exit, by machine: what follows is another
// record.
var finals = map[string][]string{
	"case":           {"rejected", "withdrawn"},               // proposed again
	"visit":          {"completed"},                           // amended as it stands
	"parked act":     {"taken", "returned", "withdrawn"},      // sent again
	"follow_up":      {"done"},                                // a new task; an undone death restores its tasks
	"alert":          {"corrected", "closed"},                 // the next value raises its own alert
	"monthly_report": {"withdrawn", "returned", "superseded"}, // the next revision
}

// answer is the answer to an act that a state does not allow, where it is not
// record.state with the allowed acts.
type answer struct {
	machine, state, act string // an empty state: in all
	when, holds         string
	role                auth.Role
	code                string
	bare                bool // without current_state and allowed
	why                 string
}

// parkedCode stands for an act that is parked and answered 202.
const parkedCode = "202"

var otherwise = []answer{
	{machine: "case", act: "end", when: "refusal", code: "case.ending_not_now",
		why: "the act is open, in other ways: endings lists them"},
	{machine: "case", act: "end", when: "referral", code: "case.ending_not_now", why: "as above"},
	{machine: "case", act: "end", when: "ending_enabled", code: "case.ending_not_now", why: "as above"},
	{machine: "case", state: "terminated", act: "reopen", holds: "death", code: "case.patient_deceased", bare: true,
		why: "says why, which record.state would not"},
	{machine: "visit", state: "cancelled", act: "miss", code: parkedCode,
		why: "who found nobody at home told the truth, as the office did: the office decides"},
	{machine: "visit", state: "rescheduled", act: "miss", code: parkedCode, why: "as above"},
	{machine: "visit", state: "completed", act: "miss", code: parkedCode, why: "as above"},
	{machine: "follow_up", state: "cancelled", when: "after_cancelled", code: "follow_up.cancelled", bare: true,
		why: "says up to which day it can have been"},
	{machine: "monthly_report", act: "correct", holds: "under_way", code: "report.under_way", bare: true,
		why: "names the revision to go on with"},
	{machine: "monthly_report", act: "reopen", holds: "under_way", code: "report.under_way", bare: true,
		why: "as above"},
	{machine: "monthly_report", state: "draft", role: access.DinkesAdmin, code: "record.not_found", bare: true,
		why: "Dinkes sees what was sent"},
	{machine: "monthly_report", state: "submitted", role: access.DinkesAdmin, code: "record.not_found", bare: true,
		why: "as above"},
	{machine: "monthly_report", state: "withdrawn", role: access.DinkesAdmin, code: "record.not_found", bare: true,
		why: "as above"},
}
