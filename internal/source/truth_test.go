package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const samples = "testdata/samples/"

// truth is the expected results of the sample files, from samples/truth.json.
type truth struct {
	AsOf   time.Time `json:"as_of"`
	Totals map[string]int
	Files  []struct {
		Name, Source string
		Columns      [][2]string
		Format       struct {
			Kind, Encoding, Delimiter, Sheet string
			HeaderRow                        int `json:"header_row"`
			BOM                              bool
		}
		RowTruth []truthRow `json:"row_truth"`
		Ignored  []struct {
			Row int
			Why string
		} `json:"ignored_rows"`
	}
	Broken []struct {
		Name, Expect string
		UploadedAs   string `json:"uploaded_as"`
	} `json:"broken_files"`
	Classes []struct{ Code, Level string }
	Codes   []struct {
		Code  string
		Level int
	} `json:"fact_codes"`
	Auto []struct {
		Person, NIK string
		Refs        []string
	}
	Propose []struct {
		A      string
		B      []string
		Kind   string
		AutoOK bool `json:"auto_ok"`
	}
	Never []struct {
		Why        string
		ARefs      []string `json:"a_refs"`
		BRefs      []string `json:"b_refs"`
		ProposalOK bool     `json:"proposal_ok"`
	}
	Weak       []struct{ Row string }
	Households []struct {
		SurveyID    int `json:"survei_id"`
		Verdict     string
		IKSComputed *float64 `json:"iks_computed"`
		Indicators  map[string]string
	}
}

type truthRow struct {
	Row, Line, Of     int
	Person, Baby      string
	Verdict           string
	Alt               []string
	Reasons, Warnings []string
	Expect            map[string]any
}

func (r truthRow) agrees(v Verdict) bool {
	return r.Verdict == string(v) || slices.Contains(r.Alt, string(v))
}

var codes = map[string]Code{
	"pispk": PISPK, "ptm": PTM, "lansia": Elderly, "prb": PRB, "pcare_kunjungan": PCareVisits,
	"pcare_peserta": PCareMembers,
	"bumil":         Pregnant, "nifas_neonatus": Postpartum, "balita": UnderFive, "laporan_masyarakat": CommunityReport,
	"jejaring": Network,
}

