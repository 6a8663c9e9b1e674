package intake_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestRefusedFiles: each broken file is refused as a whole with its class.
func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	tr := sample.Load(t)
	c := sample.At(t, s, tr, "koordinator.tanah-habang")
	for _, b := range tr.Broken {
		data, err := os.ReadFile(sample.Folder + b.Name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Import(t.Context(), homecare.NewImport{Source: sample.Layouts[b.UploadedAs], FileName: b.Name,
			File: data})
		if p := sample.Problem(t, err, 422, "import.file_refused"); len(p.Errors) != 1 ||
			p.Errors[0].Code != b.Expect || p.Errors[0].Message == "" {
			t.Errorf("%s: %+v, want %s", b.Name, p.Errors, b.Expect)
		}
	}
	if len(tr.Broken) != 9 {
		t.Errorf("%d files", len(tr.Broken))
	}
	for name, in := range map[string]homecare.NewImport{
		"unknown layout": {Source: "horoscope", FileName: "a.csv", File: []byte("x")},
		"no layout":      {FileName: "a.csv", File: []byte("x")},
		"tomorrow":       {Source: "ptm", FileName: "a.csv", File: []byte("x"), AsOf: "2026-11-02"},
		"no such list":   {Source: "ptm", DataSource: "rumor", FileName: "a.csv", File: []byte("x")},
	} {
		if _, err := c.Import(t.Context(), in); err == nil {
			t.Errorf("%s was taken", name)
		} else {
			sample.Problem(t, err, 422, "request.invalid")
		}
	}
	err := c.Do(t.Context(), homecare.Call{Method: "POST", Path: "/v1/imports",
		Body: map[string]string{"source": "ptm"}})
	sample.Problem(t, err, 415, "body.content_type")
	if list, err := c.Imports(t.Context(), nil); err != nil || len(list.Data) != 0 {
		t.Errorf("refused files left %d imports, %v", len(list.Data), err)
	}
}

