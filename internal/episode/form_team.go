package episode

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

type teamParams struct {
	ID string `param:"id" json:"-"`
	homecare.CaseTeam
}

// FormTeam gives a case its first or a new team: members and a surat tugas
// where the SOP version forms teams per case; otherwise the id of a standing
// team. Errors: those of act, fault.ErrInvalid, ErrTeamReason.
func (s *Service) FormTeam(ctx context.Context, in teamParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, formTeam, in.Reason, func(tx pg.Tx, r *row, d *deed) error {
		if r.TeamID != nil && in.Reason == "" {
			return ErrTeamReason.InField("/reason", "required")
		}
		from, err := teamFrom(tx, *r, in.From)
		if err != nil {
			return err
		}
		d.on, d.since = clock.Day(from), from
		had := r.TeamID
		if r.TeamMode == teamModeByCase {
			err = s.formPerCase(tx, r, in.CaseTeam, from)
		} else {
			err = assignStanding(tx, r, in.CaseTeam, d.on)
		}
		// A team per case keeps its id. It has the case since the earliest day
		// recorded.
		if had == nil || *r.TeamID != *had || r.TeamSince == nil || from.Before(*r.TeamSince) {
			r.TeamSince = &from
		}
		return err
	})
}

// teamFrom is the time from which a team has the case: now, or the start of a
// given day (YYYY-MM-DD). Error: fault.ErrInvalid.
func teamFrom(tx pg.Tx, r row, day string) (time.Time, error) {
	if day == "" {
		return tx.Now(), nil
	}
	var check fault.Check
	check.That(day <= clock.Day(tx.Now()), "/from", "future", "Tanggal tidak boleh di masa depan.",
		"The date must not be in the future.")
	check.That(day >= r.ProposedOn, "/from", "before_case", "Tanggal tidak boleh sebelum kasus diusulkan.",
		"The date must not be before the case was proposed.")
	if err := check.Err(); err != nil {
		return time.Time{}, err
	}
	from, _, err := clock.DayBounds(day)
	return from, err
}

func (s *Service) formPerCase(tx pg.Tx, r *row, in homecare.CaseTeam, from time.Time) error {
	var check fault.Check
	check.That(in.TeamID == "", "/team_id", "per_case",
		"SOP program ini membentuk tim untuk setiap kasus. Pilih anggota-anggotanya.",
		"The SOP of this programme forms a team per case. Choose its members.").
		Hint("send members in place of team_id")
	check.That(len(in.Members) > 0, "/members", "required", "Wajib diisi.", "This is required.")
	order := defaultOrder(from)
	if in.Letter != nil {
		order = *in.Letter
	}
	check.That(order.PeriodEnd >= order.PeriodStart, "/letter/period_end", "before_start",
		"Tidak boleh sebelum awal masa tugas.", "This must not be before the start of the period.")
	if err := check.Err(); err != nil {
		return err
	}
	serving, err := staff.ServingIn(tx)
	if day := clock.Day(from); day < clock.Day(tx.Now()) {
		serving, err = staff.ServedOnIn(tx, day)
	}
	if err != nil {
		return err
	}
	members, err := team.Choose(serving, in.Members, "/members")
	if err != nil {
		return err
	}
	if r.TeamID == nil {
		id, err := team.FormIn(tx, r.Programme, r.ProgrammeName, members, from)
		if err != nil {
			return err
		}
		r.TeamID = &id
	} else if err := team.ChangeIn(tx, *r.TeamID, members, from); err != nil {
		return err
	}
	var villages []string
	if r.Village != "" {
		villages = []string{r.Village}
	}
	return s.Letters.AssignmentIn(tx, Assignment{CaseID: r.ID, SOPVersionID: r.SOPVersionID,
		ProgrammeName: r.ProgrammeName,
		Members:       members, Villages: villages, Order: order})
}

// defaultOrder is a surat tugas for three months from the business day of a
// time.
func defaultOrder(now time.Time) homecare.AssignmentOrder {
	return homecare.AssignmentOrder{PeriodStart: clock.Day(now),
		PeriodEnd: clock.Day(now.In(clock.WITA).AddDate(0, 3, -1))}
}

func assignStanding(tx pg.Tx, r *row, in homecare.CaseTeam, day string) error {
	var check fault.Check
	check.That(len(in.Members) == 0, "/members", "standing",
		"SOP program ini memakai tim tetap. Pilih timnya, tanpa menyebut anggota.",
		"The SOP of this programme has standing teams. Choose the team, and name no members.").
		Hint("send team_id in place of members")
	check.That(in.Letter == nil, "/letter", "standing",
		"Tim tetap bertugas dengan surat keputusannya, tanpa surat tugas untuk kasus ini.",
		"A standing team serves by its decree, without an assignment letter for this case.")
	check.That(in.TeamID != "", "/team_id", "required", "Wajib diisi.", "This is required.")
	if err := check.Err(); err != nil {
		return err
	}
	t, err := team.In(tx, in.TeamID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	check.That(err == nil && t.Mode == team.Standing && t.Programme == r.Programme, "/team_id", "unknown",
		"Bukan tim tetap program ini. Pilih dari daftar tim.",
		"Not a standing team of this programme. Choose one from the list.").
		Hint("GET /v1/teams")
	check.That(err != nil || t.ValidFrom <= day && (t.ValidUntil == "" || day <= t.ValidUntil), "/team_id",
		"not_in_force",
		"Surat keputusan tim ini tidak berlaku pada tanggal itu.",
		"The decree of this team is not in force on that day.")
	r.TeamID = &in.TeamID
	return check.Err()
}
