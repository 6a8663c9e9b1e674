package audit

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Filter selects events; empty fields select all.
type Filter struct {
	// Only what was done to this record.
	SubjectID string `query:"subject_id" json:"-" validate:"omitempty,uuid"`
	// Only this action.
	Action string `query:"action" json:"-" validate:"omitempty,code"`
	page.Request
}

// List returns the events of the caller's puskesmas, or for Dinkes those of Dinkes, newest
// first.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.AuditEvent], error) {
	table, scoped := "audit_event", pg.Tenant[homecare.Page[homecare.AuditEvent]]
	if p, _ := auth.From(ctx); p.District() {
		table, scoped = "audit_event_district", pg.District[homecare.Page[homecare.AuditEvent]]
	}
	return scoped(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.AuditEvent], error) {
		var w pg.Where
		w.Given(`subject_id = $`, f.SubjectID)
		w.Given(`action = $`, f.Action)
		rows, err := events.Read(tx, s.sealer, f, `select `+columns+` from `+table, &w)
		if err != nil {
			return homecare.Page[homecare.AuditEvent]{}, err
		}
		return list.MapAll(rows, func(all []row) (out []homecare.AuditEvent, err error) {
			out = make([]homecare.AuditEvent, len(all))
			for i := 0; i < len(all) && err == nil; i++ {
				out[i], err = all[i].event(tx)
			}
			return out, err
		})
	})
}

var events = list.List[row, key]{Name: "audit", Key: func(r row) key { return key{r.RecordedAt, r.ID} }}

type key struct {
	At time.Time `list:"recorded_at desc"`
	ID string    `list:"id uuid desc"`
}

func (r row) event(tx pg.Tx) (homecare.AuditEvent, error) {
	e := homecare.AuditEvent{ID: r.ID, At: r.At, RecordedAt: r.RecordedAt, ActorID: text(r.ActorID),
		ActorRole: r.ActorRole, TraceID: r.TraceID,
		Action: r.Action, SubjectKind: r.SubjectKind, SubjectID: text(r.SubjectID), Reason: text(r.Reason),
		DryRun: r.DryRun}
	if r.Change == nil {
		return e, nil
	}
	plain := r.Change
	if tx.Principal().PuskesmasID != 0 {
		k, err := tx.Keys()
		if err != nil {
			return e, err
		}
		if plain, err = k.Open(place(r.ID), r.Change); err != nil {
			return e, err
		}
	}
	var c struct {
		Before any `json:"before"`
		After  any `json:"after"`
	}
	if err := json.Unmarshal(plain, &c); err != nil {
		return e, err
	}
	e.Before, e.After = object(c.Before), object(c.After)
	return e, nil
}

// object returns a part as an object without null members; a part that is none, such as a
// list of services, becomes the member value.
func object(v any) map[string]any {
	if m, ok := v.(map[string]any); ok || v == nil {
		maps.DeleteFunc(m, func(_ string, v any) bool { return v == nil })
		return m
	}
	return map[string]any{"value": v}
}
