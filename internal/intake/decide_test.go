package intake_test

import (
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

func caseFile(t testing.TB, source, name string) homecare.NewImport {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return homecare.NewImport{Source: source, FileName: name, File: b}
}

// november signs in after the days of the files.
func november(t testing.TB, s *apitest.Server, who string) *homecare.Client {
	c := s.As(t, who)
	c.Clock = func() time.Time { return time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC) }
	return c
}

// rowsToDecide are the rows of an import that wait for a person.
func rowsToDecide(t testing.TB, c *homecare.Client, id string) []homecare.ImportRow {
	t.Helper()
	p, err := c.ImportRows(t.Context(), id, url.Values{"verdict": {"to_decide"}})
	if err != nil {
		t.Fatal(err)
	}
	return p.Data
}

func people(t testing.TB, c *homecare.Client) map[string]homecare.Patient {
	t.Helper()
	p, err := c.Patients(t.Context(), url.Values{"limit": {"500"}})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]homecare.Patient{}
	for _, x := range p.Data {
		out[x.Name] = x
	}
	return out
}

// TestDecideAfterCommit: a NIK that another name has in the registry leaves the
// row to decide, with the person whom it contradicts. The facts are taken after
// the decision.
func TestDecideAfterCommit(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := november(t, s, "koordinator.tanah-habang")
	sample.Take(t, c, caseFile(t, "ptm", "30_langkah1.csv"))
	fatimah := people(t, c)["Fatimah Zahra"]
	i := sample.Take(t, c, caseFile(t, "ptm", "30_nik_dipegang_nama_lain.csv"))
	if n := i.Counts; n.ToDecide != 1 || n.Accepted != 0 || n.RegistryConflicts != 1 || n.NewPatients+n.NewFacts != 0 ||
		len(i.Classes) == 0 {
		t.Fatalf("%+v %+v", n, i.Classes)
	}
	rows := rowsToDecide(t, c, i.ID)
	if len(rows) != 1 || len(rows[0].Issues) == 0 || rows[0].Person == nil || rows[0].Person.Name != "Imah" {
		t.Fatalf("%+v", rows)
	}
	if q := rows[0].Issues[len(rows[0].Issues)-1]; q.Code != "nik_of_registered_person" || q.Level != "question" ||
		q.Field != "nik" || q.PatientID != fatimah.ID || q.Message == "" {
		t.Fatalf("%+v", q)
	}
	n := rows[0].Number
	_, err := c.DecideImportRow(t.Context(), i.ID, n, i.Version,
		homecare.DecideRow{Take: "as_new", Reason: "orang lain"})
	sample.Problem(t, err, 409, "patient.nik_taken")
	_, err = c.DecideImportRow(t.Context(), i.ID, n, i.Version, homecare.DecideRow{Take: "as_person",
		Reason: "orang lain"})
	sample.Problem(t, err, 422, "request.invalid")
	_, err = c.DecideImportRow(t.Context(), i.ID, n, i.Version, homecare.DecideRow{Take: "as_person",
		PatientID: "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f", Reason: "orang lain"})
	sample.Problem(t, err, 422, "request.invalid")
	_, err = c.DecideImportRow(t.Context(), i.ID, n, i.Version, homecare.DecideRow{Take: "as_new", WithoutNIK: true,
		PatientID: fatimah.ID, Reason: "orang lain"})
	sample.Problem(t, err, 422, "request.invalid")
	_, err = c.DecideImportRow(t.Context(), i.ID, n, i.Version+1,
		homecare.DecideRow{Take: "leave", Reason: "orang lain"})
	sample.Problem(t, err, 412, "record.stale")
	_, err = c.DecideImportRow(t.Context(), i.ID, 999, i.Version,
		homecare.DecideRow{Take: "leave", Reason: "orang lain"})
	sample.Problem(t, err, 404, "record.not_found")
	_, err = november(t, s, "petugas1.tanah-habang").DecideImportRow(t.Context(), i.ID, n, i.Version,
		homecare.DecideRow{Take: "leave", Reason: "orang lain"})
	sample.Problem(t, err, 403, "auth.forbidden")
	_, err = november(t, s, "koordinator.uren").DecideImportRow(t.Context(), i.ID, n, i.Version,
		homecare.DecideRow{Take: "leave", Reason: "orang lain"})
	sample.Problem(t, err, 404, "record.not_found")

	done, err := c.DecideImportRow(t.Context(), i.ID, n, i.Version, homecare.DecideRow{Take: "as_new", WithoutNIK: true,
		Reason: "NIK salah ketik"})
	if err != nil || done.Version <= i.Version || done.Counts.ToDecide != 0 || done.Counts.Accepted != 1 ||
		done.Counts.NewPatients != 1 || done.Counts.NewFacts == 0 {
		t.Fatalf("%+v, %v", done.Counts, err)
	}
	imah := people(t, c)["Imah"]
	risks, err := c.RiskFactors(t.Context(), imah.ID)
	if err != nil || imah.NIK != "" || imah.BirthDate != "1972-05-14" || len(risks.Data) == 0 ||
		risks.Data[0].Code != "hypertension_3" {
		t.Errorf("%+v %+v, %v", imah, risks, err)
	}
	if r := rowsToDecide(t, c, i.ID); len(r) != 0 {
		t.Errorf("still to decide: %+v", r)
	}
	list, err := c.ImportRows(t.Context(), i.ID, nil)
	if err != nil || list.Data[0].PatientID != imah.ID || list.Data[0].Match != "decided" ||
		list.Data[0].Decision == nil || list.Data[0].Decision.Reason != "NIK salah ketik" {
		t.Errorf("%+v, %v", list.Data, err)
	}
	_, err = c.DecideImportRow(t.Context(), i.ID, n, done.Version, homecare.DecideRow{Take: "leave", Reason: "lagi"})
	sample.Problem(t, err, 409, "import.nothing_to_decide")
	// Another koordinator, who has not seen the decision, learns of it: the version is the file's.
	_, err = c.DecideImportRow(t.Context(), i.ID, n, i.Version, homecare.DecideRow{Take: "leave", Reason: "lain"})
	if p := sample.Problem(t, err, 412, "record.stale"); p.Changed == nil || p.Changed.Action != "import.decide" {
		t.Errorf("changed: %+v", p.Changed)
	}
}

