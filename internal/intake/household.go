package intake

import (
	"encoding/json"
	"maps"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
)

// family is a household in the registry, or a new one.
type family struct {
	id, survey, village string
	kk                  []byte
	indicators          map[string]string
	iks                 *float64
	created, dirty      bool
}

// families finds the households of rows: by family card, else by the number of
// the PIS-PK survey.
type families struct {
	m        *matcher
	byKK     map[string]*family
	bySurvey map[string]*family
}

func newFamilies(m *matcher) *families {
	return &families{m, map[string]*family{}, map[string]*family{}}
}

func (f *families) keysOf(e *entry) (kk []byte, survey string) {
	n := e.content.Person.KK
	if h := e.content.Household; h != nil {
		survey = h.SurveyID
		if n == "" {
			n = h.KK
		}
	}
	return patient.IndexesOf(f.m.k, patient.Numbers{KK: n}).KK, survey
}

// chunk finds or creates the household of each entry and sets it in the
// persons. It returns the number of new ones.
func (f *families) chunk(entries []*entry) (created int, err error) {
	if err := f.load(entries); err != nil {
		return 0, err
	}
	for _, e := range entries {
		kk, survey := f.keysOf(e)
		if e.match == "" || e.match == matchSameRow || e.match == matchConflict || kk == nil && survey == "" {
			continue
		}
		h := f.byKK[string(kk)]
		if h == nil && survey != "" {
			if h = f.bySurvey[survey]; h != nil && h.kk != nil && kk != nil {
				h = nil // a survey has one family; another card is another family
			}
		}
		if h == nil {
			h = &family{id: uuid.Must(uuid.NewV7()).String(), created: true}
			created++
		}
		f.learn(h, e, kk, survey)
		for _, k := range []*known{e.person, e.newborn} {
			if k != nil && k.rec.HouseholdID == "" {
				k.rec.HouseholdID, k.dirty = h.id, true
			}
		}
	}
	return created, nil
}

func (f *families) learn(h *family, e *entry, kk []byte, survey string) {
	if h.kk == nil && kk != nil {
		h.kk, h.dirty = kk, true
		f.byKK[string(kk)] = h
	}
	if h.survey == "" && survey != "" && f.bySurvey[survey] == nil {
		h.survey, h.dirty = survey, true
		f.bySurvey[survey] = h
	}
	if h.village == "" && e.content.Person.Village != "" {
		h.village, h.dirty = e.content.Person.Village, true
	}
	s := e.content.Household
	if s == nil {
		return
	}
	if h.village == "" && s.Village != "" {
		h.village, h.dirty = s.Village, true
	}
	if len(s.Indicators) > 0 && !maps.Equal(h.indicators, s.Indicators) {
		h.indicators, h.dirty = s.Indicators, true
	}
	if s.IKS >= 0 && (h.iks == nil || *h.iks != s.IKS) {
		h.iks, h.dirty = &s.IKS, true
	}
}

func (f *families) load(entries []*entry) error {
	var kks [][]byte
	var surveys []string
	for _, e := range entries {
		kk, survey := f.keysOf(e)
		if kk != nil && f.byKK[string(kk)] == nil {
			kks = append(kks, kk)
		}
		if survey != "" && f.bySurvey[survey] == nil {
			surveys = append(surveys, survey)
		}
	}
	if len(kks)+len(surveys) == 0 {
		return nil
	}
	type stored struct {
		ID, Survey, Village string
		KKIndex             []byte
		Indicators          map[string]string
		IKS                 *float64
	}
	rows, err := pg.Rows[stored](f.m.tx, `select id, coalesce(survey_id, '') as survey, coalesce(village_code, '') as
		village, kk_index, indicators, iks
		from household where id in (select h.id from unnest($1::bytea[]) as u (kk) join household h on h.kk_index = u.kk
			union select h.id from unnest($2::text[]) as u (survey)
			join household h on h.survey_id = u.survey)`, kks, surveys)
	for _, r := range rows {
		h := &family{id: r.ID, survey: r.Survey, village: r.Village, kk: r.KKIndex, indicators: r.Indicators,
			iks: r.IKS}
		if h.kk != nil {
			f.byKK[string(h.kk)] = h
		}
		if h.survey != "" {
			f.bySurvey[h.survey] = h
		}
	}
	return err
}

// save writes new and changed households in one statement.
func (f *families) save() error {
	var ids, surveys, villages, indicators []string
	var kks [][]byte
	var ikss []*float64
	seen := map[*family]bool{}
	for _, all := range []map[string]*family{f.byKK, f.bySurvey} {
		for _, h := range all {
			if seen[h] || !h.dirty {
				continue
			}
			seen[h] = true
			said := ""
			if h.indicators != nil {
				b, err := json.Marshal(h.indicators)
				if err != nil {
					return err
				}
				said = string(b)
			}
			ids, surveys, villages, indicators = append(ids, h.id), append(surveys, h.survey),
				append(villages, h.village), append(indicators, said)
			kks, ikss = append(kks, h.kk), append(ikss, h.iks)
			h.created, h.dirty = false, false
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := f.m.tx.Exec(`insert into household (puskesmas_id, id, kk_index, survey_id, village_code, indicators, iks,
		created_at)
		select $7, id, kk, nullif(survey, ''), nullif(village, ''), nullif(indicators, '')::jsonb, iks, $8
		from unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::float8[]) as u (id, kk, survey,
		village, indicators, iks)
		on conflict on constraint household_pk do update set kk_index = excluded.kk_index,
		survey_id = excluded.survey_id, village_code = excluded.village_code,
			indicators = excluded.indicators, iks = excluded.iks, version = household.version + 1`,
		ids, kks, surveys, villages, indicators, ikss, f.m.tx.Principal().PuskesmasID, f.m.tx.Now())
	return err
}