// TestImportRights: roles, ownership, state and version.
func TestImportRights(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	tr := sample.Load(t)
	c := sample.At(t, s, tr, "koordinator.tanah-habang")
	i, err := c.Import(t.Context(), tr.Form(t, "bumil.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if i.FileName != "bumil.csv" || i.DataSource != "cross_programme" || i.Format.Encoding != "windows-1252" ||
		len(i.Classes) == 0 || i.Classes[0].Message == "" {
		t.Errorf("%+v", i)
	}
	other := sample.At(t, s, tr, "koordinator.uren")
	for what, call := range map[string]func() error{
		"get":     func() error { _, err := other.GetImport(t.Context(), i.ID); return err },
		"rows":    func() error { _, err := other.ImportRows(t.Context(), i.ID, nil); return err },
		"commit":  func() error { _, err := other.CommitImport(t.Context(), i.ID, 1); return err },
		"discard": func() error { _, err := other.DiscardImport(t.Context(), i.ID, 1); return err },
	} {
		t.Log(what)
		sample.Problem(t, call(), 404, "record.not_found")
	}
	_, err = sample.At(t, s, tr, "petugas1.tanah-habang").Import(t.Context(), tr.Form(t, "bumil.csv"))
	sample.Problem(t, err, 403, "auth.forbidden")
	_, err = sample.At(t, s, tr, "kepala.tanah-habang").CommitImport(t.Context(), i.ID, i.Version)
	sample.Problem(t, err, 403, "auth.forbidden")
	_, err = c.CommitImport(t.Context(), i.ID, i.Version+7)
	sample.Problem(t, err, 412, "record.stale")

	rejected, err := c.ImportRows(t.Context(), i.ID, url.Values{"verdict": {"rejected"}})
	if err != nil || len(rejected.Data) != 3 {
		t.Fatalf("%+v, %v", rejected, err)
	}
	length, err := c.ImportRows(t.Context(), i.ID, url.Values{"class": {"nik_length"}})
	if err != nil || len(length.Data) != 1 || length.Data[0].Number != 16 ||
		length.Data[0].Issues[0].Message != "Panjang NIK bukan 16 angka." {
		t.Errorf("%+v, %v", length, err)
	}
	c.Language = "en"
	length, err = c.ImportRows(t.Context(), i.ID, url.Values{"class": {"nik_length"}})
	if err != nil || length.Data[0].Issues[0].Message != "The NIK does not have 16 digits." {
		t.Errorf("%+v, %v", length, err)
	}
	rows, err := c.ImportRows(t.Context(), i.ID, url.Values{"verdict": {"accepted"}})
	if err != nil || len(rows.Data) != 12 {
		t.Fatalf("%d rows, %v", len(rows.Data), err)
	}
	for _, r := range rows.Data {
		if r.Person == nil || r.Person.NIK != "" && !strings.Contains(r.Person.NIK, "********") {
			t.Errorf("row %d is not masked: %+v", r.Number, r.Person)
		}
	}
	gone, err := c.DiscardImport(t.Context(), i.ID, i.Version)
	if err != nil || gone.State != "discarded" {
		t.Fatalf("%+v, %v", gone, err)
	}
	_, err = c.CommitImport(t.Context(), i.ID, gone.Version)
	sample.Problem(t, err, 409, "record.state")
	anew, err := c.Import(t.Context(), tr.Form(t, "bumil.csv"))
	if err != nil || anew.AlreadyImported || anew.ID == i.ID {
		t.Errorf("a discarded file can be sent anew: %+v, %v", anew, err)
	}
	if n, err := c.Patients(t.Context(), nil); err != nil || len(n.Data) != 0 {
		t.Errorf("a preview made %d persons, %v", len(n.Data), err)
	}
	list, err := c.Imports(t.Context(), url.Values{"limit": {"1"}})
	if err != nil || len(list.Data) != 1 || list.Data[0].ID != anew.ID || list.NextCursor == "" {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestRegistryConflict: a NIK that a clearly different name has in the
// registry.
func TestRegistryConflict(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	tr := sample.Load(t)
	c := sample.At(t, s, tr, "koordinator.tanah-habang")
	const head = "tanggal;nik;nama;tanggal_lahir;jenis_kelamin;no_kk;no_bpjs;no_hp;alamat;rt;rw;desa_kode;desa_nama;diagnosa;kunjungan_baru_lama;sistol;diastol;gds;gdp;kolesterol;trigliserida;asam_urat;berat_kg;tinggi_cm;lingkar_perut_cm\n"
	row := func(nik, name, sbp string) string {
		return "01/10/2026;" + nik + ";" + name + ";;;;;;;;;;Panaitan;I10;Lama;" + sbp + ";90;;;;;;60;160;\n"
	}
	first := sample.Take(t, c, homecare.NewImport{Source: "ptm", FileName: "a.csv",
		File: []byte(head + row("6311055411429034", "Masniah Rahmah", "150"))})
	if first.Counts.NewPatients != 1 {
		t.Fatalf("%+v", first.Counts)
	}
	second := sample.Take(t, c, homecare.NewImport{Source: "ptm", FileName: "b.csv",
		File: []byte(head + row("6311055411429034", "Zulkifli Hartono", "185") + row("6311055411429034",
			"Masniah Rahmah", "186"))})
	// Two names in one file, one of them known: nobody knows which row is
	// right.
	if n := second.Counts; n.ToDecide != 2 || n.NewPatients+n.MatchedRows != 0 {
		t.Errorf("%+v", n)
	}
	third := sample.Take(t, c, homecare.NewImport{Source: "ptm", FileName: "c.csv",
		File: []byte(head + row("6311055411429034", "Zulkifli Hartono", "187"))})
	if n := third.Counts; n.RegistryConflicts != 1 || n.ToDecide != 1 || n.NewPatients+n.MatchedRows+n.NewFacts != 0 {
		t.Errorf("%+v", n)
	}
	c.Clock = func() time.Time { return tr.AsOf.Add(time.Hour) } // of one day's readings the one recorded last counts
	fourth := sample.Take(t, c, homecare.NewImport{Source: "ptm", FileName: "d.csv",
		File: []byte(head + row("6311055411429034", "Hj. Masniah", "188"))})
	if n := fourth.Counts; n.MatchedRows != 1 || n.NewPatients != 0 || n.NewFacts == 0 {
		t.Errorf("%+v", n)
	}
	p, err := c.SearchPatients(t.Context(), homecare.PatientSearch{NIK: "6311055411429034"})
	if err != nil || len(p.Data) != 1 || p.Data[0].Name != "Masniah Rahmah" {
		t.Fatalf("%+v, %v", p, err)
	}
	risks, err := c.RiskFactors(t.Context(), p.Data[0].ID)
	if err != nil || len(risks.Data) != 2 || risks.Data[0].Code != "hypertension_3" ||
		risks.Data[0].ObservedOn != "2026-10-01" || risks.Data[0].Label != "Hipertensi derajat 3" {
		t.Errorf("%+v, %v", risks, err)
	}
	timeline, err := c.PatientTimeline(t.Context(), p.Data[0].ID, url.Values{"limit": {"500"}})
	if err != nil || len(timeline.Data) < 5 {
		t.Errorf("%+v, %v", timeline, err)
	}
}

// TestDismiss: a pair decided once is not proposed again.
func TestDismiss(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	tr := sample.Load(t)
	c := sample.At(t, s, tr, "koordinator.tanah-habang")
	one := homecare.NewPatient{Name: "Siti Aminah", Sex: "female", BirthDate: "1960-03-04", Village: "6311052006"}
	if _, err := c.RegisterPatient(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	two := one
	two.Name = "Siti Aminnah"
	p, err := c.RegisterPatient(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	pairs := openPairs(t, c)
	if len(pairs) != 1 || pairs[0].Kind != "name_typo" {
		t.Fatalf("%+v", pairs)
	}
	_, err = c.MergeDuplicate(t.Context(), pairs[0].ID, pairs[0].Version,
		homecare.MergeDuplicate{KeepID: "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"})
	sample.Problem(t, err, 422, "request.invalid")
	_, err = sample.At(t, s, tr, "koordinator.uren").DismissDuplicate(t.Context(), pairs[0].ID, 1,
		homecare.Why{Reason: "bukan"})
	sample.Problem(t, err, 404, "record.not_found")
	d, err := c.DismissDuplicate(t.Context(), pairs[0].ID, pairs[0].Version, homecare.Why{Reason: "Kakak beradik"})
	if err != nil || d.State != "dismissed" || d.Reason != "Kakak beradik" {
		t.Fatalf("%+v, %v", d, err)
	}
	_, err = c.MergeDuplicate(t.Context(), pairs[0].ID, d.Version, homecare.MergeDuplicate{KeepID: p.ID})
	sample.Problem(t, err, 409, "record.state")
	if _, err := c.ChangePatient(t.Context(), p.ID, p.Version,
		homecare.PatientChange{Phone: homecare.Some("0840-3064-8219")}); err != nil {
		t.Fatal(err)
	}
	if pairs := openPairs(t, c); len(pairs) != 0 {
		t.Errorf("proposed again: %+v", pairs)
	}
}

// TestPairsOfOne: a pair whose two are now one person shows the two records,
// whether the pair was merged or dismissed before.
func TestPairsOfOne(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := sample.At(t, s, sample.Load(t), "koordinator.tanah-habang")
	register := func(name string) string {
		p, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: name, Sex: "female", BirthDate: "1960-03-04",
			Village: "6311052006"})
		if err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	one, two := register("Siti Aminah"), register("Siti Aminnah")
	same := func(what string, d homecare.Duplicate, kept string) {
		t.Helper()
		if !(d.First.ID == one && d.Second.ID == two || d.First.ID == two && d.Second.ID == one) {
			t.Errorf("%s shows %s and %s", what, d.First.ID, d.Second.ID)
		}
		for _, p := range []homecare.Patient{d.First, d.Second} {
			if p.ID != kept && p.MergedInto != kept || p.ID == kept && p.MergedInto != "" {
				t.Errorf("%s: %s is merged into %q", what, p.ID, p.MergedInto)
			}
		}
	}
	in := func(state string) []homecare.Duplicate {
		l, err := c.Duplicates(t.Context(), url.Values{"state": {state}})
		if err != nil {
			t.Fatal(err)
		}
		return l.Data
	}
	merge := func(from, into string) {
		p, err := c.Patient(t.Context(), from)
		if err == nil {
			_, err = c.MergePatient(t.Context(), from, p.Version, homecare.MergePatient{IntoID: into, Reason: "Sama"})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	pair := openPairs(t, c)[0]
	d, err := c.MergeDuplicate(t.Context(), pair.ID, pair.Version, homecare.MergeDuplicate{KeepID: two})
	if err != nil {
		t.Fatal(err)
	}
	same("the answer", d, two)
	if l := in("merged"); len(l) != 1 {
		t.Fatalf("%+v", l)
	} else {
		same("the merged", l[0], two)
	}
	// Both are one with a third.
	third := register("Orang Lain Sekali")
	merge(two, third)
	for _, l := range in("merged") {
		if l.ID == pair.ID {
			same("merged into a third", l, third)
		}
	}
}

// TestDismissedThenMerged: as TestPairsOfOne, of a pair that was dismissed.
func TestDismissedThenMerged(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := sample.At(t, s, sample.Load(t), "koordinator.tanah-habang")
	var versions []int64
	var ids []string
	for _, name := range []string{"Siti Aminah", "Siti Aminnah"} {
		p, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: name, Sex: "female", BirthDate: "1960-03-04",
			Village: "6311052006"})
		if err != nil {
			t.Fatal(err)
		}
		ids, versions = append(ids, p.ID), append(versions, p.Version)
	}
	pair := openPairs(t, c)[0]
	if _, err := c.DismissDuplicate(t.Context(), pair.ID, pair.Version,
		homecare.Why{Reason: "Kakak beradik"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.MergePatient(t.Context(), ids[0], versions[0], homecare.MergePatient{IntoID: ids[1],
		Reason: "Ternyata sama"}); err != nil {
		t.Fatal(err)
	}
	l, err := c.Duplicates(t.Context(), url.Values{"state": {"dismissed"}})
	if err != nil || len(l.Data) != 1 {
		t.Fatalf("%+v, %v", l.Data, err)
	}
	if got := []string{l.Data[0].First.ID, l.Data[0].Second.ID}; !slices.Contains(got, ids[0]) ||
		!slices.Contains(got, ids[1]) {
		t.Errorf("shows %v, want %v", got, ids)
	}
}
