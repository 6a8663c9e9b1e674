package patient

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

var notFound = fault.ErrNotFound

type listParams struct {
	// Village code.
	Village string `query:"village" json:"-" validate:"omitempty,len=10,numeric"`
	// Only those whom this source named.
	Source string `query:"source" json:"-" validate:"omitempty,code"`
	// Sex.
	Sex string `query:"sex" json:"-" validate:"omitempty,oneof=male female unknown"`
	// Only those with this risk factor.
	Risk string `query:"risk" json:"-" validate:"omitempty,code"`
	// Youngest age in whole years, included.
	AgeFrom string `query:"age_from" json:"-" validate:"omitempty,numeric,max=3"`
	// Oldest age in whole years, included.
	AgeTo string `query:"age_to" json:"-" validate:"omitempty,numeric,max=3"`
	page.Request
}

// born returns the first and the last birth date of persons of these ages on
// the day today; empty ends are open.
func born(today time.Time, from, to string) (first, last string) {
	if n, err := strconv.Atoi(to); err == nil {
		first = youngest(today, n+1).AddDate(0, 0, 1).Format(time.DateOnly)
	}
	if n, err := strconv.Atoi(from); err == nil {
		last = youngest(today, n).Format(time.DateOnly)
	}
	return first, last
}

// youngest is the last birth date of persons who have lived that many whole
// years on the day today. Where that year has no 29 February, it is the 28th:
// who was born on 1 March has a birthday still to come.
func youngest(today time.Time, years int) time.Time {
	born := today.AddDate(-years, 0, 0)
	if born.Day() != today.Day() {
		born = born.AddDate(0, 0, -born.Day())
	}
	return born
}

// List returns the persons in use by name.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Patient], error) {
	list := fmt.Sprintf("patients?%q", []string{in.Village, in.Source, in.Sex, in.Risk, in.AgeFrom, in.AgeTo})
	f := filter{village: in.Village, sex: in.Sex, source: in.Source, risk: in.Risk, limit: in.Rows()}
	if _, err := s.sealer.Open(ctx, list, in.Request, &f.after); err != nil {
		return homecare.Page[homecare.Patient]{}, err
	}
	today, err := time.Parse(time.DateOnly, clock.Today(ctx))
	if err != nil {
		return homecare.Page[homecare.Patient]{}, err
	}
	f.bornFrom, f.bornTo = born(today, in.AgeFrom, in.AgeTo)
	who, _ := auth.From(ctx)
	f.hideSensitive = hidesSensitive(who.Role)
	where, args := f.where()
	rows, err := s.views(ctx, f.limit, where, args...)
	if err != nil {
		return homecare.Page[homecare.Patient]{}, err
	}
	p, err := page.Cut(ctx, s.sealer, list, in.Request, rows, func(p homecare.Patient) any { return nameKey{p.ID} })
	return homecare.Page[homecare.Patient]{Data: p.Items, NextCursor: p.Next}, err
}

// HidesSensitive says that the caller may not see sensitive facts (mental
// illness, HIV, sexually transmitted infection): a petugas meets them in the
// clinical record of the team's cases only (design domain note 3.11).
func HidesSensitive(tx pg.Tx) bool { return hidesSensitive(tx.Principal().Role) }

func hidesSensitive(r auth.Role) bool { return r != access.Kepala && r != access.Koordinator }
