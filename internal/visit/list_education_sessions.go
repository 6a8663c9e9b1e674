package visit

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// SessionFilter narrows the list of group sessions. Empty fields do not filter.
// Days are inclusive.
type SessionFilter struct {
	// Only of this programme.
	Programme call.Many `query:"programme" json:"-" validate:"omitempty,max=20,dive,code" known:"programme"`
	// Only in this village (code).
	Village call.Many `query:"village" json:"-" validate:"omitempty,max=20,dive,numeric,len=10" known:"village"`
	// Held from this day.
	DateFrom string `query:"date_from" json:"-" validate:"omitempty,date"`
	// Held until this day.
	DateTo string `query:"date_to" json:"-" validate:"omitempty,date"`
	list.Changes
	page.Request
}

// EducationSessions lists group sessions, newest first.
func (s *Service) EducationSessions(ctx context.Context, f SessionFilter) (homecare.Page[homecare.EducationSession],
	error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.EducationSession], error) {
		var w pg.Where
		w.Given(`e.programme_code = $`, f.Programme...)
		w.Given(`e.village_code = $`, f.Village...)
		w.Given(`e.held_on >= $::text::date`, f.DateFrom)
		w.Given(`e.held_on <= $::text::date`, f.DateTo)
		return sessions.Read(tx, s.sealer, f, selectSessions, &w)
	})
}

var sessions = list.List[homecare.EducationSession, sessionKey]{
	Name: "education-sessions", Key: func(e homecare.EducationSession) sessionKey { return sessionKey{e.HeldOn, e.ID} },
}

type sessionKey struct {
	HeldOn string `list:"e.held_on date desc"`
	ID     string `list:"e.id uuid desc"`
}

const selectSessions = `select e.id, e.programme_code as programme, e.village_code as village, w.name as village_name,
	e.held_on::text as held_on, e.topics, e.method, e.participants,
	array(select unnest(e.conducted_by)::text) as conducted_by, e.note, e.knowledge_before, e.knowledge_after,
	e.attitude_before, e.attitude_after, e.behaviour_before, e.behaviour_after, e.created_at,
	e.changed_at as updated_at, e.created_by
	from education_session e join village w on w.code = e.village_code`
