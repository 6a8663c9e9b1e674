package episode

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/identity"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

// may returns fault.ErrState unless the case's state allows the action.
func (r row) may(tx pg.Tx, action string) error {
	if !slices.Contains(allowed(r.State, r.TeamID != nil, r.ending()), action) {
		return fault.State(r.State, r.allowed(tx)...)
	}
	return nil
}

func (r row) ending() string {
	if r.Ending == nil {
		return ""
	}
	return *r.Ending
}

// allowed names the actions that are open to the caller.
func (r row) allowed(tx pg.Tx) []string {
	return offered(tx, allowed(r.State, r.TeamID != nil, r.ending()), r.ProposedBy, r.Reopens)
}

// permit puts into c what the caller may do to it now.
func (c *shown) permit(tx pg.Tx) {
	c.Allowed = offered(tx, allowed(c.State, c.TeamID != "", c.Ending), c.ProposedBy, c.Reopens)
}

// offered returns those of the actions that the caller may do: nobody decides
// on a proposal of their own (the constraint care_case_maker_checker), and a
// case is reopened only where the person's state lets it.
func offered(tx pg.Tx, actions []string, proposedBy string, reopens bool) []string {
	own := proposedBy == tx.Principal().UserID
	actions = slices.DeleteFunc(actions, func(a string) bool {
		return own && (a == approve || a == reject) || !reopens && a == reopen
	})
	return access.Allowed(tx, "/v1/cases/{id}", actions...)
}

// act is the frame of every action on a case: lock, compare versions, check
// the state, do, save, audit. do changes the row and what belongs to it.
func (s *Service) act(ctx context.Context, id, action, reason string, do func(pg.Tx, *row) error) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) {
		var none homecare.Case
		r, err := lock(tx, id)
		if err != nil {
			return none, err
		}
		if err := pg.Stale(rest.IfMatch(ctx), r.Version); err != nil {
			return none, err
		}
		if err := r.may(tx, action); err != nil {
			return none, err
		}
		before := r.State
		was := map[string]any{"state": before, "team_id": r.TeamID}
		if err := do(tx, &r); err != nil {
			return none, err
		}
		// A closed case has no more changes; what comes later has its own row.
		if before != Terminated {
			if err := save(tx, r, action, before, reason); err != nil {
				return none, err
			}
		}
		c, err := caseIn(tx, id)
		if err != nil {
			return none, err
		}
		return c, s.trail.Record(tx, audit.Event{Action: "case." + auditName(action), SubjectKind: "case", SubjectID: id, Reason: reason, Before: was, After: c})
	})
}

func auditName(action string) string {
	switch action {
	case retract:
		return "retract_refusal"
	case recordOutcome:
		return "referral_outcome"
	}
	return action
}

func (r *row) decide(tx pg.Tx, state string) error {
	me, now := tx.Principal().UserID, tx.Now()
	if r.ProposedBy == me {
		return ErrOwnProposal
	}
	r.State, r.DecidedAt, r.DecidedBy = state, &now, &me
	return nil
}

type approveParams struct {
	ID string `param:"id" json:"-"`
	homecare.ApproveCase
}

// Approve approves a proposal; never one's own. Errors: those of act,
// ErrOwnProposal.
func (s *Service) Approve(ctx context.Context, in approveParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, approve, in.Note, func(tx pg.Tx, r *row) error { return r.decide(tx, Approved) })
}

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Reject rejects a proposal with a reason; never one's own.
func (s *Service) Reject(ctx context.Context, in whyParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, reject, in.Reason, func(tx pg.Tx, r *row) error { return r.decide(tx, Rejected) })
}

// Withdraw takes a proposal back with a reason.
func (s *Service) Withdraw(ctx context.Context, in whyParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, withdraw, in.Reason, func(_ pg.Tx, r *row) error { r.State = Withdrawn; return nil })
}

type teamParams struct {
	ID string `param:"id" json:"-"`
	homecare.CaseTeam
}

// FormTeam gives a case its team, or another one: members where the SOP
// version forms teams per case, with a surat tugas; a standing team's id
// otherwise. Errors: those of act, fault.ErrInvalid, ErrTeamReason.
func (s *Service) FormTeam(ctx context.Context, in teamParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, formTeam, in.Reason, func(tx pg.Tx, r *row) error {
		if r.TeamID != nil && in.Reason == "" {
			return ErrTeamReason
		}
		var err error
		if r.TeamMode == teamModeByCase {
			err = s.formPerCase(tx, r, in.CaseTeam)
		} else {
			err = assignStanding(tx, r, in.CaseTeam)
		}
		if err != nil {
			return err
		}
		r.activate(tx.Now())
		return nil
	})
}

