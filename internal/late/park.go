package late

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Park stores a refused request that contradicts the record, whole and sealed.
// kept is false for any other refusal.
func (s *Service) Park(ctx context.Context, r call.Refused) (answer homecare.ParkedAnswer, kept bool, err error) {
	c := contradiction(ctx, r)
	if c == nil {
		return answer, false, nil
	}
	answer, err = pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.ParkedAnswer, error) {
		id := uuid.Must(uuid.NewV7()).String()
		_, reason, _ := strings.Cut(c.Fault.Code, ".")
		if err := insert(tx, id, reason, r, c); err != nil {
			return homecare.ParkedAnswer{}, err
		}
		return homecare.ParkedAnswer{Parked: homecare.ParkedRef{ID: id, Reason: reason}},
			s.trail.Record(tx, audit.Event{
				Action: "parked.park", SubjectKind: "parked_act", SubjectID: id,
				After: map[string]any{"permission": r.Permission, "reason": reason, "act_at": c.At}})
	})
	return answer, true, err
}

// contradiction is what a refused request contradicts, nil for any other refusal. A
// use case may raise a contradiction itself. Otherwise an act of an earlier day that
// conflicts with a record contradicts it. A conflict of today is not parked, because
// the sender can look again, and neither are acts of the office, which decides itself.
func contradiction(ctx context.Context, r call.Refused) *fault.Contradiction {
	if c, found := errors.AsType[*fault.Contradiction](r.Err); found {
		return c
	}
	f := fault.From(r.Err)
	if f == nil || f.Kind != fault.Conflict || f.Retryable || f.Code == pg.ErrDuplicate.Code ||
		!Earlier(ctx, r.Request) {
		return nil
	}
	h, _ := happened(r.Request)
	p, _ := auth.From(ctx)
	at, _, err := clock.DayBounds(h.on)
	if h.id == "" {
		h.kind, h.id = forms[r.Permission].record, strings.ToLower(r.RecordID)
	}
	if h.by == "" {
		h.by = p.UserID
	}
	if err == nil && h.kind != "" {
		return &fault.Contradiction{Fault: f, Kind: h.kind, ID: h.id, By: h.by, At: at}
	}
	return nil
}

// Earlier says whether a request is an act of an earlier day, sent by field
// staff.
func Earlier(ctx context.Context, request any) bool {
	told, _ := happened(request)
	p, _ := auth.From(ctx)
	return told.on != "" && told.on < clock.Today(ctx) && p.Role != access.Koordinator && p.Role != access.Kepala
}
