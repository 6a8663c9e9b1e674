package paper

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const long = "Pelayanan-kesehatan-di-rumah yang berkesinambungan dan komprehensif bagi individu dan keluarga di tempat tinggal mereka. "

// overlong fills every paper with more than it was made for.
func overlong() map[string]document {
	many := func(n int, s string) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = s
		}
		return out
	}
	name := "Prof. Dr. dr. H. Muhammad Abdurrahman Wahiduddin Syamsuddin Noor Al-Banjari, Sp.PD-KEMD, M.Kes., FINASIM"
	word := strings.Repeat("Tanpaspasi", 30)
	a := assignment()
	a.Letterhead.Address = strings.Repeat("Jalan Jenderal Basuki Rahmat ", 10)
	a.LegalBasis = many(12, strings.Repeat(long, 2))
	a.Purpose = strings.Repeat(long, 8) + word
	a.Villages = many(14, "Desa "+name)
	for range 45 {
		a.Members = append(a.Members, Member{name, "19850101 201001 1 001", "Pembina Utama Muda (IV/c)",
			"Dokter Pendidik Klinis Ahli Utama", "Dokter spesialis penyakit dalam"})
	}
	a.Signer.Name = name
	a.Number = strings.Repeat("400.7/015/", 20)
	r := refusal()
	r.Signer.Name, r.Signer.Address, r.Patient.Name = name, strings.Repeat(long, 3), word
	r.Reason, r.Refused, r.Explanation.Risk = strings.Repeat(long, 30), word, strings.Repeat(long, 12)
	r.Witness.Name, r.Officer.Name = name, word
	f := referral()
	f.Anamnesis, f.Therapy, f.Hospital = strings.Repeat(long, 60), word+word, strings.Repeat(long, 2)
	n := anamnesis()
	n.CurrentDrugs, n.Note.Plan = many(80, long), strings.Repeat(long, 60)
	c := activity()
	c.Results, c.LegalBasis, c.Head.Name = strings.Repeat(long, 90), many(30, long), name
	m := monthly(60)
	wide := Section{Title: "C. Kesakitan menurut golongan umur " + long,
		Columns: many(30, "Kasus baru laki-laki 5–9 tahun")}
	for range 30 {
		row := Row{Code: "E11.5", Label: strings.Repeat(long, 2), Values: make([]int64, 30)}
		for i := range row.Values {
			row.Values[i] = 987654321
		}
		wide.Rows = append(wide.Rows, row)
	}
	wide.Rows[3].Label = strings.Repeat(long, 80) // higher than a page
	m.Sections = append(m.Sections, wide)
	return map[string]document{"assignment": a, "refusal": r, "referral": f, "anamnesis": n, "activity": c,
		"monthly": m}
}

func normal() map[string]document {
	return map[string]document{"assignment": assignment(), "refusal": refusal(), "referral": referral(),
		"anamnesis": anamnesis(), "activity": activity(), "monthly": monthly(20)}
}

func empty() map[string]document {
	i := issue("")
	i.Place, i.Date, i.Letterhead.Contact = "", "", ""
	return map[string]document{"assignment": AssignmentLetter{Issue: i},
		"refusal":  RefusalLetter{Issue: i, ClauseVersion: CurrentRefusalClauses},
		"referral": ReferralLetter{Issue: i}, "anamnesis": AnamnesisSheet{Issue: i},
		"activity": ActivityReport{Issue: i}, "monthly": MonthlyReport{Issue: i}}
}

// TestPreview writes all papers into the folder that PAPER_PREVIEW names, to be
// looked at by eye: PAPER_PREVIEW=/tmp/papers go test -run Preview .
func TestPreview(t *testing.T) {
	dir := os.Getenv("PAPER_PREVIEW")
	if dir == "" {
		t.Skip("PAPER_PREVIEW names no folder")
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for kind, set := range map[string]map[string]document{"normal": normal(), "empty": empty(),
		"overlong": overlong()} {
		for name, d := range set {
			write(kind+"_"+name+".pdf", render(t, d))
		}
	}
	e := refusal()
	e.Lang, e.Letterhead.Logo = English, logo(t)
	write("english_refusal.pdf", render(t, e))
}
