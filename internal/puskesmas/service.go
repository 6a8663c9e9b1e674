// Package puskesmas shows the tenants, their villages, the programmes and
// their SOP versions, and the service types: what Dinkes keeps and everybody
// reads (SOP HS 7, both SOPs' history of changes).
package puskesmas

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service reads the reference tables and adds SOP revisions.
type Service struct {
	db    *pg.DB
	trail *audit.Trail
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail) *Service { return &Service{db, trail} }

func list[T any](ctx context.Context, s *Service, query string, args ...any) (homecare.Page[T], error) {
	rows, err := pg.Reference(ctx, s.db, func(tx pg.Tx) ([]T, error) { return pg.Rows[T](tx, query, args...) })
	return homecare.Page[T]{Data: rows}, err
}

// All lists the puskesmas in the SOP's order.
func (s *Service) All(ctx context.Context, _ call.None) (homecare.Page[homecare.Puskesmas], error) {
	return list[homecare.Puskesmas](ctx, s, `select slug, name, district_code, district_name, address, coalesce(kemenkes_code, '') as kemenkes_code,
			kemenkes_code_status as kemenkes_status, coalesce(bpjs_code, '') as bpjs_code, coalesce(latitude, 0) as latitude, coalesce(longitude, 0) as longitude,
			array(select programme_code from puskesmas_programme where puskesmas_id = p.id order by 1) as programme_codes
		from puskesmas p order by id`)
}

// VillageFilter narrows the list of villages.
type VillageFilter struct {
	// Only villages served by this puskesmas (slug).
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41"`
}

// Villages lists the villages by code, with who serves them.
func (s *Service) Villages(ctx context.Context, f VillageFilter) (homecare.Page[homecare.Village], error) {
	return list[homecare.Village](ctx, s, `select v.code, v.name, v.kind, v.district_code, v.district_name, coalesce(p.slug, '') as puskesmas, coalesce(pv.status, '') as served_status
		from village v left join puskesmas_village pv on pv.village_code = v.code left join puskesmas p on p.id = pv.puskesmas_id
		where $1 = '' or p.slug = $1 order by v.code`, f.Puskesmas)
}

// Programmes lists the programmes with who runs them.
func (s *Service) Programmes(ctx context.Context, _ call.None) (homecare.Page[homecare.Programme], error) {
	return list[homecare.Programme](ctx, s, `select code, name, description, report_template, version,
			array(select p.slug from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id where pp.programme_code = g.code order by p.id) as puskesmas
		from programme g order by code`)
}

const sopColumns = `id, programme_code as programme, document_number, revision, issued_on::text, effective_from::text, issuer, signer_name,
	legal_basis, distribution, changes, approval, team_mode, review_required, optional_endings`

// SOPs lists every SOP version, newest revision first.
func (s *Service) SOPs(ctx context.Context, _ call.None) (homecare.Page[homecare.SOP], error) {
	return list[homecare.SOP](ctx, s, `select `+sopColumns+` from sop_version order by programme_code, revision desc`)
}

// ServiceTypes lists the nine service types in the SOP's order.
func (s *Service) ServiceTypes(ctx context.Context, _ call.None) (homecare.Page[homecare.ServiceType], error) {
	return list[homecare.ServiceType](ctx, s, `select code, label_id, label_en, sop_item, checklist from service_type order by sop_item`)
}

// ListName names a reference list.
type ListName struct {
	// Name of the list.
	List string `param:"list" json:"-" validate:"code"`
}

// ReferenceList lists the codes of one list.
func (s *Service) ReferenceList(ctx context.Context, in ListName) (homecare.Page[homecare.ReferenceItem], error) {
	p, err := list[homecare.ReferenceItem](ctx, s, `select code, label_id, label_en, source_code, status, source from reference_item
		where list = $1 and active order by sort, code`, in.List)
	if err == nil && len(p.Data) == 0 {
		err = fault.ErrNotFound
	}
	return p, err
}

// Diagnoses lists the ICD-10 codes.
func (s *Service) Diagnoses(ctx context.Context, _ call.None) (homecare.Page[homecare.DiagnosisCode], error) {
	return list[homecare.DiagnosisCode](ctx, s, `select code, name_id, name_en, category, sensitive, core from diagnosis_code order by code`)
}

// VitalRanges lists the limits of measurements.
func (s *Service) VitalRanges(ctx context.Context, _ call.None) (homecare.Page[homecare.VitalRange], error) {
	return list[homecare.VitalRange](ctx, s, `select code, label_id, loinc, unit, age_min_days, age_max_days, plausible_min, plausible_max,
		alert_low, alert_high, critical_low, critical_high, source from vital_range order by code, age_min_days`)
}

// AddSOPTo names the programme of a new revision.
type AddSOPTo struct {
	// Programme.
	Programme string `param:"code" json:"-" validate:"code"`
	homecare.NewSOP
}

// AddSOP adds the next revision of a programme's SOP. Cases keep the version
// they ran under.
func (s *Service) AddSOP(ctx context.Context, in AddSOPTo) (homecare.SOP, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.SOP, error) {
		var none homecare.SOP
		version, err := pg.Scalar[int64](tx, `select version from programme where code = $1 for update`, in.Programme)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(version); err != nil {
			return none, err
		}
		if in.Distribution == nil {
			in.Distribution = []string{}
		}
		if in.OptionalEndings == nil {
			in.OptionalEndings = []string{}
		}
		sop, err := pg.Row[homecare.SOP](tx, `insert into sop_version (id, programme_code, document_number, revision, issued_on, effective_from, issuer, signer_name, legal_basis, distribution, changes, approval, team_mode, review_required, optional_endings)
			select $1, $2, $3, coalesce(max(revision), -1) + 1, $4::text::date, $5::text::date, $6, $7, $8, $9, $10, $11, $12, $13, $14 from sop_version where programme_code = $2
			returning `+sopColumns,
			uuid.Must(uuid.NewV7()).String(), in.Programme, in.DocumentNumber, in.IssuedOn, in.EffectiveFrom, in.Issuer, in.SignerName,
			asJSON(in.LegalBasis), asJSON(in.Distribution), asJSON(in.Changes), in.Approval, in.TeamMode, in.ReviewRequired, asJSON(in.OptionalEndings))
		if err != nil {
			return none, err
		}
		if _, err := tx.Exec(`update programme set version = version + 1 where code = $1`, in.Programme); err != nil {
			return none, err
		}
		return sop, s.trail.Record(tx, audit.Event{Action: "sop.add", SubjectKind: "sop", SubjectID: sop.ID, After: sop})
	})
}

func asJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and structs of strings always marshal
	}
	return b
}
