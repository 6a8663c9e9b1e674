package episode

import (
	"slices"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/state"
)

// Conditions of Machine's steps besides the state. The kinds of an ending are
// conditions too.
const (
	hasTeam    = "has_team"       // an approved case is reviewed by its team (SOP KP C, D)
	demandsMet = "demands_met"    // a team and, where the SOP version asks for it, a review
	turnedOn   = "ending_enabled" // an ending that Dinkes enabled for the programme
	reopenable = "may_be_reopened"
	// An ending that is neither a merge nor an error.
	countsSomewhere = "counts"
	wasApproved     = "was_approved" // before the refusal
	wasActive       = "was_active"
	// The state before the death or merge that closed the case. A refusal that
	// was waiting for its letter is not restored.
	closedProposed = "ended_from_proposed"
	closedApproved = "ended_from_approved"
	closedActive   = "ended_from_active"
)

type step = state.Step[string, string]

// Machine is the case from proposal to end.
// SOURCE: SOP KP flow A-D, SOP HS 5e-h.
var Machine = state.Machine[string, string]{Name: "case", Start: []string{Proposed, Approved}, Steps: []step{
	{From: Proposed, Do: approve, To: Approved},
	{From: Proposed, Do: reject, To: Rejected},
	{From: Proposed, Do: withdraw, To: Withdrawn},
	{From: Proposed, Do: end, To: Terminated, When: Death},
	{From: Proposed, Do: end, To: Terminated, When: EnteredInError},
	{From: Proposed, Do: mergeAction, To: Terminated, By: state.System},

	{From: Approved, Do: formTeam, To: Active, When: demandsMet},
	{From: Approved, Do: formTeam, To: Approved},
	{From: Approved, Do: review, To: Active, When: hasTeam}, // the review is the last requirement of a programme
	{From: Approved, Do: end, To: Terminating, When: Refusal},
	{From: Approved, Do: end, To: Terminated, When: Death},
	{From: Approved, Do: end, To: Terminated, When: EnteredInError},
	{From: Approved, Do: mergeAction, To: Terminated, By: state.System},

	{From: Active, Do: formTeam, To: Active},
	{From: Active, Do: review, To: Active},
	{From: Active, Do: end, To: Terminating, When: Refusal},
	{From: Active, Do: end, To: Terminated, When: Referral},
	{From: Active, Do: end, To: Terminated, When: Death},
	{From: Active, Do: end, To: Terminated, When: turnedOn},
	{From: Active, Do: end, To: Terminated, When: EnteredInError},
	{From: Active, Do: mergeAction, To: Terminated, By: state.System},

	{From: Terminating, Do: closeRefusal, To: Terminated, By: state.System},
	{From: Terminating, Do: retract, To: Active, When: wasActive},
	{From: Terminating, Do: retract, To: Approved, When: wasApproved},
	{From: Terminating, Do: end, To: Terminated, When: Death},
	{From: Terminating, Do: end, To: Terminated, When: EnteredInError},
	{From: Terminating, Do: mergeAction, To: Terminated, By: state.System},

	{From: Proposed, Do: correctDays, To: Proposed},
	{From: Approved, Do: correctDays, To: Approved},
	{From: Active, Do: correctDays, To: Active},
	{From: Terminating, Do: correctDays, To: Terminating},
	{From: Rejected, Do: correctDays, To: Rejected},
	{From: Withdrawn, Do: correctDays, To: Withdrawn},
	{From: Terminated, Do: correctDays, To: Terminated, When: countsSomewhere},

	{From: Terminated, Do: recordOutcome, To: Terminated, When: Referral},
	{From: Terminated, Do: reopen, To: Terminated, When: reopenable},
	{From: Terminated, Do: retractDeath, To: Active, When: closedActive},
	{From: Terminated, Do: retractDeath, To: Approved, When: closedApproved},
	{From: Terminated, Do: retractDeath, To: Proposed, When: closedProposed},
	{From: Terminated, Do: unmergeAction, To: Terminating, When: Merged, By: state.System},
	{From: Terminated, Do: unmergeAction, To: Active, When: Merged, By: state.System},
	{From: Terminated, Do: unmergeAction, To: Approved, When: Merged, By: state.System},
	{From: Terminated, Do: unmergeAction, To: Proposed, When: Merged, By: state.System},
}}

