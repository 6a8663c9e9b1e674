package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"
)

// The people and places below are invented.

func issue(number string) Issue {
	head := BalanganLetterhead("UPTD Puskesmas Paringin",
		"Jl. Jenderal Basuki Rahmat RT 1 RW 1 No. 5, Kec. Paringin, Kabupaten Balangan, Kalimantan Selatan 71611")
	head.Contact = "Telepon (0526) 000000 · Surel puskesmas.paringin@contoh.go.id"
	return Issue{
		IssuedAt:     time.Date(2026, 11, 5, 9, 30, 0, 0, time.FixedZone("WITA", 8*3600)),
		Letterhead:   head,
		Number:       number,
		Place:        "Paringin",
		Date:         "2026-11-05",
		Verification: Verification{Code: "PRG-7K4M-Q2XD", URL: "https://homecare.example/verify/PRG-7K4M-Q2XD"},
	}
}

var kepala = Signatory{Position: "Kepala UPTD Puskesmas Paringin", Name: "dr. Siti Rahmah, M.Kes.",
	Rank: "Pembina (IV/a)", NIP: "19750312 200212 2 003"}
var nurse = Signatory{Position: "Koordinator Homecare", Name: "Ahmad Fauzi, S.Kep., Ns.", NIP: "19880721 201101 1 005"}

var legal = []string{
	"Peraturan Menteri Kesehatan Nomor 43 Tahun 2019 tentang Pusat Kesehatan Masyarakat",
	"Keputusan Bupati Balangan Nomor 188.45/312/Kum Tahun 2022 tentang Pembentukan Tim Homecare Sanggam Kabupaten Balangan",
	"SOP Pelayanan Homecare Sanggam Nomor 445/10/SOP/DinkesPPKB/BLG/2022",
}

func assignment() AssignmentLetter {
	return AssignmentLetter{
		Issue:      issue("400.7/015/ST/PKM-PRG/XI/2026"),
		LegalBasis: legal,
		Members: []Member{
			{"dr. Budi Santoso", "19850101 201001 1 001", "Penata (III/c)", "Dokter Ahli Pertama", "Dokter"},
			{"Ahmad Fauzi, S.Kep., Ns.", "19880721 201101 1 005", "Penata Muda Tk. I (III/b)", "Perawat Ahli Pertama",
				"Perawat"},
			{"Noor Hidayah, A.Md.Keb.", "19910214 201503 2 002", "Pengatur (II/c)", "Bidan Terampil", "Bidan"},
		},
		Purpose:      "Melaksanakan pelayanan kesehatan di rumah (Homecare Sanggam) bagi sasaran prioritas di wilayah kerja UPTD Puskesmas Paringin.",
		Villages:     []string{"Desa Balida", "Desa Layap", "Kelurahan Paringin Kota"},
		Period:       Period{"2026-11-09", "2026-11-13"},
		Vehicle:      "Puskesmas keliling roda empat, DA 1234 XX",
		Signer:       kepala,
		Distribution: []string{"Kepala Dinas Kesehatan, PPKB Kabupaten Balangan", "Arsip"},
	}
}

func somebody() Patient {
	return Patient{Name: "Hj. Mariatul Kiptiah", NIK: "6311064205500001", MedicalRecordNo: "PRG-004512",
		BirthDate: "1950-05-02", Sex: "P", Address: "Desa Balida RT 3, Kec. Paringin", Payer: "JKN PBI",
		InsuranceNo: "0001234567890"}
}

func refusal() RefusalLetter {
	age := 47
	return RefusalLetter{
		Issue: issue("400.7/021/SPM/PKM-PRG/XI/2026"),
		Signer: Declarant{"Rusdiansyah", "6311061708790002", &age, "L", "Desa Balida RT 3, Kec. Paringin", "Anak",
			"0812 0000 0000"},
		Patient: somebody(),
		Refused: "Kunjungan homecare lanjutan untuk perawatan luka dan pemantauan gula darah.",
		Reason:  "Keluarga memilih merawat sendiri di rumah anak di Banjarmasin.",
		Explanation: Explanation{"Ahmad Fauzi, S.Kep., Ns. (Perawat)",
			"Luka dapat memburuk dan terinfeksi; gula darah tidak terpantau.",
			"Luka terawat dan komplikasi terdeteksi dini.", "Kontrol rawat jalan di Puskesmas terdekat."},
		ClauseVersion: CurrentRefusalClauses,
		Witness:       Signatory{Name: "Hamdani"},
		Officer:       Signatory{Name: "Ahmad Fauzi, S.Kep., Ns.", NIP: "19880721 201101 1 005"},
	}
}

func referral() ReferralLetter {
	return ReferralLetter{
		Issue:    issue("400.7/033/RJK/PKM-PRG/XI/2026"),
		Hospital: "Dokter Spesialis Penyakit Dalam RSUD Datu Kandang Haji Balangan", Unit: "Poli Penyakit Dalam",
		Patient: somebody(), Urgency: "Segera",
		Anamnesis:  "Lemas sejak tiga hari, sering haus dan sering kencing pada malam hari. Luka di kaki kanan tidak kunjung sembuh sejak dua minggu.",
		Physical:   "TD 160/95 mmHg, nadi 92 kali/menit, suhu 37,8 °C, SpO₂ 97%. Ulkus pedis dekstra 3 × 2 cm, pus (+).",
		Supporting: "GDS 412 mg/dL",
		Diagnoses: []Diagnosis{{"E11.5", "Diabetes melitus tipe 2 dengan komplikasi sirkulasi perifer"},
			{"I10", "Hipertensi esensial"}},
		Therapy:   "Perawatan luka, metformin 500 mg 2 × 1, amlodipin 10 mg 1 × 1.",
		Purpose:   "Pemeriksaan dan tata laksana lanjut ulkus diabetikum.",
		Transport: "Ambulans Puskesmas", Remarks: "Didampingi anak.",
		Signer: Signatory{Position: "Dokter Pemeriksa", Name: "dr. Budi Santoso", NIP: "19850101 201001 1 001",
			LicenceNo: "503/012/SIP/2024"},
	}
}

