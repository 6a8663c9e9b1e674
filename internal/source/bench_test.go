package source

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const benchRows = 10_000

func benchRecord(i int) []string {
	return []string{
		fmt.Sprintf("%02d/%02d/2026", 1+i%28, 1+i%9), fmt.Sprintf("63110501%02d80%04d", 1+i%12, 1+i%9000),
		fmt.Sprintf("Siti Aminah %c%c%c", 'A'+i%26, 'A'+i/26%26, 'A'+i/676%26),
		fmt.Sprintf("01/%02d/1980", 1+i%12), "L", "", fmt.Sprintf("%013d", i), "0840-3064-8219", "Gg. Amanah", "004",
		"002", "",
		[]string{"Panaitan", "Lampehong Selatan", "Tanah Habang Kiri"}[i%3], "I10", "Lama", "177", "101", "106", "",
		"247", "", "8,9", "57,2", "160", "77,5",
	}
}

var benchHeader = strings.Fields("tanggal nik nama tanggal_lahir jenis_kelamin no_kk no_bpjs no_hp alamat rt rw desa_kode desa_nama diagnosa kunjungan_baru_lama " +
	"sistol diastol gds gdp kolesterol trigliserida asam_urat berat_kg tinggi_cm lingkar_perut_cm")

func benchRead(b *testing.B, data []byte) {
	b.Helper()
	req := Request{Source: PTM, Data: data, AsOf: asOf, Area: area(b)}
	b.ReportAllocs()
	for b.Loop() {
		f, err := Read(b.Context(), req)
		if err != nil || len(f.Rows) != benchRows || f.Rows[7].Verdict != Accepted {
			b.Fatalf("%v", err)
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCSV(b *testing.B) {
	var text strings.Builder
	text.WriteString(strings.Join(benchHeader, ";") + "\n")
	for i := range benchRows {
		text.WriteString(strings.Join(benchRecord(i), ";") + "\n")
	}
	benchRead(b, []byte(text.String()))
}

func BenchmarkXLSX(b *testing.B) {
	x := excelize.NewFile()
	w, err := x.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	put := func(n int, cells []string) {
		row := make([]any, len(cells))
		for i, c := range cells {
			row[i] = c
		}
		if err := w.SetRow(fmt.Sprintf("A%d", n), row); err != nil {
			b.Fatal(err)
		}
	}
	put(1, benchHeader)
	for i := range benchRows {
		put(i+2, benchRecord(i))
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	var buf bytes.Buffer
	if err := x.Write(&buf); err != nil {
		b.Fatal(err)
	}
	benchRead(b, buf.Bytes())
}

func BenchmarkCompare(b *testing.B) {
	p := Person{Name: "Hj. Siti Aminah", BirthDate: today(asOf).AddDate(-60, 0, 0), Sex: "female",
		Village: "6311052001"}
	q := p
	q.Name = "Siti Amniah"
	for b.Loop() {
		if Compare(p, q).Kind != MisspelledName {
			b.Fatal("other kind")
		}
	}
}
