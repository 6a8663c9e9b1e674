package team

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of teams.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db, sealer, trail}
}

// Create makes a standing team by decree, whose members serve since that is in
// force. Errors: ErrNotStanding,
// fault.ErrInvalid.
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

// FormIn makes a team for one case that serves from a moment on, named like the
// programme, and returns its id. The caller records the act.
func FormIn(tx pg.Tx, programme, name string, members []Chosen, from time.Time) (string, error) {
	id := uuid.Must(uuid.NewV7()).String()
	in := homecare.NewTeam{ID: id, Programme: programme, Name: name, ValidFrom: clock.Day(from)}
	if err := insert(tx, in, PerCase); err != nil {
		return "", err
	}
	return id, setMembers(tx, id, members, from)
}

// ChangeIn gives a team its new list of members from a moment on: who is not in
// it leaves, and history stays. The caller records the act.
func ChangeIn(tx pg.Tx, id string, members []Chosen, from time.Time) error {
	if err := setMembers(tx, id, members, from); err != nil {
		return err
	}
	_, err := tx.Exec(`update team set version = version + 1 where id = $1`, id)
	return err
}

type membersParams struct {
	ID string `param:"id" json:"-"`
	homecare.TeamMembers
}

// ChangeMembers gives a standing team its new list of members. Errors:
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
		return after, s.trail.Record(tx, audit.Event{Action: "team.change_members", SubjectKind: "team", SubjectID: in.ID, Reason: in.Reason,
			Before: before.Members, After: after.Members})
	})
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

// Get returns one team with those who left it. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Team, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Team, error) { return single(tx, in.ID) })
}

type listParams struct {
	Programme string `query:"programme" json:"-" validate:"omitempty,code"`
	Mode      string `query:"mode" json:"-" validate:"omitempty,oneof=per_case standing"`
	Mine      bool   `query:"mine" json:"-"`
	page.Request
}

// List returns teams, newest first, with their present members.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Team], error) {
	list := "teams?" + in.Programme + "&" + in.Mode
	if in.Mine {
		list += "&mine"
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Team], error) {
		k := last
		if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
			return page.Page[homecare.Team]{}, err
		}
		teams, err := listed(tx, in, k)
		if err != nil {
			return page.Page[homecare.Team]{}, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, teams, func(t homecare.Team) any { return key{t.CreatedAt, t.ID} })
	})
	return homecare.Page[homecare.Team]{Data: p.Items, NextCursor: p.Next}, err
}

func checkSpan(from, until string) error {
	var check fault.Check
	check.That(until == "" || until >= from, "/valid_until", "before_start", "Tidak boleh sebelum valid_from.", "This must not be before valid_from.")
	return check.Err()
}

func notRun() error {
	var check fault.Check
	check.Add("/programme", "not_run", "Program ini tidak dijalankan puskesmas Anda.", "Your puskesmas does not run this programme.")
	return check.Err()
}