func anamnesis() AnamnesisSheet {
	return AnamnesisSheet{
		Issue: issue("PRG-004512/K-3"), Patient: somebody(), VisitDate: "2026-11-05",
		Source: "PIS-PK, PRB", Reason: "Kunjungan terjadwal ke-3", ChiefComplaint: "Lemas dan luka di kaki kanan",
		PresentIllness: "Lemas sejak tiga hari; luka dua minggu.", PastIllness: "DM tipe 2 sejak 2012, hipertensi.",
		FamilyIllness: "Ibu DM.", Social: "Tinggal bersama anak.", Allergies: "Tidak ada",
		CurrentDrugs:     []string{"Metformin 500 mg 2 × 1", "Amlodipin 10 mg 1 × 1"},
		Function:         "Barthel 15 (ketergantungan ringan)",
		Vitals:           []Item{{"Tekanan darah", "160/95 mmHg"}, {"Nadi", "92 kali/menit"}, {"Suhu", "37,8 °C"}},
		Physical:         []Item{{"Kepala/leher", "Normal"}, {"Ekstremitas", "Ulkus pedis dekstra 3 × 2 cm"}},
		Laboratory:       []Item{{"Gula darah sewaktu", "412 mg/dL"}},
		NursingDiagnoses: []string{"Gangguan integritas kulit", "Ketidakstabilan kadar glukosa darah"},
		MedicalDiagnoses: []Diagnosis{{"E11.5", "Diabetes melitus tipe 2 dengan komplikasi sirkulasi perifer"}},
		Note: ProgressNote{"Mengeluh lemas", "Ulkus, pus (+)", "Belum teratasi", "Rujuk ke rumah sakit",
			"Jaga kebersihan luka", "Keluarga memahami"},
		Education: "Diet DM dan perawatan kaki", Consent: "Setuju, lisan", FollowUp: "Rujuk",
		NextVisit: "2026-11-12",
		Officer:   Signatory{Position: "Perawat", Name: "Ahmad Fauzi, S.Kep., Ns.", NIP: "19880721 201101 1 005"},
	}
}

func activity() ActivityReport {
	a := assignment()
	return ActivityReport{
		Issue: issue("400.7/040/LK/PKM-PRG/XI/2026"), Activity: "Kunjungan Homecare Sanggam", LegalBasis: legal,
		Period: a.Period, Villages: a.Villages, Purpose: "Memantau sasaran prioritas P1 dan P2.",
		Target:  "Lansia dan penyandang PTM",
		Members: a.Members, Results: "Dua puluh tiga sasaran dikunjungi; dua dirujuk.",
		Sections: []Section{{"Kunjungan per desa", false, []string{"Terjadwal", "Terlaksana"},
			[]Row{{"1", "Desa Balida", []int64{12, 11}}, {"2", "Desa Layap", []int64{14, 12}}}}},
		Obstacles: "Jalan ke RT 5 tergenang.", FollowUp: "Menjadwalkan ulang tiga sasaran.", Head: kepala,
		Coordinator: nurse,
	}
}

func monthly(rows int) MonthlyReport {
	m := MonthlyReport{
		Issue: issue("400.7/050/LB/PKM-PRG/XII/2026"), Title: "Laporan Bulanan Pelayanan Homecare Sanggam",
		Programme: "Homecare Sanggam", Month: "2026-11", Version: 2,
		Status:      "Dikirim ke Dinas Kesehatan, PPKB pada 3 Desember 2026",
		ArchiveHash: strings.Repeat("9f86d081", 8), LegalBasis: legal,
		Notes: []string{"Dua desa belum melapor.", "Angka P3 termasuk sasaran pindahan."}, Head: kepala,
		Coordinator:  nurse,
		Distribution: []string{"Kepala Dinas Kesehatan, PPKB Kabupaten Balangan"},
	}
	for i, title := range []string{"A. Sasaran per jenis layanan", "B. Kunjungan per desa"} {
		sec := Section{Title: title, Columns: []string{"Baru", "Lanjutan", "Lepas", "Total"}}
		for r := range rows {
			sec.Rows = append(sec.Rows, Row{Code: fmt.Sprintf("%c%d", 'A'+i, r+1),
				Label:  fmt.Sprintf("Pelayanan lanjut usia dengan kondisi tertentu, baris %d", r+1),
				Values: []int64{int64(r), 1234567, 0, int64(r) + 1234567}})
		}
		m.Sections = append(m.Sections, sec)
	}
	return m
}

// logo is a square with a disc, in PNG.
func logo(t testing.TB) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 80, 80))
	for x := range 80 {
		for y := range 80 {
			if (x-40)*(x-40)+(y-40)*(y-40) < 1600 {
				img.SetNRGBA(x, y, color.NRGBA{20, 110, 60, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