// endings are the kinds of ending that a caller may choose, in the order of the
// SOP, each with its condition in Machine.
var endings = []struct{ kind, when string }{{Death, Death}, {Refusal, Refusal}, {Referral, Referral},
	{GoalsReached, turnedOn}, {MovedAway, turnedOn}, {LostToFollowUp, turnedOn}, {EnteredInError, EnteredInError}}

// conditionOf is the condition of a kind of ending.
func conditionOf(kind string) string {
	for _, e := range endings {
		if e.kind == kind {
			return e.when
		}
	}
	return kind
}

// endingsIn are the kinds of ending that the caller may choose in a state.
func endingsIn(tx pg.Tx, s string) []string {
	out := []string{}
	for _, e := range endings {
		if _, err := Machine.After(s, end, e.when); err == nil && (e.kind != EnteredInError || mayErr(tx)) {
			out = append(out, e.kind)
		}
	}
	return out
}

// standing is the input of a case's rules.
type standing struct {
	State, Ending, Before  string
	Team                   bool
	ReviewRequired         bool
	Reviewed, Reopens      bool
	ProposedBy, RecordedBy string
}

// holds lists the conditions of Machine that are met now.
func (s standing) holds() []string {
	var out []string
	add := func(condition string, holds bool) {
		if holds {
			out = append(out, condition)
		}
	}
	add(hasTeam, s.Team)
	add(demandsMet, s.Team && (s.Reviewed || !s.ReviewRequired))
	add(conditionOf(s.Ending), s.Ending != "")
	add(reopenable, s.Reopens && s.Ending != EnteredInError && s.Ending != Merged)
	add(countsSomewhere, s.Ending != EnteredInError && s.Ending != Merged)
	add("was_"+s.Before, s.State == Terminating)
	add("ended_from_"+s.Before, s.State == Terminated && s.Ending == Death)
	return out
}

// allowed lists the actions open to the caller. Nobody decides on their own
// proposal (the constraint care_case_maker_checker).
func (s standing) allowed(tx pg.Tx) []string {
	holds := s.holds()
	for _, e := range endings {
		holds = append(holds, e.when) // the caller chooses which one
	}
	if s.State == Terminated {
		holds = s.holds()
	}
	me := tx.Principal().UserID
	own := s.ProposedBy == me || s.RecordedBy == me
	actions := slices.DeleteFunc(Machine.Allowed(s.State, holds...), func(a string) bool {
		return own && (a == approve || a == reject)
	})
	return access.Allowed(tx, "/v1/cases/{id}", actions...)
}

// standing returns the row as input of the rules.
func (r row) standing() standing {
	return standing{State: r.State, Ending: r.ending(), Before: r.Before, Team: r.TeamID != nil,
		ReviewRequired: r.ReviewRequired, Reviewed: r.Reviewed, Reopens: r.Reopens, ProposedBy: r.ProposedBy,
		RecordedBy: r.RecordedBy}
}

// may returns fault.ErrState unless the case's state allows the action.
func (r row) may(tx pg.Tx, action string) error {
	if action == end && len(endingsIn(tx, r.State)) > 0 {
		return nil // End checks the kind
	}
	s := r.standing()
	s.Reopens = true // Propose reports what prevents it
	if _, err := Machine.After(r.State, action, s.holds()...); err != nil {
		return fault.State(r.State, r.standing().allowed(tx)...)
	}
	return nil
}

// move sets the next state of an action.
func (r *row) move(action string, now time.Time) error {
	to, err := Machine.After(r.State, action, r.standing().holds()...)
	if err != nil {
		return err
	}
	if to == Active && r.ActivatedAt == nil {
		r.ActivatedAt = &now
	}
	if to == Terminated && r.State != Terminated {
		r.TerminatedAt = &now
	}
	r.State = to
	return nil
}

func (r row) ending() string {
	if r.Ending == nil {
		return ""
	}
	return *r.Ending
}

// permit writes into c the actions that the caller may do now.
func (c *shown) permit(tx pg.Tx) {
	c.Allowed = standing{State: c.State, Ending: c.Ending, Before: c.Before, Team: c.TeamID != "", Reopens: c.Reopens,
		ProposedBy: c.ProposedBy, RecordedBy: c.RecordedBy}.allowed(tx)
}
