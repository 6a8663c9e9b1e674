package team

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// Create creates a standing team by decree. Its members serve from the decree's
// date. Errors: ErrNotStanding, fault.ErrInvalid.
func (s *Service) Create(ctx context.Context, in homecare.NewTeam) (homecare.Team, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Team, error) {
		if err := checkSpan(in.ValidFrom, in.ValidUntil); err != nil {
			return homecare.Team{}, err
		}
		mode, err := modeOf(tx, in.Programme)
		if errors.Is(err, fault.ErrNotFound) {
			return homecare.Team{}, notRun()
		}
		if err != nil {
			return homecare.Team{}, err
		}
		if mode != Standing {
			return homecare.Team{}, ErrNotStanding
		}
		all, err := staff.ServingIn(tx)
		if err != nil {
			return homecare.Team{}, err
		}
		members, err := Choose(all, in.Members, "/members")
		if err != nil {
			return homecare.Team{}, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		if err := insert(tx, in, Standing); err != nil {
			return homecare.Team{}, err
		}
		from, _, err := clock.DayBounds(in.ValidFrom)
		if err != nil {
			return homecare.Team{}, err
		}
		if err := setMembers(tx, in.ID, members, from); err != nil {
			return homecare.Team{}, err
		}
		t, err := In(tx, in.ID)
		if err != nil {
			return homecare.Team{}, err
		}
		return t, s.trail.Record(tx, audit.Event{Action: "team.create", SubjectKind: "team", SubjectID: t.ID, After: t})
	})
}
