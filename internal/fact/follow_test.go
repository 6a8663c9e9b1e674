package fact_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestFollowing: after random acts in two puskesmas, in turns, the newest facts that the
// worker keeps are those that a computation from nothing gives: entered, found, amended,
// voided, merged and parted ones.
func TestFollowing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	koordinator, abroad := w.Staff("koordinator.tanah-habang"), w.Staff("koordinator.paringin")
	home := []string{w.PatientID, w.AddPerson("1951-01-01", "male"), w.AddPerson("1952-01-01", "female")}
	away := []string{w.AddPatient(t, "paringin", apitest.Person{Name: "Orang Uji", Sex: "male",
		BirthDate: "1953-01-01"})}
	r := rand.New(rand.NewPCG(11, 1))
	told := map[string]string{} // fact: person
	enter := func(c *homecare.Client, of []string) {
		person := of[r.IntN(len(of))]
		facts := []homecare.NewFact{{Code: "sbp", Value: new(100 + 10*r.Float64())}, {Code: "smoker",
			Value: new(float64(r.IntN(2)))}, {Code: "diagnosis", Text: []string{"I10", "E11.9"}[r.IntN(2)]},
			{Code: "caregiver", Text: []string{"none", "child"}[r.IntN(2)]}}
		in := facts[r.IntN(len(facts))]
		at := apitest.Now.Add(-time.Duration(r.IntN(500)) * time.Hour)
		in.ObservedAt = &at
		f := apitest.Must[homecare.Fact](t)(c.EnterFact(ctx, person, in))
		if c == koordinator {
			told[f.ID] = person
		}
	}
	void := func() {
		for id, person := range told {
			if err := koordinator.VoidFact(ctx, person, id, homecare.Why{Reason: "Keliru"}); err != nil {
				t.Fatal(err)
			}
			delete(told, id)
			return
		}
	}
	visits := 0
	visit := func() {
		visits++
		in := w.dependent()
		back := time.Duration(visits) * 26 * time.Hour
		in.ArrivedAt, in.DepartedAt = in.ArrivedAt.Add(-back), in.DepartedAt.Add(-back)
		v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in))
		if visits%2 == 0 {
			apitest.MustVisit(t)(w.Nurse.AmendVisit(ctx, v.ID, v.Version, homecare.AmendVisit{Reason: "Salah ketik",
				VisitParts: homecare.VisitParts{Assessments: &homecare.AssessmentsPart{
					Assessments: []homecare.Assessment{apitest.Barthel(r.IntN(10))}}}}))
		}
	}
	for step := range 12 {
		for range 3 + r.IntN(8) {
			enter(koordinator, home[:2])
		}
		void()
		w.CatchUp(t)
		w.sameAsFromNothing(step)
		enter(abroad, away) // fewer changes than at home: a place of another puskesmas would hide them
		visit()
		w.CatchUp(t)
		w.sameAsFromNothing(step)
	}
	apitest.Must[homecare.Fact](t)(koordinator.EnterFact(ctx, home[2], homecare.NewFact{Code: "history_diabetes"}))
	version := apitest.Ask[int64](w.Home, `select version from patient where id = $1`, home[2])
	apitest.Must[homecare.Patient](t)(koordinator.MergePatient(ctx, home[2], version, homecare.MergePatient{
		IntoID: home[1], Reason: "Orang yang sama"}))
	w.CatchUp(t)
	w.sameAsFromNothing(100)
	has(t, facts(t, w.Head, home[1]), "history_diabetes")
	version = apitest.Ask[int64](w.Home, `select version from patient where id = $1`, home[2])
	apitest.Must[homecare.Unmerged](t)(w.Head.UnmergePatient(ctx, home[2], version, homecare.Why{Reason: "Dua orang"}))
	w.CatchUp(t)
	w.sameAsFromNothing(101)
	hasNot(t, facts(t, w.Head, home[1]), "history_diabetes")
}

// sameAsFromNothing fails unless current_fact of every puskesmas is what newest_facts gives.
func (w *world) sameAsFromNothing(step int) {
	w.T.Helper()
	for _, slug := range []string{"tanah-habang", "paringin"} {
		wrong := apitest.Ask[int](w.Home, `with mine as (select id, set_config('app.puskesmas_id', id::text, false)
				from puskesmas where slug = $1),
			kept as (select c.* from current_fact c join mine on mine.id = c.puskesmas_id),
			made as (select n.* from mine cross join lateral newest_facts(array(select p.id from patient p
				where p.puskesmas_id = mine.id)) n)
			select count(*)::int from ((select * from kept except select * from made)
				union all (select * from made except select * from kept)) x`, slug)
		kept := apitest.Ask[int](w.Home, `select count(*)::int from current_fact c join puskesmas p on p.id = c.puskesmas_id
			where p.slug = $1`, slug)
		if wrong != 0 || kept == 0 && step > 0 {
			w.T.Errorf("step %d, %s: %d of %d rows differ", step, slug, wrong, kept)
		}
	}
}
