package team

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

type membersParams struct {
	ID string `param:"id" json:"-"`
	homecare.TeamMembers
}

// ChangeMembers replaces the members of a standing team. Errors:
// fault.ErrNotFound, fault.ErrStale, ErrPerCase, fault.ErrInvalid.
func (s *Service) ChangeMembers(ctx context.Context, in membersParams) (homecare.Team, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Team, error) {
		version, err := pg.Scalar[int64](tx, `select version from team where id = $1 for update`, in.ID)
		if err != nil {
			return homecare.Team{}, err
		}
		if err := tx.Stale(version); err != nil {
			return homecare.Team{}, err
		}
		before, err := In(tx, in.ID)
		if err != nil {
			return homecare.Team{}, err
		}
		if before.Mode != Standing {
			return homecare.Team{}, ErrPerCase
		}
		all, err := staff.ServingIn(tx)
		if err != nil {
			return homecare.Team{}, err
		}
		members, err := Choose(all, in.Members, "/members")
		if err != nil {
			return homecare.Team{}, err
		}
		if err := ChangeIn(tx, in.ID, members, tx.Now()); err != nil {
			return homecare.Team{}, err
		}
		after, err := single(tx, in.ID)
		if err != nil {
			return homecare.Team{}, err
		}
		return after, s.trail.Record(tx, audit.Event{Action: "team.change_members", SubjectKind: "team",
			SubjectID: in.ID, Reason: in.Reason,
			Before: before.Members, After: after.Members})
	})
}
