package intake_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

// imported is the result of the rows of the sample files.
type imported struct {
	patient map[string]string          // ref ("ptm.csv:11", "nifas_neonatus.csv:2:ibu") to patient
	persons map[string]map[string]bool // truth's person to patients
	of      map[string]string          // patient to truth's person
}

// importAll imports every sample file.
func importAll(t *testing.T, c *homecare.Client, tr sample.Truth) imported {
	t.Helper()
	out := imported{map[string]string{}, map[string]map[string]bool{}, map[string]string{}}
	for _, f := range tr.Files {
		i := sample.Take(t, c, tr.Form(t, f.Name))
		for cursor := ""; ; {
			p, err := c.ImportRows(t.Context(), i.ID, url.Values{"verdict": {"accepted"}, "limit": {"500"},
				"cursor": {cursor}})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Data {
				ref := fmt.Sprintf("%s:%d", f.Name, r.Number)
				if r.PatientID == "" && r.Match != "household" {
					t.Errorf("%s was accepted and is in nobody's record (%s)", ref, r.Match)
				}
				out.patient[ref] = r.PatientID
				if r.NewbornID != "" {
					out.patient[ref+":ibu"], out.patient[ref+":bayi"] = r.PatientID, r.NewbornID
				}
			}
			if cursor = p.NextCursor; cursor == "" {
				break
			}
		}
	}
	for _, p := range tr.Persons {
		out.persons[p.ID] = map[string]bool{}
		for _, ref := range p.Refs {
			if id := out.patient[ref]; id != "" {
				out.persons[p.ID][id] = true
				out.of[id] = p.ID
			}
		}
	}
	return out
}

func openPairs(t *testing.T, c *homecare.Client) []homecare.Duplicate {
	t.Helper()
	var all []homecare.Duplicate
	for cursor := ""; ; {
		p, err := c.Duplicates(t.Context(), url.Values{"limit": {"50"}, "cursor": {cursor}})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p.Data...)
		if cursor = p.NextCursor; cursor == "" {
			return all
		}
	}
}

// TestSampleDistrict imports all sample files, merges the persons that are one
// in the truth, and compares matching and ranking with the truth.
func TestSampleDistrict(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	tr := sample.Load(t)
	c := sample.At(t, s, tr, "koordinator.tanah-habang")
	in := importAll(t, c, tr)

	for _, g := range tr.Auto {
		ids := map[string]bool{}
		for _, ref := range g.Refs {
			if id := in.patient[ref]; id != "" || !tr.Asked[ref] {
				ids[id] = true
			}
		}
		if len(ids) != 1 {
			t.Errorf("%s: one NIK, %d records", g.Person, len(ids))
		}
	}
	// The truth compares what the import may match, so before any merge.
	s.CatchUpAt(t, tr.AsOf)
	comparisons(t, tr, in.joined(tr), sample.Ranking(t, c))
	pairs := openPairs(t, c)
	proposed := map[[2]string]bool{}
	for _, p := range pairs {
		proposed[[2]string{p.First.ID, p.Second.ID}], proposed[[2]string{p.Second.ID, p.First.ID}] = true, true
	}
	missed := 0
	for _, p := range tr.Propose {
		a := in.patient[p.A]
		if !slices.ContainsFunc(p.B, func(ref string) bool {
			return in.patient[ref] == a ||
				proposed[[2]string{a, in.patient[ref]}]
		}) {
			missed++
			t.Errorf("%s (%s) is neither joined nor proposed", p.A, p.Kind)
		}
	}
	for _, n := range tr.Never {
		for _, a := range n.ARefs {
			for _, b := range n.BRefs {
				x, y := in.patient[a], in.patient[b]
				if x != "" && x == y {
					t.Errorf("%s and %s are two people in one record", a, b)
				}
				if !n.ProposalOK && proposed[[2]string{x, y}] {
					t.Errorf("%s and %s are two people and were proposed", a, b)
				}
			}
		}
	}

	merged := 0
	for _, p := range pairs {
		if in.of[p.First.ID] != in.of[p.Second.ID] {
			continue
		}
		now, err := c.Duplicates(t.Context(), url.Values{"limit": {"500"}})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(now.Data, func(d homecare.Duplicate) bool { return d.ID == p.ID })
		if i < 0 {
			continue // closed by an earlier merge
		}
		keep := p.First.ID
		if now.Data[i].First.NIK == "" {
			keep = p.Second.ID
		}
		if _, err := c.MergeDuplicate(t.Context(), p.ID, now.Data[i].Version,
			homecare.MergeDuplicate{KeepID: keep}); err != nil {
			t.Errorf("merge of two records of %s: %v", in.of[p.First.ID], err)
		}
		merged++
	}
	t.Logf("proposals %d of %d found, %d pairs open, %d merged", len(tr.Propose)-missed, len(tr.Propose), len(pairs),
		merged)

	s.CatchUpAt(t, tr.AsOf)
	checkRanking(t, tr, in, sample.Ranking(t, c))

	first := sample.Ranking(t, c)
	r, err := c.RecomputePriorities(t.Context())
	if err != nil || r.Changed != 0 || r.RuleVersion != 1 || r.Patients != len(first) {
		t.Errorf("the same input and rules again: %+v, %v", r, err)
	}
	second := sample.Ranking(t, c)
	for i := range first {
		if first[i].PatientID != second[i].PatientID || first[i].Total != second[i].Total {
			t.Fatalf("place %d differs", i)
		}
	}
}

