package source

import (
	"testing"
	"time"
)

// TestBornByAge: the birth date estimated from an age gives the same age.
func TestBornByAge(t *testing.T) {
	at := time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC)
	spring := time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		text string
		at   time.Time
		want string
	}{
		{"67", at, "1959-07-01"}, {"67 thn", at, "1959-07-01"}, {"67th", at, "1959-07-01"},
		{"67", spring, "1958-07-01"}, {"67 thn 3 bln", at, "1959-08-01"},
		{"8 bln", at, "2026-03-01"}, {"8 bulan", spring, "2025-06-01"}, {"1958", at, "1958-07-01"},
		{"0", at, "2026-07-01"}, {"0 bln", at, "2026-11-01"},
		{"67.5", at, ""}, {"± 70", at, ""}, {"70-an", at, ""}, {"150", at, ""}, {"2030", at, ""}, {"1850", at, ""},
		{"thn", at, ""},
	} {
		born, ok := bornByAge(c.text, c.at)
		if got := born.Format(time.DateOnly); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s: %s %v, want %s", c.text, got, ok, c.want)
		}
	}
}

// TestEstimated: an estimate is flagged, weak, and no evidence that two persons
// are one.
func TestEstimated(t *testing.T) {
	f, err := readText(t, PTM,
		"tanggal;nama;umur;jenis_kelamin;desa_nama;diagnosa\n05/10/2026;Siti;67;P;Panaitan;I10\n05/10/2026;Rina;70-an;P;Panaitan;I10\n")
	if err != nil {
		t.Fatal(err)
	}
	p := f.Rows[0].Person
	if !p.BirthEstimated || p.BirthDate.Format(time.DateOnly) != "1959-07-01" || !p.Weak || len(Keys(p)) != 0 {
		t.Errorf("%+v %v", p, Keys(p))
	}
	if l := Compare(p, Person{Name: "Siti", BirthDate: p.BirthDate, Village: p.Village}); l.AutoOK || l.ProposalOK {
		t.Errorf("%+v", l)
	}
	if r := f.Rows[1]; r.Verdict != Accepted || !r.Person.BirthDate.IsZero() ||
		issues(r.Warnings)[0] != "age_unread:umur" {
		t.Errorf("%+v", r)
	}
}