func (s *Service) formPerCase(tx pg.Tx, r *row, in homecare.CaseTeam) error {
	var check fault.Check
	check.That(in.TeamID == "", "/team_id", "per_case", "SOP program ini membentuk tim untuk setiap kasus: isi members.", "The SOP of this programme forms a team per case: send members.")
	check.That(len(in.Members) > 0, "/members", "required", "Wajib diisi.", "This is required.")
	order := defaultOrder(tx.Now())
	if in.Letter != nil {
		order = *in.Letter
	}
	check.That(order.PeriodEnd >= order.PeriodStart, "/letter/period_end", "before_start", "Tidak boleh sebelum period_start.", "This must not be before period_start.")
	if err := check.Err(); err != nil {
		return err
	}
	staff, err := identity.StaffIn(tx)
	if err != nil {
		return err
	}
	members, err := team.Choose(staff, in.Members, "/members")
	if err != nil {
		return err
	}
	if r.TeamID == nil {
		id, err := team.FormIn(tx, r.Programme, r.ProgrammeName, members)
		if err != nil {
			return err
		}
		r.TeamID = &id
	} else if err := team.ChangeIn(tx, *r.TeamID, members); err != nil {
		return err
	}
	var villages []string
	if r.Village != "" {
		villages = []string{r.Village}
	}
	return s.Letters.AssignmentIn(tx, Assignment{CaseID: r.ID, SOPVersionID: r.SOPVersionID, ProgrammeName: r.ProgrammeName,
		Members: members, Villages: villages, Order: order})
}

// defaultOrder is a surat tugas for three months from the business day.
func defaultOrder(now time.Time) homecare.AssignmentOrder {
	return homecare.AssignmentOrder{PeriodStart: clock.Day(now), PeriodEnd: clock.Day(now.In(clock.WITA).AddDate(0, 3, -1))}
}

func assignStanding(tx pg.Tx, r *row, in homecare.CaseTeam) error {
	var check fault.Check
	check.That(len(in.Members) == 0 && in.Letter == nil, "/members", "standing", "SOP program ini memakai tim tetap: isi team_id.", "The SOP of this programme has standing teams: send team_id.")
	check.That(in.TeamID != "", "/team_id", "required", "Wajib diisi.", "This is required.")
	if err := check.Err(); err != nil {
		return err
	}
	t, err := team.In(tx, in.TeamID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	today := clock.Day(tx.Now())
	check.That(err == nil && t.Mode == team.Standing && t.Programme == r.Programme, "/team_id", "unknown",
		"Bukan tim tetap program ini. Lihat GET /v1/teams.", "Not a standing team of this programme. See GET /v1/teams.")
	check.That(err != nil || t.ValidFrom <= today && (t.ValidUntil == "" || today <= t.ValidUntil), "/team_id", "not_in_force",
		"Surat keputusan tim ini tidak berlaku hari ini.", "The decree of this team is not in force today.")
	r.TeamID = &in.TeamID
	return check.Err()
}

// activate makes an approved case active when it has all that its SOP version
// demands.
func (r *row) activate(now time.Time) {
	if r.State == Approved && complete(r.TeamID != nil, r.ReviewRequired, r.Reviewed) {
		r.State, r.ActivatedAt = Active, &now
	}
}

type reviewParams struct {
	ID string `param:"id" json:"-"`
	homecare.ReviewCase
}

// Review records a case review (tinjauan kasus); a later one replaces it, and
// both stay. Errors: those of act, fault.ErrInvalid.
func (s *Service) Review(ctx context.Context, in reviewParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, review, "", func(tx pg.Tx, r *row) error {
		staff, err := identity.StaffIn(tx)
		if err != nil {
			return err
		}
		var check fault.Check
		for i, account := range in.Participants {
			check.That(isStaff(staff, account), fmt.Sprintf("/participants/%d", i), "not_staff",
				"Bukan petugas aktif puskesmas ini. Lihat GET /v1/staff.", "Not active staff of this puskesmas. See GET /v1/staff.")
		}
		if err := check.Err(); err != nil {
			return err
		}
		if err := insertReview(tx, r.ID, in.ReviewCase); err != nil {
			return err
		}
		r.Reviewed = true
		r.activate(tx.Now())
		return nil
	})
}

func isStaff(staff []homecare.StaffMember, account string) bool {
	return slices.ContainsFunc(staff, func(s homecare.StaffMember) bool { return s.AccountID == account })
}
