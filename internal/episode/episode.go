// Package episode knows the case (kasus): one person in one programme, from
// proposal to end. On the wire it is a case; that word is taken in Go.
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
	Terminating = "terminating" // refused; the signed letter is awaited
	Terminated  = "terminated"
	Rejected    = "rejected"
	Withdrawn   = "withdrawn"
)

// How a case ends. SOURCE: SOP HS 5f names death, refusal and referral; the
// others exist only where Dinkes turned them on for a programme.
const (
	Death          = "death"
	Refusal        = "refusal"
	Referral       = "referral"
	GoalsReached   = "goals_reached"
	MovedAway      = "moved_away"
	LostToFollowUp = "lost_to_follow_up"
)

// Merged is the ending of a case whose person was in two records: another case
// goes on, and this one counts nowhere. Only a merge ends a case so.
const Merged = "merged"

// The actions on a case, named like the last step of their addresses.
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
	approvalNone   = "none"
	teamModeByCase = "per_case"
)

// allowed lists the actions that a state allows. An approved case is reviewed
// by its team, so the team comes first (SOP KP C, D).
func allowed(state string, hasTeam bool, ending string) []string {
	switch state {
	case Proposed:
		return []string{approve, reject, withdraw, end}
	case Approved:
		if !hasTeam {
			return []string{formTeam, end}
		}
		return []string{formTeam, review, end}
	case Active:
		return []string{formTeam, review, end}
	case Terminating:
		return []string{retract, end}
	case Terminated:
		switch ending {
		case Death, Merged:
			return []string{}
		case Referral:
			return []string{recordOutcome, reopen}
		}
		return []string{reopen}
	}
	return []string{}
}

// complete says whether a case has all that its SOP version demands before it
// is active: a team and, where demanded, a review.
func complete(hasTeam, reviewRequired, reviewed bool) bool {
	return hasTeam && (reviewed || !reviewRequired)
}

// The faults of cases.
var (
	ErrOpen = fault.Define(fault.Conflict, "case.open_exists",
		"Orang ini masih mempunyai kasus yang berjalan dalam program yang sama. Lanjutkan atau akhiri kasus itu dulu.",
		"This person still has an open case in the same programme. Continue or end that one first.")
	ErrDeceased = fault.Define(fault.Conflict, "case.patient_deceased",
		"Orang ini tercatat sudah meninggal. Kasus tidak dapat diusulkan atau dibuka lagi.",
		"This person is recorded as deceased. No case can be proposed or reopened.")
	ErrOwnProposal = fault.Define(fault.Conflict, "case.own_proposal",
		"Usulan ini dibuat oleh Anda sendiri. Orang lain yang berwenang harus memutuskannya.",
		"You made this proposal yourself. Somebody else with the right must decide it.")
	ErrOnlyDeath = fault.Define(fault.Conflict, "case.only_death",
		"Pada keadaan {state} kasus hanya dapat diakhiri karena meninggal. Lihat allowed untuk tindakan lain.",
		"In state {state} a case can be ended by death only. See allowed for other actions.")
	ErrClosed = fault.Define(fault.Conflict, "case.closed",
		"Kasus ini sudah ditutup dan tidak dapat diubah lagi.", "This case is closed and cannot be changed any more.")
	ErrTeamReason = fault.Define(fault.Invalid, "case.team_reason",
		"Penggantian tim memerlukan alasan. Isi reason.", "Replacing a team needs a reason. Fill in reason.")
)

func init() {
	pg.Explain(map[string]error{
		"care_case_open_uq":       ErrOpen,
		"care_case_maker_checker": ErrOwnProposal,
		"care_case_closed":        ErrClosed,
	})
}
