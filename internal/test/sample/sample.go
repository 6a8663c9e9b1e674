// Package sample reads the sample files of the data sources and their expected results.
package sample

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// Folder is the folder of the files.
const Folder = "../source/testdata/samples/" // from a package of internal/

// Truth is the expected results of the sample files, from truth.json.
type Truth struct {
	AsOf  time.Time `json:"as_of"`
	Files []struct {
		Name, Source string
		Columns      [][2]string
		RowTruth     []struct {
			Row, Of      int
			Person, Baby string
			Verdict      string
			Reasons      []string
		} `json:"row_truth"`
		Rows, Accepted, Rejected, Duplicate, Conflict, ToDecide int
	}
	Broken []struct {
		Name, Expect string
		UploadedAs   string `json:"uploaded_as"`
	} `json:"broken_files"`
	Persons []struct {
		ID, NIK, Name string
		Refs          []string
	}
	Auto []struct {
		Person string
		Refs   []string
	}
	Propose []struct {
		A    string
		B    []string
		Kind string
	}
	Weak  []struct{ Row string }
	Never []struct {
		ARefs      []string `json:"a_refs"`
		BRefs      []string `json:"b_refs"`
		ProposalOK bool     `json:"proposal_ok"`
	}
	Risk []struct {
		Person string
		Facts  []struct{ Code, Link string }
	}
	MustRankAbove []struct{ Above, Below, Because string } `json:"must_rank_above"`
	MustBeAbove   []string                                 `json:"must_be_above_everyone_without_facts"`
	Asked         map[string]bool                          // rows to decide, "file:row"
}

// Layouts is the source of each kind of file.
var Layouts = map[string]string{"pispk": "pispk", "ptm": "ptm", "lansia": "elderly", "prb": "prb",
	"pcare_kunjungan": "pcare_visits", "pcare_peserta": "pcare_members",
	"bumil": "pregnant", "nifas_neonatus": "postpartum", "balita": "under_five",
	"laporan_masyarakat": "community_report", "jejaring": "network"}

// Load reads the truth by the importer's current rules.
func Load(t testing.TB) Truth {
	t.Helper()
	b, err := os.ReadFile(Folder + "truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var tr Truth
	if err := json.Unmarshal(b, &tr); err != nil {
		t.Fatal(err)
	}
	tr.decided()
	return tr
}

// decided adapts the truth to the importer's current rules. The test of package
// source says why.
func (tr *Truth) decided() {
	tr.Asked = map[string]bool{}
	for i := range tr.Files {
		f := &tr.Files[i]
		asked := map[int]bool{}
		for j := range f.RowTruth {
			r := &f.RowTruth[j]
			switch {
			case r.Verdict == "rejected" && len(r.Reasons) == 1 && (strings.HasPrefix(r.Reasons[0], "nik_sex") ||
				strings.HasPrefix(r.Reasons[0], "nik_birth")):
				f.Rejected--
				asked[r.Row] = true
			case r.Verdict == "conflict":
				f.Conflict--
				f.Accepted--
				asked[r.Row], asked[r.Of] = true, true
			}
		}
		for j := range f.RowTruth {
			if r := &f.RowTruth[j]; asked[r.Row] {
				r.Verdict = "to_decide"
				f.ToDecide++
				tr.Asked[fmt.Sprintf("%s:%d", f.Name, r.Row)] = true
			}
		}
	}
}

// Form is the upload of one sample file.
func (tr Truth) Form(t testing.TB, name string) homecare.NewImport {
	t.Helper()
	b, err := os.ReadFile(Folder + name)
	if err != nil {
		t.Fatal(err)
	}
	in := homecare.NewImport{FileName: name, File: b}
	for _, f := range tr.Files {
		if f.Name == name {
			in.Source = Layouts[f.Source]
			if in.Source == "network" {
				in.Columns = map[string]string{}
				for _, c := range f.Columns {
					in.Columns[c[0]] = c[1]
				}
			}
		}
	}
	return in
}

// At signs in with the clock of the samples.
func At(t testing.TB, s *apitest.Server, tr Truth, who string) *homecare.Client {
	t.Helper()
	c := s.As(t, who)
	c.Clock = func() time.Time { return tr.AsOf }
	return c
}

// Take uploads a file and commits it.
func Take(t testing.TB, c *homecare.Client, in homecare.NewImport) homecare.Import {
	t.Helper()
	i, err := c.Import(t.Context(), in)
	if err != nil {
		t.Fatalf("%s: %v", in.FileName, err)
	}
	if i, err = c.CommitImport(t.Context(), i.ID, i.Version); err != nil || i.State != "committed" {
		t.Fatalf("%s: commit: %+v, %v", in.FileName, i.State, err)
	}
	return i
}

// Problem fails unless err is the problem with this status and code.
func Problem(t testing.TB, err error, status int, code string) *homecare.Problem {
	t.Helper()
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok || p.Status != status || p.Code != code {
		t.Errorf("got %v, want %d %s", err, status, code)
		return &homecare.Problem{}
	}
	return p
}

// Ranking is the complete ranked list.
func Ranking(t testing.TB, c *homecare.Client) []homecare.Priority {
	t.Helper()
	var all []homecare.Priority
	for cursor := ""; ; {
		p, err := c.Priorities(t.Context(), url.Values{"limit": {"70"}, "cursor": {cursor}})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p.Data...)
		if cursor = p.NextCursor; cursor == "" {
			return all
		}
	}
}
