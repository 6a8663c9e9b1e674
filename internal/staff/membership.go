package staff

import (
	"slices"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const membershipView = `select m.id, m.account_id, coalesce(p.slug, '') as puskesmas, m.role, m.profession, m.since,
	m.ended_at, m.version, ` + past + ` as history
	from membership m left join puskesmas p on p.id = m.puskesmas_id `

// past is the SQL of the earlier states of a membership, newest first.
const past = `(select jsonb_agg(jsonb_build_object('role', h.role, 'profession', h.profession,
		'from', to_char(h.from_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		'until', to_char(h.until_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by h.until_at desc)
	from membership_past h where h.membership_id = m.id)`

func membershipIn(tx pg.Tx, id string) (homecare.Membership, error) {
	return pg.Row[homecare.Membership](tx, membershipView+`where m.id = $1`, id)
}

// recorded reads a membership and records the event about it.
func (s *Service) recorded(tx pg.Tx, id string, e audit.Event) (homecare.Membership, error) {
	m, err := membershipIn(tx, id)
	if err != nil {
		return m, err
	}
	e.SubjectKind, e.SubjectID, e.After = "membership", id, m
	return m, s.trail.Record(tx, e)
}

// lockMembership returns an open membership that the caller may change, at the
// version in If-Match. Errors: fault.ErrNotFound, ErrBeyond, fault.ErrStale,
// ErrMembershipEnded.
func lockMembership(tx pg.Tx, id string) (homecare.Membership, error) {
	m, err := membershipIn(tx, id)
	if err != nil {
		return m, err
	}
	if !tx.Principal().District() && !slices.Contains(kepalaGrants, auth.Role(m.Role)) {
		return m, ErrBeyond
	}
	if m.Version, err = pg.Scalar[int64](tx, `select version from membership where id = $1 for update`,
		id); err != nil {
		return m, err
	}
	if err := tx.Stale(m.Version); err != nil {
		return m, err
	}
	if m.EndedAt != nil {
		return m, ErrMembershipEnded
	}
	return m, nil
}
