package document

import (
	"context"
	"fmt"
	"slices"

	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

type assignParams struct {
	ID string `param:"id" json:"-"`
	homecare.TeamAssignment
}

// AssignTeam issues a surat tugas to a standing team for a period and villages. Errors:
// fault.ErrNotFound, team.ErrPerCase, fault.ErrInvalid, ErrNoHead, ErrUnprintable.
func (s *Service) AssignTeam(ctx context.Context, in assignParams) (homecare.Document, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Document, error) {
		t, err := team.In(tx, in.ID)
		if err != nil {
			return homecare.Document{}, err
		}
		if t.Mode != team.Standing {
			return homecare.Document{}, team.ErrPerCase
		}
		names, err := villageNames(tx, in.Villages)
		if err != nil {
			return homecare.Document{}, err
		}
		var check fault.Check
		check.That(in.PeriodEnd >= in.PeriodStart, "/period_end", "before_start",
			"Tidak boleh sebelum awal masa tugas.",
			"This must not be before the start of the period.")
		check.That(in.PeriodStart >= t.ValidFrom && (t.ValidUntil == "" || in.PeriodEnd <= t.ValidUntil),
			"/period_start", "not_in_force",
			"Di luar masa berlaku surat keputusan tim.", "Outside the time in which the team's decree is in force.")
		for i, n := range names {
			check.That(n != "", fmt.Sprintf("/villages/%d", i), "unknown",
				"Desa ini tidak dikenal. Pilih dari daftar desa.",
				"This village is not known. Choose one from the list.").
				Hint("GET /v1/villages")
		}
		if err := check.Err(); err != nil {
			return homecare.Document{}, err
		}
		members, err := serving(tx, t)
		if err != nil {
			return homecare.Document{}, err
		}
		version, err := sopInForce(tx, t.Programme, clock.Day(tx.Now()))
		if err != nil {
			return homecare.Document{}, err
		}
		a := episode.Assignment{SOPVersionID: version.ID, ProgrammeName: version.ProgrammeName, Members: members,
			Villages: names, Order: in.AssignmentOrder}
		return s.assign(tx, a, Draft{Kind: AssignmentLetter, SubjectKind: "team", SubjectID: t.ID})
	})
}

// serving are a team's present members as the staff list knows them, without those who
// are no longer active staff.
func serving(tx pg.Tx, t homecare.Team) ([]team.Chosen, error) {
	people, err := staff.ServingIn(tx)
	if err != nil {
		return nil, err
	}
	var out []team.Chosen
	for _, m := range t.Members {
		if i := slices.IndexFunc(people, func(s homecare.StaffMember) bool { return s.AccountID == m.AccountID }); i >=
			0 {
			c := team.Chosen{StaffMember: people[i], Lead: m.Lead}
			c.Profession = m.Profession
			out = append(out, c)
		}
	}
	return out, nil
}