func loadTruth(t testing.TB) truth {
	t.Helper()
	b, err := os.ReadFile(samples + "truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var tr truth
	if err := json.Unmarshal(b, &tr); err != nil {
		t.Fatal(err)
	}
	tr.decided()
	return tr
}

// decided adapts the truth to the importer's current rules: where only the NIK
// contradicts the sex, the birth date or another name, a person decides, and of
// several names with one NIK none is taken automatically. The truth is older:
// it rejects such rows, or takes the first of them.
func (tr *truth) decided() {
	question := func(reason string) bool {
		class, _, _ := strings.Cut(reason, ":")
		return Class(class).Level() == LevelQuestion
	}
	for i := range tr.Files {
		rows := tr.Files[i].RowTruth
		to := func(r *truthRow) {
			tr.Totals[r.Verdict]--
			tr.Totals["to_decide"]++
			if r.Verdict == "accepted" {
				tr.Totals["warnings"] -= len(r.Warnings)
			}
			r.Verdict, r.Alt = "to_decide", nil
		}
		for j := range rows {
			r := &rows[j]
			switch {
			case r.Verdict == "rejected" && len(r.Reasons) > 0 && !slices.ContainsFunc(r.Reasons, func(s string) bool {
				return !question(s)
			}):
				to(r)
			case r.Verdict == "conflict":
				to(r)
				for k := range rows {
					if rows[k].Row == r.Of {
						to(&rows[k])
					}
				}
			}
		}
	}
	for i := range tr.Classes {
		if c := &tr.Classes[i]; question(c.Code) {
			c.Level = string(LevelQuestion)
		}
	}
}

func request(t testing.TB, tr truth, name, source string) Request {
	t.Helper()
	data, err := os.ReadFile(samples + name)
	if err != nil {
		t.Fatal(err)
	}
	area, err := EmbeddedArea("tanah-habang")
	if err != nil {
		t.Fatal(err)
	}
	growth := whoTables()
	req := Request{Source: codes[source], Name: name, Data: data, AsOf: tr.AsOf, Area: area, Growth: growth}
	if req.Source == Network {
		req.Columns = map[string]string{}
		for _, f := range tr.Files {
			if f.Name == name {
				for _, c := range f.Columns {
					req.Columns[c[0]] = c[1]
				}
			}
		}
	}
	return req
}

var whoTables = sync.OnceValue(func() *Growth {
	g, err := LoadGrowth()
	if err != nil {
		panic(err)
	}
	return g
})

var (
	sampleOnce  sync.Once
	sampleFiles map[string]*File
)

// readSamples reads all sample files, once for all tests.
func readSamples(t testing.TB, tr truth) map[string]*File {
	t.Helper()
	sampleOnce.Do(func() { sampleFiles = readAgain(t, tr) })
	return sampleFiles
}

func readAgain(t testing.TB, tr truth) map[string]*File {
	t.Helper()
	files := map[string]*File{}
	for _, f := range tr.Files {
		got, err := Read(t.Context(), request(t, tr, f.Name, f.Source))
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		files[f.Name] = got
	}
	return files
}

func issues(list []Issue) []string {
	out := []string{}
	for _, i := range list {
		out = append(out, string(i.Class)+":"+i.Field)
	}
	slices.Sort(out)
	return out
}

// TestTruth compares every row of the sample files with the truth: verdict,
// reasons, warnings, line, the repeated row, and every value.
func TestTruth(t *testing.T) {
	tr := loadTruth(t)
	files := readSamples(t, tr)
	total := map[string]int{}
	values := 0
	for _, f := range tr.Files {
		got := files[f.Name]
		t.Run(f.Name, func(t *testing.T) {
			if got.Format != f.Format.Kind || got.HeaderRow != f.Format.HeaderRow || got.Sheet != f.Format.Sheet {
				t.Errorf("format %s header %d sheet %q; want %+v", got.Format, got.HeaderRow, got.Sheet, f.Format)
			}
			if f.Format.Kind == "csv" {
				want := f.Format.Encoding
				if f.Format.BOM {
					want += "-bom"
				}
				if got.Encoding != want || got.Delimiter != f.Format.Delimiter {
					t.Errorf("encoding %s delimiter %q; want %s %q", got.Encoding, got.Delimiter, want,
						f.Format.Delimiter)
				}
			}
			rows := map[int]Row{}
			for _, r := range got.Rows {
				rows[r.Number] = r
			}
			if len(rows) != len(f.RowTruth) {
				t.Errorf("%d rows, want %d", len(rows), len(f.RowTruth))
			}
			for _, i := range f.Ignored {
				if _, ok := rows[i.Row]; ok || i.Why == "signature" && !slices.Contains(got.Ignored, i.Row) {
					t.Errorf("row %d (%s) is not ignored", i.Row, i.Why)
				}
			}
			for _, want := range f.RowTruth {
				r, ok := rows[want.Row]
				if !ok {
					t.Errorf("row %d is missing", want.Row)
					continue
				}
				total["rows"]++
				total[string(r.Verdict)]++
				checkRow(t, r, want)
				if want.Verdict == "accepted" && r.Verdict == Accepted {
					total["warnings"] += len(r.Warnings)
					for field, v := range want.Expect {
						values++
						checkValue(t, r, field, v)
					}
				}
			}
		})
	}
	t.Logf("rows %d accepted %d rejected %d duplicate %d conflict %d warnings %d values %d",
		total["rows"], total["accepted"], total["rejected"], total["duplicate"], total["conflict"], total["warnings"],
		values)
	for k, want := range tr.Totals {
		if total[k] != want {
			t.Errorf("%s: %d, want %d", k, total[k], want)
		}
	}
}

func checkRow(t *testing.T, r Row, want truthRow) {
	t.Helper()
	if !want.agrees(r.Verdict) {
		t.Errorf("row %d: %s, want %s; errors %v, truth %v", r.Number, r.Verdict, want.Verdict, issues(r.Errors),
			want.Reasons)
		return
	}
	if want.Line != r.Line {
		t.Errorf("row %d: line %d, want %d", r.Number, r.Line, want.Line)
	}
	if want.Of != r.Of {
		t.Errorf("row %d: of %d, want %d", r.Number, r.Of, want.Of)
	}
	if r.Verdict == Rejected || r.Verdict == ToDecide && len(want.Reasons) > 0 {
		slices.Sort(want.Reasons)
		if got := issues(append(slices.Clone(r.Errors), r.Questions...)); !slices.Equal(got, want.Reasons) {
			t.Errorf("row %d: reasons %v, want %v", r.Number, got, want.Reasons)
		}
	}
	if r.Verdict == Accepted {
		slices.Sort(want.Warnings)
		if got := issues(r.Warnings); !slices.Equal(got, want.Warnings) {
			t.Errorf("row %d: warnings %v, want %v", r.Number, got, want.Warnings)
		}
		if _, ok := want.Expect["desa_kode"]; !ok && r.Value.Get("desa_kode") != "" {
			t.Errorf("row %d: village %s was guessed", r.Number, r.Value.Get("desa_kode"))
		}
	}
}

func checkValue(t *testing.T, r Row, field string, want any) {
	t.Helper()
	if n, ok := want.(float64); ok {
		switch field {
		case "z_bb_u", "z_tb_u", "z_bb_tb":
			code := map[string]string{"z_bb_u": FactWAZ, "z_tb_u": FactHAZ, "z_bb_tb": FactWHZ}[field]
			for _, f := range r.Facts {
				if f.Code == code {
					if math.Abs(f.Value-n) > 0.011 {
						t.Errorf("row %d: %s %v, want %v", r.Number, field, f.Value, n)
					}
					return
				}
			}
			t.Errorf("row %d: no %s", r.Number, field)
			return
		case "uraian_masalah_length":
			if got := len([]rune(r.Value.Get("uraian_masalah"))); got != int(n) {
				t.Errorf("row %d: %d letters, want %v", r.Number, got, n)
			}
			return
		}
		got, err := strconv.ParseFloat(r.Value.Get(field), 64)
		if err != nil || got != n {
			t.Errorf("row %d: %s %q, want %v", r.Number, field, r.Value.Get(field), n)
		}
		return
	}
	got, w := r.Value.Get(field), fmt.Sprint(want)
	if strings.HasPrefix(field, "nama") && strings.EqualFold(got, w) || got == w {
		return
	}
	t.Errorf("row %d: %s %q, want %q", r.Number, field, got, w)
}

// TestBroken: nine files are refused as a whole, each with its class.
func TestBroken(t *testing.T) {
	tr := loadTruth(t)
	for _, b := range tr.Broken {
		f, err := Read(t.Context(), request(t, tr, b.Name, b.UploadedAs))
		e, ok := errors.AsType[*FileError](err)
		if !ok || f != nil || string(e.Class) != b.Expect || e.MessageID() == "" || e.MessageEN() == "" {
			t.Errorf("%s: %v, want %s", b.Name, err, b.Expect)
		}
	}
	t.Logf("refused %d of %d", len(tr.Broken), 9)
}

// TestCatalogue: every class of the truth is in the catalogue with its level
// and two texts, and every risk code has one of our codes.
func TestCatalogue(t *testing.T) {
	tr := loadTruth(t)
	for _, c := range tr.Classes {
		id, en := Class(c.Code).Text()
		if string(Class(c.Code).Level()) != c.Level || id == "" || en == "" {
			t.Errorf("%s: level %q texts %q %q", c.Code, Class(c.Code).Level(), id, en)
		}
	}
	ours := map[string]RiskInfo{}
	for _, r := range RiskInfos() {
		ours[r.Shorthand] = r
	}
	for _, c := range tr.Codes {
		if r := ours[c.Code]; r.Level != c.Level || r.Code == "" || r.LabelID == "" || r.LabelEN == "" {
			t.Errorf("%s: %+v, want level %d", c.Code, r, c.Level)
		}
	}
}

// TestHouseholds: indicators and IKS of every family, from the raw survey.
func TestHouseholds(t *testing.T) {
	tr := loadTruth(t)
	families := map[string]*Household{}
	for _, r := range readSamples(t, tr)["pispk_rawdata_survei.xlsx"].Rows {
		if r.Household != nil {
			families[r.Household.SurveyID] = r.Household
		}
	}
	n := 0
	for _, h := range tr.Households {
		got := families[strconv.Itoa(h.SurveyID)]
		if h.Verdict != "accepted" || got == nil {
			continue
		}
		n++
		for ind, want := range h.Indicators {
			if got.Indicators[ind] != want {
				t.Errorf("%d: %s is %s, want %s", h.SurveyID, ind, got.Indicators[ind], want)
			}
		}
		iks, ok := IKS(got.Indicators)
		if h.IKSComputed != nil && (!ok || math.Abs(iks-*h.IKSComputed) > 0.001) {
			t.Errorf("%d: IKS %v, want %v", h.SurveyID, iks, *h.IKSComputed)
		}
	}
	if n < 80 {
		t.Errorf("only %d families compared", n)
	}
	t.Logf("families %d", n)
}

// TestSameTwice: reading a file again gives the same rows, hashes included.
func TestSameTwice(t *testing.T) {
	tr := loadTruth(t)
	a, b := readSamples(t, tr), readAgain(t, tr)
	n := 0
	for name, f := range a {
		for i, r := range f.Rows {
			if r.Hash != b[name].Rows[i].Hash || !reflect.DeepEqual(r, b[name].Rows[i]) {
				t.Fatalf("%s row %d differs", name, r.Number)
			}
			if r.Hash == [32]byte{} {
				t.Fatalf("%s row %d has no hash", name, r.Number)
			}
			n++
		}
	}
	t.Logf("rows compared %d", n)
}
