package audit

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service reads the trail.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
}

// NewService returns the reading side.
func NewService(db *pg.DB, sealer *page.Sealer) *Service { return &Service{db, sealer} }

// Filter narrows a list; empty fields narrow nothing.
type Filter struct {
	// Only what was done to this record.
	SubjectID string `query:"subject_id" json:"-" validate:"omitempty,uuid"`
	// Only this action.
	Action string `query:"action" json:"-" validate:"omitempty,code"`
	page.Request
}

type row struct {
	ID          string
	At          time.Time
	RecordedAt  time.Time
	ActorID     *string
	ActorRole   string
	SessionID   *string
	TraceID     string
	Action      string
	SubjectKind string
	SubjectID   *string
	Reason      *string
	Change      []byte
	DryRun      bool
	Digest      []byte
	KeyID       int16
	MAC         []byte
}

const columns = `id, at, recorded_at, actor_id, actor_role, trace_id, action, subject_kind, subject_id, reason, change, dry_run`

// List returns the events of the caller's puskesmas, or Dinkes's own, newest
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
	e := homecare.AuditEvent{ID: r.ID, At: r.At, RecordedAt: r.RecordedAt, ActorID: text(r.ActorID), ActorRole: r.ActorRole, TraceID: r.TraceID,
		Action: r.Action, SubjectKind: r.SubjectKind, SubjectID: text(r.SubjectID), Reason: text(r.Reason), DryRun: r.DryRun}
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

// object gives a part that is no object, such as a list of services, a name,
// and leaves out members that hold nothing.
func object(v any) map[string]any {
	if m, ok := v.(map[string]any); ok || v == nil {
		maps.DeleteFunc(m, func(_ string, v any) bool { return v == nil })
		return m
	}
	return map[string]any{"value": v}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// OpenChange opens audit_event.change of a row, for the copy that a person may
// ask for.
func OpenChange(k crypt.Tenant, id string, sealed []byte) ([]byte, error) {
	return k.Open(place(id), sealed)
}
