package record

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// putHazards reports what endangered the staff (SOP HS 2b); also of a visit
// that did not come about: the dog at the gate is why.
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
		return v, s.trail.Record(tx, audit.Event{Action: "visit.hazards", SubjectKind: "visit", SubjectID: id, Before: before, After: v.Hazards})
	})
}

// HazardFilter narrows the list of hazards.
type HazardFilter struct {
	// Only what happened (true) or only what threatens (false).
	Incident string `query:"incident" json:"-" validate:"omitempty,oneof=true false"`
	// Only in this village.
	Village string `query:"village" json:"-" validate:"omitempty,numeric,len=10"`
	page.Request
}

// Hazards lists what endangered or hurt the staff, newest first; of the whole
// puskesmas for everybody, because it protects whoever goes there next. It
// names no patient, and the visit only to whom may see its case. What was told
// of a voided person's visit is left out.
func (s *Service) Hazards(ctx context.Context, f HazardFilter) (homecare.Page[homecare.HazardReport], error) {
	list := "hazards?" + f.Incident + "&" + f.Village
	var k hazardKey
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.HazardReport]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.HazardReport], error) {
		var w pg.Where
		w.And(access.NotVoided("c"))
		if f.Incident != "" {
			w.And(`h.incident = ` + w.Arg(f.Incident == "true"))
		}
		w.Given(`s.village_code = $`, f.Village)
		if k.ID != "" {
			w.And(`(h.reported_at, h.visit_id, h.n) < (` + w.Arg(k.At) + `, ` + w.Arg(k.ID) + `::text::uuid, ` + w.Arg(k.N) + `::int::smallint)`)
		}
		type row struct {
			Visit string // also of a visit that the caller may not see: the place in the list
			homecare.HazardReport
		}
		rows, err := pg.Rows[row](tx, `select h.visit_id as visit, case when `+access.Case("c")+` then h.visit_id::text else '' end as visit_id, h.n, s.village_code as village, vi.name as village_name, h.kind, h.incident, h.severity, h.note, h.reported_at, h.reported_by
			from visit_hazard h join visit v on v.puskesmas_id = h.puskesmas_id and v.id = h.visit_id
			join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
			join stop s on s.puskesmas_id = v.puskesmas_id and s.id = v.stop_id join village vi on vi.code = s.village_code`+w.SQL()+
			` order by h.reported_at desc, h.visit_id desc, h.n desc limit `+w.Arg(f.Rows()), w.Args...)
		if err != nil {
			return page.Page[homecare.HazardReport]{}, err
		}
		p, err := page.Cut(ctx, s.sealer, list, f.Request, rows, func(h row) any { return hazardKey{h.ReportedAt, h.Visit, h.N} })
		out := make([]homecare.HazardReport, len(p.Items))
		for i, h := range p.Items {
			out[i] = h.HazardReport
		}
		return page.Page[homecare.HazardReport]{Items: out, Next: p.Next}, err
	})
	return homecare.Page[homecare.HazardReport]{Data: p.Items, NextCursor: p.Next}, err
}

type hazardKey struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
	N  int       `json:"n,omitempty"`
}