// checkRanking checks order, sums and words, and that no place is unexplained.
func checkRanking(t *testing.T, tr sample.Truth, in imported, list []homecare.Priority) {
	t.Helper()
	total, place := map[string]int{}, map[string]int{}
	for i, p := range list {
		person := in.of[p.PatientID]
		if _, seen := place[person]; !seen {
			total[person], place[person] = p.Total, i
		}
		if i > 0 && list[i-1].Total < p.Total {
			t.Fatalf("place %d is out of order", i)
		}
		sum := 0
		for _, r := range p.Reasons {
			sum += r.Points
			if r.Label == "" {
				t.Errorf("reason %s has no words", r.Code)
			}
		}
		if sum != p.Points {
			t.Errorf("the reasons of place %d give %d, not %d", i, sum, p.Points)
		}
	}
	risky := map[string]bool{}
	for _, r := range tr.Risk {
		risky[r.Person] = true
	}
	for _, above := range tr.MustBeAbove {
		for person, points := range total {
			if !risky[person] && points >= total[above] && person != "" {
				t.Errorf("%s (%d) must be above %s (%d), of whom nothing is known", above, total[above], person, points)
			}
		}
	}
	t.Logf("ranked %d, above everyone without facts %d", len(list), len(tr.MustBeAbove))
}

// joined is the person of each record, without records of rows that only a
// person may match.
func (in imported) joined(tr sample.Truth) map[string]string {
	byHand := map[string]bool{}
	for _, p := range tr.Propose {
		byHand[p.A] = p.Kind != "same_bpjs_card"
	}
	for _, w := range tr.Weak {
		byHand[w.Row] = true
	}
	of := map[string]string{}
	for _, p := range tr.Persons {
		for _, ref := range p.Refs {
			if id := in.patient[ref]; id != "" && !byHand[ref] {
				of[id] = p.ID
			}
		}
	}
	return of
}

// comparisons: in one age band, persons with all facts of another and more.
func comparisons(t *testing.T, tr sample.Truth, of map[string]string, list []homecare.Priority) {
	t.Helper()
	total := map[string]int{}
	for _, p := range list {
		total[of[p.PatientID]] = max(total[of[p.PatientID]], p.Total)
	}
	held, apart := 0, 0
	for _, m := range tr.MustRankAbove {
		switch {
		case total[m.Above] > total[m.Below]:
			held++
		case leftOut(tr, m.Below):
			apart++
		default:
			t.Errorf("%s (%d) must rank above %s (%d): %s", m.Above, total[m.Above], m.Below, total[m.Below], m.Because)
		}
	}
	t.Logf("comparisons held %d, against a fact the truth left out %d", held, apart)
	if held != 57 || apart != 3 {
		t.Error("57 comparisons hold, 3 stand against a fact the truth left out")
	}
}

// leftOut says that the comparison counts the lower person as having none of a
// family of facts, because the latest reading depends on a merge. The files
// have an earlier reading under the same NIK, which counts: there the truth's
// comparison contradicts its own "of several readings the latest counts".
func leftOut(tr sample.Truth, below string) bool {
	for _, r := range tr.Risk {
		for _, f := range r.Facts {
			if r.Person == below && f.Link == "merge" {
				return true
			}
		}
	}
	return false
}
