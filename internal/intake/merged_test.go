package intake_test

import (
	"fmt"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

// visitFile is a file of the NCD programme with these lines of NIK, name, birth
// date, BPJS card and phone.
func visitFile(name string, lines ...string) homecare.NewImport {
	text := "tanggal;nik;nama;tanggal_lahir;no_bpjs;no_hp;jenis_kelamin;desa_nama;diagnosa;sistol;diastol\n"
	for _, l := range lines {
		text += "01/10/2026;" + l + ";P;Tanah Habang Kiri;I10;150;90\n"
	}
	return homecare.NewImport{Source: "ptm", FileName: name, File: []byte(text)}
}

// TestMergedStaysKnown: values of the merged record still identify the person:
// in the next file, in a search, and among likely duplicates.
func TestMergedStaysKnown(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, head := november(t, s, "koordinator.tanah-habang"), november(t, s, "kepala.tanah-habang")
	ctx := t.Context()
	const (
		stays = ";Norlaila Wati;05/06/1961;0009226583548;0840-3064-8219"
		other = ";Lala;07/08/1962;%s;0840-3064-%s"
		named = "6311055411429034;Imah;14/11/1942;;0840-3064-8230"
	)
	twin := fmt.Sprintf(other, "0009226583555", "8220")
	sample.Take(t, c, visitFile("a.csv", stays, twin, named))
	before := people(t, c)
	survivor, from, byNIK := before["Norlaila Wati"], before["Lala"], before["Imah"]
	for _, p := range []homecare.Patient{from, byNIK} {
		if _, err := c.MergePatient(ctx, p.ID, p.Version, homecare.MergePatient{IntoID: survivor.ID,
			Reason: "orang yang sama"}); err != nil {
			t.Fatal(err)
		}
	}
	i := sample.Take(t, c, visitFile("b.csv", fmt.Sprintf(other, "0009226583555", "8299"),
		"6311055411429034;Imah;14/11/1942;;0840-3064-8233"))
	if n := i.Counts; n.Accepted != 2 || n.MatchedRows != 2 || n.NewPatients != 0 || n.ToDecide != 0 {
		t.Errorf("the next file: %+v", n)
	}
	if p := people(t, c); len(p) != 1 {
		t.Errorf("%d persons after it", len(p))
	}
	for name, q := range map[string]homecare.PatientSearch{"phone": {Phone: "0840-3064-8220"},
		"card": {BPJSCard: "0009226583555"}, "name": {Name: "lal"},
		"birth date": {BirthDate: "1962-08-07"}, "own name": {Name: "norl"}, "own phone": {Phone: "0840-3064-8219"},
		"NIK": {NIK: "6311055411429034"}} {
		if l, err := c.SearchPatients(ctx, q); err != nil || len(l.Data) != 1 || l.Data[0].ID != survivor.ID {
			t.Errorf("search by %s: %+v, %v", name, l.Data, err)
		}
	}
	// Another person's NIK takes precedence over a merged record without one.
	i = sample.Take(t, c, visitFile("c.csv", "6311054708620001;Lala;07/08/1962;0009226583555;0840-3064-8240"))
	if n := i.Counts; n.NewPatients != 1 {
		t.Errorf("another NIK with the card: %+v", n)
	}
	// After the merge is undone, each is found by its own values again.
	now, err := c.Patient(ctx, byNIK.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := head.UnmergePatient(ctx, byNIK.ID, now.Version, homecare.Why{Reason: "orang lain"}); err != nil {
		t.Fatal(err)
	}
	for id, q := range map[string]homecare.PatientSearch{byNIK.ID: {NIK: "6311055411429034"},
		survivor.ID: {Phone: "0840-3064-8220"}} {
		if l, err := c.SearchPatients(ctx, q); err != nil || len(l.Data) != 1 || l.Data[0].ID != id {
			t.Errorf("after the undoing: %+v, %v", l.Data, err)
		}
	}
	i = sample.Take(t, c, visitFile("d.csv", "6311055411429034;Imah;14/11/1942;;0840-3064-8235"))
	if n := i.Counts; n.MatchedRows != 1 || n.NewPatients != 0 || n.ToDecide != 0 {
		t.Errorf("the file after the undoing: %+v", n)
	}
}

// TestCardOfSeveral: a card by which two registered persons match a row raises a
// question.
func TestCardOfSeveral(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := november(t, s, "koordinator.tanah-habang")
	for range 2 {
		if _, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Rusmini", Sex: "female",
			BirthDate: "1960-02-01", BPJSCard: "0009226583548"}); err != nil {
			t.Fatal(err)
		}
	}
	i := sample.Take(t, c, visitFile("a.csv", ";Rusmini;01/02/1960;0009226583548;"))
	rows := rowsToDecide(t, c, i.ID)
	if len(rows) != 1 || i.Counts.Accepted != 0 || i.Counts.NewPatients != 0 {
		t.Fatalf("%+v", i.Counts)
	}
	q := rows[0].Issues[len(rows[0].Issues)-1]
	if q.Code != "card_of_several" || q.Level != "question" || q.Field != "no_bpjs" || q.PatientID == "" {
		t.Fatalf("%+v", q)
	}
	done, err := c.DecideImportRow(t.Context(), i.ID, rows[0].Number, i.Version, homecare.DecideRow{Take: "as_person",
		PatientID: q.PatientID, Reason: "sesuai KTP"})
	if err != nil || done.Counts.Accepted != 1 || done.Counts.NewPatients != 0 || done.Counts.NewFacts == 0 {
		t.Errorf("%+v, %v", done.Counts, err)
	}
}

// TestCardCopiedDown: a card in a whole column proposes no pair, and matches
// nobody with another name.
func TestCardCopiedDown(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := november(t, s, "koordinator.tanah-habang")
	var lines []string
	for i := range 40 {
		lines = append(lines, fmt.Sprintf(";%c%cilah %c%cani;31/12/1950;0009226583548;", 'A'+i%7, 'a'+i%26, 'K'+i/7,
			'u'-i/3))
	}
	if n := sample.Take(t, c, visitFile("a.csv", lines...)).Counts; n.NewPatients != 40 || n.LikelyDuplicates != 0 {
		t.Errorf("%+v", n)
	}
}

// TestPreviewTellsEstimates: a person who decides about a row sees that its birth
// date was calculated from an age.
func TestPreviewTellsEstimates(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := november(t, s, "koordinator.tanah-habang")
	i := sample.Take(t, c, homecare.NewImport{Source: "ptm", FileName: "umur.csv",
		File: []byte(
			"tanggal;nama;umur;jenis_kelamin;desa_nama;diagnosa\n01/10/2026;Rusmini;71;P;Tanah Habang Kiri;I10\n")})
	rows, err := c.ImportRows(t.Context(), i.ID, nil)
	if err != nil || len(rows.Data) != 1 || rows.Data[0].Person == nil || rows.Data[0].Person.BirthDate == "" ||
		!rows.Data[0].Person.BirthDateEstimated {
		t.Errorf("%+v, %v", rows.Data, err)
	}
}
