//go:build sabotage

package int4

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// file is one file: how it is made and the class that refuses it; "" for an
// honest one.
type file struct {
	name, source, want string
	make               func() []byte
	control            bool // shows in seconds that a reader without limits breaks
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
			part{"xl/worksheets/sheet1.xml", all(text(`<worksheet><sheetData>`+row1+row2), rows, text(`</sheetData></worksheet>`))})
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
		if w, err := z.Create(p.name); err == nil { // a bytes.Buffer takes everything
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

// lying changes the sizes that the directory of a workbook claims.
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

// honest is a list of 50,000 rows of 20 columns, every text inline.
func honest(w io.Writer) {
	names := []string{"no_rm", "nama", "nik", "tanggal_lahir", "jenis_kelamin", "no_kk", "no_bpjs", "no_hp", "alamat", "rt", "rw", "desa_nama",
		"agama", "pendidikan", "pekerjaan", "status_kawin", "nama_kk", "nama_ayah", "nama_ibu", "cara_bayar"}
	for n := range 50_001 {
		fmt.Fprintf(w, `<row r="%d">`, n+1)
		for j, name := range names {
			v := name
			if n > 0 {
				switch name {
				case "nama", "nama_kk", "nama_ayah", "nama_ibu":
					v = fmt.Sprintf("Siti Aminah %d", n)
				case "nik":
					v = fmt.Sprintf("63110501%02d80%04d", 1+n%12, 1+n%9000)
				case "tanggal_lahir":
					v = fmt.Sprintf("01/%02d/1980", 1+n%12)
				case "jenis_kelamin":
					v = "L"
				case "no_rm", "rt", "rw":
					v = fmt.Sprint(n)
				default:
					v = fmt.Sprintf("%s %d", name[:4], n)
				}
			}
			fmt.Fprintf(w, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+j, n+1, v)
		}
		_, _ = io.WriteString(w, `</row>`)
	}
}
