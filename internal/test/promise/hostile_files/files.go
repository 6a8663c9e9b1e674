//go:build sabotage

package hostile_files

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// file is one file: how it is made and the class that refuses it; "" for a
// valid one.
type file struct {
	name, source, want string
	make               func() []byte
	control            bool // shows within seconds that a reader without limits fails
}

func text(s string) func(io.Writer) {
	return func(w io.Writer) { _, _ = io.WriteString(w, s) }
}

// times writes s n times.
func times(s string, n int) func(io.Writer) {
	return func(w io.Writer) {
		block := strings.Repeat(s, max(1, (64<<10)/len(s)))
		per, left := len(block)/len(s), n
		for ; left >= per; left -= per {
			_, _ = io.WriteString(w, block)
		}
		_, _ = io.WriteString(w, strings.Repeat(s, left))
	}
}

func all(list ...func(io.Writer)) func(io.Writer) {
	return func(w io.Writer) {
		for _, f := range list {
			f(w)
		}
	}
}

func numbered(format string, from, n int) func(io.Writer) {
	return func(w io.Writer) {
		for i := range n {
			_, _ = io.WriteString(w, strings.ReplaceAll(format, "#", fmt.Sprint(from+i)))
		}
	}
}

const (
	parts = `<workbook xmlns:r="r"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`
	rels  = `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	row1 = `<row r="1"><c r="A1" t="inlineStr"><is><t>TANGGAL</t></is></c><c r="B1" t="inlineStr"><is><t>NAMA</t></is></c><c r="C1" t="inlineStr"><is><t>DIAGNOSA</t></is></c></row>`
	row2 = `<row r="2"><c r="A2" t="inlineStr"><is><t>01/10/2026</t></is></c><c r="B2" t="inlineStr"><is><t>Siti</t></is></c></row>`
	head = "tanggal;nama;diagnosa\n"
)

// book is a workbook of one sheet and its shared strings.
func book(rows, shared func(io.Writer)) func() []byte {
	return func() []byte {
		return pack(part{"xl/workbook.xml", text(parts)}, part{"xl/_rels/workbook.xml.rels", text(rels)},
			part{"xl/sharedStrings.xml", all(text(`<sst>`), shared, text(`</sst>`))},
			part{"xl/worksheets/sheet1.xml", all(text(`<worksheet><sheetData>`+row1+row2), rows,
				text(`</sheetData></worksheet>`))})
	}
}

type part struct {
	name  string
	write func(io.Writer)
}

func pack(list ...part) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range list {
		if w, err := z.Create(p.name); err == nil { // a bytes.Buffer never fails
			p.write(w)
		}
	}
	_ = z.Close()
	return b.Bytes()
}

func csv(body func(io.Writer)) func() []byte {
	return func() []byte {
		var b bytes.Buffer
		b.WriteString(head)
		body(&b)
		return b.Bytes()
	}
}

func raw(write func(io.Writer)) func() []byte {
	return func() []byte {
		var b bytes.Buffer
		write(&b)
		return b.Bytes()
	}
}

func none(io.Writer) {}

// lying changes the sizes in the directory of a workbook.
func lying(size uint32) func() []byte {
	return func() []byte {
		b := book(times(`<row><c><v>1</v></c></row>`, 1000), none)()
		at := 0
		for {
			i := bytes.Index(b[at:], []byte("PK\x01\x02"))
			if i < 0 {
				return b
			}
			at += i + 4
			binary.LittleEndian.PutUint32(b[at+20:], size)
		}
	}
}

// honestRows is the number of people in the valid file.
const honestRows = 50_000

// honest is a list of the NCD programme with that many different people, with
// six readings each, in 20 columns, every text inline.
func honest(w io.Writer) {
	names := []string{"tanggal", "nik", "nama", "tanggal_lahir", "jenis_kelamin", "no_kk", "no_bpjs", "no_hp", "alamat",
		"rt", "rw", "desa_nama",
		"diagnosa", "kunjungan_baru_lama", "sistol", "diastol", "gds", "kolesterol", "berat_kg", "tinggi_cm"}
	for n := range honestRows + 1 {
		fmt.Fprintf(w, `<row r="%d">`, n+1)
		day, month, year := 1+n%28, 1+n/28%12, 1940+n/336%60
		for j, name := range names {
			v := name
			if n > 0 {
				switch name {
				case "tanggal":
					v = "01/10/2026"
				case "nama":
					v = "Siti " + word(n) + " " + word(n*7919)
				case "nik":
					v = fmt.Sprintf("631105%02d%02d%02d%04d", day, month, year%100, 1+n/20_160)
				case "tanggal_lahir":
					v = fmt.Sprintf("%02d/%02d/%d", day, month, year)
				case "jenis_kelamin":
					v = "L"
				case "no_kk":
					v = fmt.Sprintf("63110501012%05d", n/4)
				case "no_bpjs":
					v = fmt.Sprintf("%013d", n)
				case "no_hp":
					v = fmt.Sprintf("0812%08d", n)
				case "alamat", "rt", "rw":
					v = fmt.Sprint(n)
				case "desa_nama":
					v = "Tanah Habang Kiri"
				case "diagnosa":
					v = "I10"
				case "kunjungan_baru_lama":
					v = "Lama"
				default:
					least := map[string]int{"sistol": 110, "diastol": 70, "gds": 90, "kolesterol": 150, "berat_kg": 50,
						"tinggi_cm": 150}
					v = fmt.Sprint(least[name] + n%30)
				}
			}
			fmt.Fprintf(w, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+j, n+1, v)
		}
		_, _ = io.WriteString(w, `</row>`)
	}
}

// word is n as syllables, so that each person has a different name.
func word(n int) string {
	out := ""
	for range 4 {
		out += string("bdghjklmnprst"[n%13]) + string("aiu"[n/13%3])
		n /= 39
	}
	return out
}
