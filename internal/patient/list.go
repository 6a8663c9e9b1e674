package patient

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/visible"
	"github.com/balangan/homecare/pkg/homecare"
)

var notFound = fault.ErrNotFound

type listParams struct {
	Village string `query:"village" json:"-" validate:"omitempty,len=10,numeric"`
	Source  string `query:"source" json:"-" validate:"omitempty,code"`
	Sex     string `query:"sex" json:"-" validate:"omitempty,oneof=male female unknown"`
	Risk    string `query:"risk" json:"-" validate:"omitempty,code"`
	// Ages in whole years, both ends included.
	AgeFrom string `query:"age_from" json:"-" validate:"omitempty,numeric,max=3"`
	AgeTo   string `query:"age_to" json:"-" validate:"omitempty,numeric,max=3"`
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

// DefaultFound is how many persons a search shows unless told, rows.
const DefaultFound = 20

// Search looks persons up by one number, or by the beginning of the name and
// the birth date. That somebody searched, and by what, is recorded; for whom is
// not. Error: fault.ErrInvalid.
func (s *Service) Search(ctx context.Context, in homecare.PatientSearch) (homecare.Page[homecare.Patient], error) {
	by, value, err := chosen(&in)
	if err != nil {
		return homecare.Page[homecare.Patient]{}, err
	}
	if in.Limit == 0 {
		in.Limit = DefaultFound
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Patient], error) {
		none := homecare.Page[homecare.Patient]{}
		k, err := tx.Keys()
		if err != nil {
			return none, err
		}
		var index []byte
		column := map[string]string{"nik": "nik_index", "bpjs_card": "bpjs_index", "phone": "phone_index"}[by]
		if column != "" {
			index = k.Blind(map[string]string{"nik": "nik", "bpjs_card": "bpjs", "phone": "phone"}[by], value)
		}
		list, err := found(tx, column, index, visible.Kept(in.Name), in.BirthDate, in.Limit)
		if err != nil {
			return none, err
		}
		return homecare.Page[homecare.Patient]{Data: list}, s.trail.Record(tx, audit.Event{Action: "patient.search", SubjectKind: "patient",
			After: map[string]any{"by": by, "found": len(list)}})
	})
}

// chosen returns the one way in which in searches, with its number normalised.
func chosen(in *homecare.PatientSearch) (by, value string, err error) {
	var check fault.Check
	ways := 0
	for _, w := range []struct {
		by, text string
		parse    func(string) (string, error)
		t        texts
	}{
		{"nik", in.NIK, func(s string) (string, error) { n, err := number.ParseNIK(s); return string(n), err }, nikTexts},
		{"bpjs_card", in.BPJSCard, number.ParseBPJSCard, cardTexts},
		{"phone", in.Phone, number.ParsePhone, phoneTexts},
	} {
		if w.text != "" {
			ways++
			by, value = w.by, parsed(&check, "/"+w.by, w.text, w.parse, w.t)
		}
	}
	if in.Name != "" || in.BirthDate != "" {
		ways++
		by = "name"
	}
	check.That(ways == 1, "", "one_way", "Cari dengan tepat satu: nik, bpjs_card, phone, atau name dan birth_date.", "Search by exactly one: nik, bpjs_card, phone, or name and birth_date.")
	return by, value, check.Err()
}

// Sources lists who named a person, and when. Error: fault.ErrNotFound.
func (s *Service) Sources(ctx context.Context, in idParams) (homecare.Page[homecare.PatientSource], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.PatientSource], error) {
		id, err := SurvivorIn(tx, in.ID)
		if err != nil {
			return homecare.Page[homecare.PatientSource]{}, err
		}
		rows, err := sourcesOf(tx, id, call.Of(ctx).Language)
		return homecare.Page[homecare.PatientSource]{Data: rows}, err
	})
}

type timelineParams struct {
	ID string `param:"id" json:"-"`
	page.Request
}

// Timeline lists what is known of a person, newest first (SOP HS 8, rekam
// medis), of cases and visits those that the caller may see; to a petugas no
// sensitive fact. Error: fault.ErrNotFound.
func (s *Service) Timeline(ctx context.Context, in timelineParams) (homecare.Page[homecare.TimelineEntry], error) {
	list := "timeline/" + in.ID
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.TimelineEntry], error) {
		none := page.Page[homecare.TimelineEntry]{}
		k := timeKey{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
		if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
			return none, err
		}
		id, err := SurvivorIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		rows, err := timelineOf(tx, id, HidesSensitive(tx), k, in.Rows())
		if err != nil {
			return none, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, rows, func(e homecare.TimelineEntry) any { return timeKey{e.At, e.ID} })
	})
	return homecare.Page[homecare.TimelineEntry]{Data: p.Items, NextCursor: p.Next}, err
}

// HidesSensitive says that the caller may not see sensitive facts (mental
// illness, HIV, sexually transmitted infection): a petugas meets them in the
// clinical record of the team's cases only (design domain note 3.11).
func HidesSensitive(tx pg.Tx) bool { return hidesSensitive(tx.Principal().Role) }

func hidesSensitive(r auth.Role) bool { return r != access.Kepala && r != access.Koordinator }

// Household returns a family with its members. Error: fault.ErrNotFound.
func (s *Service) Household(ctx context.Context, in idParams) (homecare.Household, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Household, error) {
		h, err := pg.Row[homecare.Household](tx, `select h.id, coalesce(h.village_code, '') as village, coalesce(v.name, '') as village_name, coalesce(h.survey_id, '') as survey_id,
				h.indicators, h.iks, h.version from household h left join village v on v.code = h.village_code where h.id = $1`, in.ID)
		if err != nil {
			return h, err
		}
		h.Members, err = viewsIn(tx, `where p.household_id = $1 and `+inUse+` order by p.birth_date nulls last, p.name_search, p.id`, in.ID)
		for _, m := range h.Members {
			if m.KK != "" {
				h.KK = m.KK
			}
		}
		return h, err
	})
}
