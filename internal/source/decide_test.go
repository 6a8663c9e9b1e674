package source

import (
	"fmt"
	"strings"
	"testing"
)

// TestToDecide: a row whose NIK may belong to another person is not taken, and
// no row is lost.
func TestToDecide(t *testing.T) {
	const ptm = "tanggal;nik;nama;tanggal_lahir;jenis_kelamin;desa_nama;diagnosa;sistol;diastol\n"
	const born = "nik_ibu;nama_ibu;tanggal_persalinan;jam_persalinan;cara_persalinan;nik_bayi;nama_bayi;jenis_kelamin_bayi;berat_lahir_g;desa_nama\n"
	row := func(name, birth, sex string) string {
		return "05/11/2025;6311015405729375;" + name + ";" + birth + ";" + sex + ";Panaitan;I10;150;90\n"
	}
	baby := func(mother, nik, name, sex, weight string) string {
		return mother + ";Rina;10/10/2026;10:00;Spontan;" + nik + ";" + name + ";" + sex + ";" + weight + ";Panaitan\n"
	}
	const ptm2 = "tanggal;nama;tanggal_lahir;no_kk;diagnosa;sistol;diastol\n"
	kk := func(name, card string) string { return "05/11/2025;" + name + ";01/07/1955;" + card + ";I10;150;90\n" }
	const ptm3 = "tanggal;nama;tanggal_lahir;no_bpjs;jenis_kelamin;desa_nama;diagnosa\n"
	of := func(sex, village string) string {
		return "05/11/2025;Noor Hidayah;01/07/1955;0009226583548;" + sex + ";" + village + ";I10\n"
	}
	const under = "nama;nik_ibu;nama_ibu;tanggal_lahir;jenis_kelamin;tanggal_periksa;berat_kg;tinggi_cm\n"
	child := func(name, mother, kg string) string {
		return name + ";" + mother + ";Ibu;20/10/2025;L;05/11/2025;" + kg + ";50\n"
	}
	const rina, nik = "6311034105959377", "6311031010269376"
	for _, c := range []struct {
		name, text string
		source     Code
		want       string
	}{
		{"a NIK dragged down", ptm + row("Fatimah Zahra", "14/05/1972", "P") + row("Imah", "14/05/1972", "P") +
			row("Rusmini", "", "") + row("Siti Rahmah", "", "") + row("Siti Aminah", "", ""), PTM,
			"to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik]"},
		{"a NIK over names that share a frequent word", ptm + row("Siti Rahmah", "", "") + row("Siti Aminah", "", ""),
			PTM, "to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik]"},
		{"one person under several names", ptm + row("Hj. Masniah", "", "") +
			strings.Replace(row("Masniah Rahmah", "", ""), "05/11", "06/11", 1), PTM, "accepted[] accepted[]"},
		{"a NIK over names that share a letter", ptm + row("Ahmad Kasim H", "", "") + row("Zulkifli Rahman H", "", ""),
			PTM,
			"to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik]"},
		{"a NIK over two short names", ptm + row("Ani", "", "") + row("Adi", "", ""), PTM,
			"to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik]"},
		{"a NIK over a short name and two longer ones", ptm + row("Siti", "", "") + row("Siti Aminah", "", "") +
			row("Siti Fatimah", "", ""), PTM,
			"to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik] to_decide[nik_of_another_person:nik]"},
		{"two of one name and birth date, of two families", ptm2 + kk("Siti Jamilah", "6311050101120001") +
			kk("Siti Jamilah", "6311050101120002"), PTM, "accepted[] accepted[]"},
		{"a man and a woman of one name, birth date and card", ptm3 + of("L", "Panaitan") + of("P", "Panaitan"), PTM,
			"accepted[] accepted[]"},
		{"one name, birth date and card in two villages", ptm3 + of("P", "Panaitan") + of("P", "Tanah Habang Kiri"),
			PTM, "accepted[] accepted[]"},
		{"one name, birth date and card twice", ptm3 + of("P", "Panaitan") + of("P", "Panaitan"), PTM,
			"accepted[] duplicate[]"},
		{"one of one family twice", ptm2 + kk("Siti Jamilah", "6311050101120001") +
			kk("Siti Jamilah", "6311050101120001"), PTM, "accepted[] duplicate[]"},
		{"babies of two mothers of one name", under + child("By. Ny. Siti", "6311034105959377", "3,1") +
			child("By. Ny. Siti", "6311034105969378", "3,1"), UnderFive, "accepted[] accepted[]"},
		{"twins by the weight of the day", under + child("By. Ny. Rina", rina, "3,1") + child("By. Ny. Rina", rina,
			"2,8"), UnderFive, "accepted[] accepted[]"},
		{"another birth date", ptm + row("Imah", "15/05/1972", "P"), PTM,
			"to_decide[nik_birthdate_mismatch:tanggal_lahir]"},
		{"another sex", ptm + row("Imah", "14/05/1972", "L"), PTM, "to_decide[nik_sex_mismatch:jenis_kelamin]"},
		{"a question and an error", ptm + strings.Replace(row("Imah", "14/05/1972", "L"), ";150;", ";1500;", 1), PTM,
			"rejected[nik_sex_mismatch:jenis_kelamin]"},
		{"a baby with the NIK of another", born + baby(rina, nik, "Rangga Pratama", "L", "3000") +
			strings.ReplaceAll(baby("6311034105969378", nik, "Zidan Alfatih", "L", "1400"), "Rina", "Dua"), Postpartum,
			"to_decide[nik_of_another_person:nik_bayi] to_decide[nik_of_another_person:nik_bayi]"},
		{"twins of one name by weight", born + baby(rina, "", "Bayi Ny. Rina", "L", "2100") +
			baby(rina, "", "Bayi Ny. Rina", "L", "1900"), Postpartum, "accepted[] accepted[]"},
		{"twins of one name by sex", born + baby(rina, "", "Bayi Ny. Rina", "L", "2100") +
			baby(rina, "", "Bayi Ny. Rina", "P", "2100"), Postpartum, "accepted[] accepted[]"},
		{"twins by birth order", born + baby(rina, "", "By. Ny. Rina I", "L", "2100") +
			baby(rina, "", "By. Ny. Rina II", "L", "2100"), Postpartum, "accepted[] accepted[]"},
		{"twins with one NIK", born + baby(rina, nik, "By. Ny. Rina I", "L", "2100") +
			baby(rina, nik, "By. Ny. Rina II", "L", "2100"), Postpartum,
			"to_decide[nik_of_another_person:nik_bayi] to_decide[nik_of_another_person:nik_bayi]"},
		{"one baby twice", born + baby(rina, "", "By. Ny. Rina", "L", "2100") + baby(rina, "", "By. Ny. Rina", "L",
			"2100"), Postpartum, "accepted[] duplicate[]"},
	} {
		f, err := readText(t, c.source, c.text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range f.Rows {
			got = append(got, string(r.Verdict)+strings.ReplaceAll(fmt.Sprint(issues(r.Questions)), " ", ","))
			if r.Verdict == ToDecide && len(r.Facts)+len(r.NewbornFacts) == 0 {
				t.Errorf("%s: row %d has lost its facts", c.name, r.Number)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, s, c.want)
		}
	}
}
