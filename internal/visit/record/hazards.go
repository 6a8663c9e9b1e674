package record

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// putHazards reports what endangered the staff (SOP HS 2b), also for a missed
// visit: a dog at the gate may be the reason.
func (s *Service) putHazards(ctx context.Context, id string, p Parts) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		v, _, err := s.open(tx, id, ReportHazards)
		if err != nil {
			return v, err
		}
		before := v.Hazards
		var b pgx.Batch
		if err := queueHazards(tx, &b, alert.Visit{ID: id}, p.Hazards.Hazards); err != nil {
			return v, err
		}
		b.Queue(`update visit set version = version + 1 where id = $1`, id)
		QueueRead(tx, &b, id, &v)
		if err := tx.Send(&b); err != nil {
			return v, err
		}
		return v, s.trail.Record(tx, audit.Event{Action: "visit.hazards", SubjectKind: "visit", SubjectID: id,
			Before: before, After: v.Hazards})
	})
}

// HazardFilter narrows the list of hazards.
type HazardFilter struct {
	// Only incidents (true) or only threats (false).
	Incident string `query:"incident" json:"-" validate:"omitempty,oneof=true false"`
	// Only in this village.
	Village call.Many `query:"village" json:"-" validate:"omitempty,max=20,dive,numeric,len=10" known:"village"`
	page.Request
}

// Hazards lists what endangered or hurt the staff, newest first. All staff see those
// of the whole puskesmas, because the list protects the next visitor. It names no
// patient, and the visit only to a caller who may see its case. Hazards of a voided
// person's visit are excluded.
func (s *Service) Hazards(ctx context.Context, f HazardFilter) (homecare.Page[homecare.HazardReport], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.HazardReport], error) {
		var w pg.Where
		w.And(access.NotVoided("c"))
		w.Given(`h.incident = $`, f.Incident)
		w.Given(`s.village_code = $`, f.Village...)
		p, err := hazards.Read(tx, s.sealer, f, selectHazards, &w)
		return list.Map(p, func(h hazard) homecare.HazardReport { return h.HazardReport }), err
	})
}

// hazard is a row of the list.
type hazard struct {
	Visit string // also set where the caller may not see the visit: it is the place in the list
	homecare.HazardReport
}

var selectHazards = `select h.visit_id as visit,
		case when ` + access.Case("c") + ` then h.visit_id::text else '' end as visit_id,
		h.n, s.village_code as village, vi.name as village_name, h.kind, h.incident, h.severity, h.note,
		h.reported_at, h.reported_by
	from visit_hazard h join visit v on v.puskesmas_id = h.puskesmas_id and v.id = h.visit_id
	join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
	join stop s on s.puskesmas_id = v.puskesmas_id and s.id = v.stop_id join village vi on vi.code = s.village_code`

var hazards = list.List[hazard, hazardKey]{
	Name: "hazards", Key: func(h hazard) hazardKey { return hazardKey{h.ReportedAt, h.Visit, h.N} },
}

type hazardKey struct {
	At    time.Time `list:"h.reported_at desc"`
	Visit string    `list:"h.visit_id uuid desc"`
	N     int       `list:"h.n smallint desc"`
}
