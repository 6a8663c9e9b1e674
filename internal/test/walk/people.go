package walk

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// person is invented: the NIK's district is real, its serial starts at 9001,
// and the phone prefix belongs to no operator.
type person struct {
	name, nik, kk, card, phone, sex string // sex L or P
	birth                           time.Time
	village                         string // name as in a file
	sbp, dbp                        int
	glucose                         int
	dependency                      string // Barthel score
	id                              string // patient, once known
}

var given = []string{"Aminah", "Jumberi", "Rusmini", "Bahran", "Masitah", "Hamdani", "Noor", "Fahriah"}

var family = []string{"Anshari", "Basuki", "Darmawi", "Fitriani", "Gazali", "Hasanah", "Ilmi", "Jannah", "Kaspul",
	"Lestari", "Mahrita", "Norlaila"}

// villages served by the two puskesmas, spelt as in their files.
var villages = map[string]string{"kupinang": "Tanah Habang Kanan", "homecare_sanggam": "Uren"}

// invent makes the people of a month: the same for the same programme and
// month, and others for any other.
func invent(programme, month string) []person {
	h := fnv.New32a()
	_, _ = h.Write([]byte(programme))
	at, _ := time.Parse("2006-01", month)
	n := (at.Year()-2020)*12 + int(at.Month())
	base := int(h.Sum32() % 500)
	out := make([]person, len(given))
	for i := range out {
		birth := time.Date(1940+i*3+n%7, time.Month(1+(n+i)%12), 1+(n*7+i*3+base)%27, 0, 0, 0, 0, time.UTC)
		sex, day := "P", birth.Day()+40
		if i%2 == 1 {
			sex, day = "L", birth.Day()
		}
		serial := 9001 + (base+n*len(given)+i)%990
		out[i] = person{
			name: given[i] + " " + family[(n+i+base)%len(family)] + " " + roman(n%100+i), sex: sex, birth: birth,
			nik:     fmt.Sprintf("631105%02d%02d%02d%04d", day, birth.Month(), birth.Year()%100, serial),
			kk:      fmt.Sprintf("63110501%02d20%04d", 1+i, serial),
			card:    fmt.Sprintf("0009%03d%03d%03d", base%1000, n%1000, i),
			phone:   fmt.Sprintf("0840%04d%04d", base%10000, (n*10+i)%10000),
			village: villages[programme], sbp: 185 - 7*i, dbp: 112 - 4*i, glucose: 260 - 20*i,
		}
		if i < 4 {
			out[i].dependency = fmt.Sprint(4 + 2*i)
		}
	}
	return out
}

// roman distinguishes names without digits, which a name does not have.
func roman(n int) string {
	var b strings.Builder
	for _, r := range []struct {
		v int
		s string
	}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= r.v {
			b.WriteString(r.s)
			n -= r.v
		}
	}
	return b.String()
}

const ptmHeader = "tanggal;nik;nama;tanggal_lahir;jenis_kelamin;no_kk;no_bpjs;no_hp;alamat;rt;rw;desa_kode;desa_nama;diagnosa;kunjungan_baru_lama;sistol;diastol;gds;gdp;kolesterol;trigliserida;asam_urat;berat_kg;tinggi_cm;lingkar_perut_cm;merokok;paparan_asap;kurang_aktivitas;kurang_sayur_buah;gula_lebih;garam_lebih;lemak_lebih;alkohol;riwayat_ht;riwayat_dm;status_disabilitas;skor_puma;skor_barthel;tingkat_ketergantungan\r\n"

// ptmFile is the month's PTM export in the layout of the samples: every person,
// and one row whose NIK lost digits in a spreadsheet.
func ptmFile(people []person, day time.Time) []byte {
	return fmt.Appendf(ptmRows(people, day),
		"%s;6.31105E+15;Tanpa Angka;01/01/1960;L;;;;Jl. Usaha Tani;001;001;;%s;I10;Lama;140;90;;;;;;;;;Tidak;Ya;Tidak;Ya;Tidak;Ya;Tidak;Tidak;Ya;Tidak;Tidak;;;\r\n",
		day.Format("02/01/2006"), people[0].village)
}

// ptmRows is a PTM export of these people.
func ptmRows(people []person, day time.Time) []byte {
	var b strings.Builder
	b.WriteString(ptmHeader)
	for _, p := range people {
		fmt.Fprintf(&b,
			"%s;%s;%s;%s;%s;%s;%s;%s;Jl. Usaha Tani;001;001;;%s;I10;Lama;%d;%d;%d;;;;;58,5;155;88;Tidak;Ya;Tidak;Ya;Tidak;Ya;Tidak;Tidak;Ya;Tidak;Tidak;;%s;\r\n",
			day.Format("02/01/2006"), p.nik, p.name, p.birth.Format("02/01/2006"), p.sex, p.kk, p.card, p.phone,
			p.village, p.sbp, p.dbp, p.glucose, p.dependency)
	}
	return []byte(b.String())
}

const pcareHeader = `"nik","nama","tanggal_lahir","jenis_kelamin","no_kk","no_bpjs","no_hp","alamat","rt","rw","desa_kode","desa_nama","hubungan_keluarga","gol_darah","prolanis","prb","status_aktif","faskes_kode","faskes_nama","kelas","jenis_peserta","tunggakan"` + "\r\n"

// pcareFile is the P-Care members' export: half of the same people, so that
// two sources name them.
func pcareFile(people []person) []byte {
	var b strings.Builder
	b.WriteString(pcareHeader)
	for _, p := range people[:len(people)/2] {
		fmt.Fprintf(&b,
			`"%s","%s","%s","%s","%s","%s","","Jl. Usaha Tani","001","001","","%s","PESERTA","","PROLANIS HT","","AKTIF","03820003","TANAH HABANG","KELAS III","PBI (APBN)",""`+"\r\n",
			p.nik, strings.ToUpper(p.name), p.birth.Format("02-01-2006"), p.sex, p.kk, p.card, p.village)
	}
	return []byte(b.String())
}