// TestDecideBeforeCommit: a decision waits for the commit; an undecided row stays
// to be decided.
func TestDecideBeforeCommit(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := november(t, s, "koordinator.tanah-habang")
	sample.Take(t, c, caseFile(t, "ptm", "30_langkah1.csv"))
	fatimah := people(t, c)["Fatimah Zahra"]
	i, err := c.Import(t.Context(), caseFile(t, "ptm", "30_nik_dipegang_nama_lain.csv"))
	if err != nil {
		t.Fatal(err)
	}
	n := rowsToDecide(t, c, i.ID)[0].Number
	for _, d := range []homecare.DecideRow{{Take: "leave", Reason: "belum jelas"},
		{Take: "as_person", PatientID: fatimah.ID, Reason: "nama panggilan"}} {
		if i, err = c.DecideImportRow(t.Context(), i.ID, n, i.Version, d); err != nil {
			t.Fatal(err)
		}
	}
	if n := i.Counts; n.ToDecide != 0 || n.Accepted != 1 || n.Rejected != 0 || n.NewFacts != 0 {
		t.Errorf("%+v", n)
	}
	if i, err = c.CommitImport(t.Context(), i.ID, i.Version); err != nil || i.Counts.NewPatients != 0 ||
		i.Counts.NewFacts == 0 || i.Counts.Accepted != 1 {
		t.Fatalf("%+v, %v", i.Counts, err)
	}
	risks, err := c.RiskFactors(t.Context(), fatimah.ID)
	if err != nil || len(risks.Data) == 0 || risks.Data[0].Code != "hypertension_3" {
		t.Errorf("%+v, %v", risks, err)
	}
	if all := people(t, c); len(all) != 1 || all["Fatimah Zahra"].NIK == "" {
		t.Errorf("%+v", all)
	}
}

