package patient

import (
	"context"
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

var notFound = fault.ErrNotFound

type listParams struct {
	// Village code.
	Village call.Many `query:"village" json:"-" validate:"omitempty,max=20,dive,numeric,len=10" known:"village"`
	// Only persons named by this source.
	Source call.Many `query:"source" json:"-" validate:"omitempty,max=20,dive,list=data_source"`
	// Sex.
	Sex call.Many `query:"sex" json:"-" validate:"omitempty,max=20,dive,list=sex"`
	// Only persons with this risk factor.
	Risk call.Many `query:"risk" json:"-" validate:"omitempty,max=20,dive,code" known:"risk"`
	// Minimum age in whole years.
	AgeFrom string `query:"age_from" json:"-" validate:"omitempty,numeric,max=3"`
	// Maximum age in whole years.
	AgeTo string `query:"age_to" json:"-" validate:"omitempty,numeric,max=3"`
	// The order: by name, or by priority, most urgent first; the latter only shows persons who
	// are ranked.
	Sort string `query:"sort" json:"-" validate:"omitempty,oneof=name rank" default:"name"`
	// The records to include: facts, the newest of each code.
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=facts" example:"facts"`
	factParams
	list.Changes
	page.Request
}

// born returns the first and the last birth date of persons of these ages on
// the day today. Empty ends are open.
func born(today time.Time, from, to string) (first, last string) {
	if n, err := strconv.Atoi(to); err == nil {
		first = youngest(today, n+1).AddDate(0, 0, 1).Format(time.DateOnly)
	}
	if n, err := strconv.Atoi(from); err == nil {
		last = youngest(today, n).Format(time.DateOnly)
	}
	return first, last
}

// youngest is the last birth date of persons who have reached that age on the
// day today. Where that year has no 29 February it is the 28th: a person born
// on 1 March has not had the birthday yet.
func youngest(today time.Time, years int) time.Time {
	born := today.AddDate(-years, 0, 0)
	if born.Day() != today.Day() {
		born = born.AddDate(0, 0, -born.Day())
	}
	return born
}

// List returns the persons in use, by name or by priority.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Patient], error) {
	w, err := in.conditions(ctx)
	if err != nil {
		return homecare.Page[homecare.Patient]{}, err
	}
	if in.Sort == "rank" && in.Since().IsZero() { // changes have an order of their own, and nobody is left out
		query, err := byRank.Query(ctx, s.sealer, in, selectViews+`join patient_score r on
			r.puskesmas_id = p.puskesmas_id and r.patient_id = p.id and p.deceased_on is null `, &w)
		if err != nil {
			return homecare.Page[homecare.Patient]{}, err
		}
		rows, err := s.views(ctx, in.Rows(), query, w.Args...)
		if err != nil {
			return homecare.Page[homecare.Patient]{}, err
		}
		page, err := byRank.Cut(ctx, s.sealer, in, rows)
		return s.withFacts(ctx, in.Expand, page, err)
	}
	query, err := byName.Query(ctx, s.sealer, in, selectViews, &w)
	if err != nil {
		return homecare.Page[homecare.Patient]{}, err
	}
	rows, err := s.views(ctx, in.Rows(), query, w.Args...)
	if err != nil {
		return homecare.Page[homecare.Patient]{}, err
	}
	page, err := byName.Cut(ctx, s.sealer, in, rows)
	return s.withFacts(ctx, in.Expand, page, err)
}

// withFacts adds the newest facts to the persons of a page if they are asked for.
func (s *Service) withFacts(ctx context.Context, e call.Expand, page homecare.Page[homecare.Patient],
	err error) (homecare.Page[homecare.Patient], error) {
	if err != nil || e == "" {
		return page, err
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Patient], error) {
		if err := tx.Permitted(access.ExpandPermissions(e)...); err != nil {
			return page, err
		}
		ids := make([]string, len(page.Data))
		for i, p := range page.Data {
			ids[i] = p.ID
		}
		facts, err := s.FactsOf(tx, ids)
		for i := range page.Data {
			page.Data[i].Facts = facts[page.Data[i].ID]
		}
		return page, err
	})
}

func (in listParams) conditions(ctx context.Context) (w pg.Where, err error) {
	today, err := time.Parse(time.DateOnly, clock.Today(ctx))
	if err != nil {
		return w, err
	}
	first, last := born(today, in.AgeFrom, in.AgeTo)
	w.And(inUse)
	w.Given(`p.village_code = $`, in.Village...)
	w.Given(`p.sex = $`, in.Sex...)
	w.Given(`exists (select from patient_source s where s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id
		and s.source = $)`, in.Source...)
	w.Given(`p.birth_date >= $::text::date`, first)
	w.Given(`p.birth_date <= $::text::date`, last)
	if err := in.factConditions(ctx, today, &w); err != nil {
		return w, err
	}
	who, _ := auth.From(ctx)
	if len(in.Risk) > 0 {
		asked := w.Arg([]string(in.Risk)) + `::text[]`
		hasRisk(&w, `r.risks && `+asked)
		if hidesSensitive(who.Role) {
			hasRisk(&w, `exists (select from unnest(`+asked+`) x
				where x = any(r.risks) and not x = any(r.sensitive_risks))`)
		}
	}
	if len(in.AllRisks) > 0 {
		asked := w.Arg([]string(in.AllRisks)) + `::text[]`
		hasRisk(&w, `r.risks @> `+asked)
		if hidesSensitive(who.Role) {
			hasRisk(&w, `not r.sensitive_risks && `+asked)
		}
	}
	return w, nil
}

// hasRisk adds that the condition holds for the risks of a person, r.
func hasRisk(w *pg.Where, condition string) {
	w.And(`exists (select from patient_score r where r.puskesmas_id = p.puskesmas_id and r.patient_id = p.id
		and ` + condition + `)`)
}

var byName = list.List[homecare.Patient, nameKey]{
	Name: "patients", Key: func(p homecare.Patient) nameKey { return nameKey{ID: p.ID} },
}

var byRank = list.List[homecare.Patient, rankKey]{
	Name: "patients by rank", Key: func(p homecare.Patient) rankKey { return rankKey{ID: p.ID} },
}

// rankKey identifies a person's place by priority; the total is looked up, as for a name.
type rankKey struct {
	Total list.Found `list:"r.total desc" found:"(select total from patient_score where patient_id = $)"`
	ID    string     `list:"p.id uuid"`
}

// nameKey identifies a person's place in the list; a cursor holds no name. It
// has no coalesce around the sub-select, which would prevent the use of the
// index.
type nameKey struct {
	Name list.Found `list:"p.name_search" found:"(select name_search from patient where id = $)"`
	ID   string     `list:"p.id uuid"`
}

// HidesSensitive says that the caller may not see sensitive facts (mental
// illness, HIV, sexually transmitted infection). A petugas sees them only in
// the clinical record of the team's cases.
func HidesSensitive(tx pg.Tx) bool { return hidesSensitive(tx.Principal().Role) }

func hidesSensitive(r auth.Role) bool { return r != access.Kepala && r != access.Koordinator }