// TestNewbornIsNotDropped: a row whose baby has the NIK of another baby is to
// decide, with the mother; no person of the row is taken before.
func TestNewbornIsNotDropped(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := november(t, s, "koordinator.tanah-habang")
	sample.Take(t, c, caseFile(t, "postpartum", "39_nifas_1.csv"))
	rangga := people(t, c)["Rangga Pratama"]
	i := sample.Take(t, c, caseFile(t, "postpartum", "39_nifas_2.csv"))
	if n := i.Counts; n.ToDecide != 1 || n.NewPatients+n.NewFacts != 0 {
		t.Fatalf("%+v", n)
	}
	rows := rowsToDecide(t, c, i.ID)
	if q := rows[0].Issues[len(rows[0].Issues)-1]; q.Code != "nik_of_registered_person" || q.Field != "nik_bayi" ||
		q.PatientID != rangga.ID {
		t.Errorf("%+v", q)
	}
	done, err := c.DecideImportRow(t.Context(), i.ID, rows[0].Number, i.Version,
		homecare.DecideRow{Take: "as_new", WithoutNIK: true, Reason: "NIK bayi belum ada"})
	if err != nil || done.Counts.NewPatients != 2 {
		t.Fatalf("%+v, %v", done.Counts, err)
	}
	all := people(t, c)
	zidan := all["Zidan Alfatih"]
	risks, err := c.RiskFactors(t.Context(), zidan.ID)
	if err != nil || all["Ibu Dua"].NIK == "" || zidan.NIK != "" || zidan.BirthDate != "2026-11-10" ||
		len(risks.Data) == 0 || risks.Data[0].Code != "birth_weight_very_low" {
		t.Errorf("%+v %+v, %v", zidan, risks, err)
	}
}

// TestDraggedNIK: nobody gets the facts of several names.
func TestDraggedNIK(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := november(t, s, "koordinator.tanah-habang")
	text := "tanggal;nik;nama;desa_nama;diagnosa;sistol;diastol\n"
	for _, name := range []string{"Fatimah Zahra", "Imah", "Rusmini", "Siti Rahmah", "Siti Aminah"} {
		text += "05/11/2026;6311015405729375;" + name + ";Panaitan;I10;190;115\n"
	}
	i := sample.Take(t, c, homecare.NewImport{Source: "ptm", FileName: "seret.csv", File: []byte(text)})
	if n := i.Counts; n.ToDecide != 5 || n.NewPatients+n.NewFacts != 0 || len(rowsToDecide(t, c, i.ID)) != 5 {
		t.Fatalf("%+v", n)
	}
	// One of them may have it; the next cannot.
	rows := rowsToDecide(t, c, i.ID)
	i, err := c.DecideImportRow(t.Context(), i.ID, rows[0].Number, i.Version,
		homecare.DecideRow{Take: "as_new", Reason: "sesuai KTP"})
	if err != nil || i.Counts.NewPatients != 1 {
		t.Fatalf("%+v, %v", i.Counts, err)
	}
	_, err = c.DecideImportRow(t.Context(), i.ID, rows[1].Number, i.Version,
		homecare.DecideRow{Take: "as_new", Reason: "sesuai KTP"})
	sample.Problem(t, err, 409, "patient.nik_taken")
	_, err = c.DecideImportRow(t.Context(), i.ID, rows[1].Number, i.Version,
		homecare.DecideRow{Take: "as_new", WithoutNIK: true, Reason: "belum ada NIK"})
	imah := people(t, c)["Imah"]
	if err != nil || imah.BirthDate != "" || imah.Sex != "unknown" || !imah.Weak {
		t.Errorf("what only the NIK told is kept: %+v, %v", imah, err)
	}
}
