package patient

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// ErrIdentifies refuses a text for Dinkes that identifies a patient. The fields
// name what was found by kind and never repeat it.
var ErrIdentifies = fault.Define(fault.Invalid, "text.identifies_person",
	"Teks ini dibaca Dinas Kesehatan dan tidak boleh menunjukkan siapa pasiennya. Hapus bagian yang ditandai, lalu kirim lagi.",
	"This text is read by Dinkes and must not show who a patient is. Remove what is marked and send again.").
	Hint("errors names each text and what it shows")

var foundTexts = map[string]fault.Text{
	"nik": {ID: "Ada nomor 16 angka seperti NIK atau nomor KK. Hapus nomor itu.",
		EN: "It holds a number of 16 digits like a NIK or a family card. Remove it."},
	"bpjs_card": {ID: "Ada nomor 13 angka seperti nomor kartu BPJS. Hapus nomor itu.",
		EN: "It holds a number of 13 digits like a BPJS card. Remove it."},
	"phone": {ID: "Ada nomor telepon. Hapus nomor itu.", EN: "It holds a phone number. Remove it."},
	"patient_name": {ID: "Ada nama pasien puskesmas ini. Hapus namanya.",
		EN: "It holds the name of a patient of this puskesmas. Remove it."},
}

// Text is one text that Dinkes will read, and its field.
type Text struct{ Pointer, Text string }

// AnonymousIn searches texts of a puskesmas for anything in the form of a NIK,
// a family card, a BPJS card or a mobile number, and for the names of its
// patients (by an index, never by reading all patients). Names of its staff, of
// villages and of the puskesmas are not patients. Error: ErrIdentifies.
func AnonymousIn(tx pg.Tx, texts ...Text) error {
	var fields []fault.Field
	for _, t := range texts {
		text := bare(t.Text)
		kinds := numbersIn(text)
		named, err := namesPatient(tx, text)
		if err != nil {
			return err
		}
		if named {
			kinds = append(kinds, "patient_name")
		}
		fields = append(fields, t.found(kinds...)...)
	}
	if fields == nil {
		return nil
	}
	return ErrIdentifies.At(fields...)
}

// AnonymousAt is AnonymousIn for a text of Dinkes about a puskesmas. Dinkes's
// role cannot read patients, so the worker's role runs the query. Error:
// ErrIdentifies.
func AnonymousAt(ctx context.Context, db *pg.DB, puskesmas int16, texts ...Text) error {
	_, err := pg.SystemFor(ctx, db, "text for Dinkes", puskesmas, func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, AnonymousIn(tx, texts...)
	})
	return err
}

func (t Text) found(kinds ...string) (fields []fault.Field) {
	for _, k := range kinds {
		fields = append(fields, fault.Field{Pointer: t.Pointer, Code: k, Text: foundTexts[k]})
	}
	return fields
}

// adorned are joiners, variation selectors and keycaps, which do not separate
// digits, or words outside Arabic script.
var adorned = regexp.MustCompile(`([^\p{Arabic}])[\x{200C}\x{200D}\x{20E3}\x{FE00}-\x{FE0F}]+`)

// bare is a text in the form in which it is searched: look-alike characters are
// the same (SOURCE: UAX 15, NFKC), and invisible characters are removed.
func bare(text string) string {
	return adorned.ReplaceAllString(norm.NFKC.String(text), "$1")
}

// digits are digits of any script, with blanks, dashes and other marks between
// them; (0812) 345 too. Commas and colons separate numbers.
var digits = regexp.MustCompile(`\p{Nd}+(?:[\s\p{Z}\p{Pd}−_./()]{1,3}\p{Nd}+)*`)

// maxGroups is the largest number of groups into which people split a NIK or a
// card, except digit by digit. Sequences of dates and times have more.
const maxGroups = 5

// numbersIn returns the kinds of numbers in a bare text: nik, bpjs_card, phone.
func numbersIn(text string) (kinds []string) {
	var nik, card, phone bool
	for _, run := range digits.FindAllString(text, -1) {
		groups := strings.FieldsFunc(run, func(r rune) bool { return !unicode.IsDigit(r) })
		for i := range groups {
			first, joined, single := ascii(groups[i]), "", true
			for n, g := range groups[i:] {
				joined += ascii(g)
				single = single && utf8.RuneCountInString(g) == 1
				if len(joined) > 16 {
					break
				}
				if single {
					first = joined
				}
				whole, few, calls := n == 0, single || n < maxGroups, mobile(first, joined)
				nik = nik || len(joined) == 16 && (whole || few && likeNIK(joined))
				card = card || len(joined) == 13 && !calls && (whole || few && likeCard(first))
				phone = phone || calls
			}
		}
	}
	for _, k := range []struct {
		kind  string
		found bool
	}{{"nik", nik}, {"bpjs_card", card}, {"phone", phone}} {
		if k.found {
			kinds = append(kinds, k.kind)
		}
	}
	return kinds
}

// ascii writes digits of any script as 0 to 9. SOURCE: Unicode puts the ten
// digits of a script in one row, beginning with zero.
func ascii(figures string) string {
	var b strings.Builder
	for _, r := range figures {
		zero := r
		for r-zero < 9 && unicode.IsDigit(zero-1) {
			zero--
		}
		b.WriteByte(byte('0' + r - zero))
	}
	return b.String()
}

// likeNIK says whether 16 digits in groups have a province, a day (of a woman
// plus 40) and a month. Most other tables of digits do not.
func likeNIK(n string) bool {
	province, day, month := n[:2], n[6:8], n[8:10]
	return province >= "11" && province <= "97" && (day >= "01" && day <= "31" || day >= "41" && day <= "71") &&
		month >= "01" && month <= "12"
}

// likeCard says whether a number in groups begins like a BPJS card. Money is
// written in groups of three.
func likeCard(first string) bool { return len(first) >= 4 && first[:3] == "000" }

// mobile says whether joined is an Indonesian mobile number that begins with
// the group first: 08… or 628…. Times such as 08.15 are not.
func mobile(first, joined string) bool {
	switch {
	case len(first) >= 4 && first[:2] == "08" && first[2] != '0':
		return len(joined) >= 10 && len(joined) <= 13
	case strings.HasPrefix(first, "62") && strings.HasPrefix(joined, "628") && (first == "62" || len(first) >= 5):
		return len(joined) >= 11 && len(joined) <= 14
	}
	return false
}

// address are the forms of address and the words that precede a person's name
// in Indonesian texts.
var address = []string{`h`, `hj`, `haji`, `hajjah`, `tn`, `tuan`, `ny`, `nyonya`, `nn`, `nona`, `bp`, `bpk`, `bapak`,
	`pak`, `ibu`, `bu`, `sdr`, `saudara`,
	`sdri`, `saudari`, `kakek`, `kek`, `nenek`, `nek`, `mbah`, `kai`, `nini`, `julak`, `paman`, `acil`, `kakak`, `kak`,
	`adik`, `dik`, `anak`, `an`, `bayi`,
	`by`, `alm`, `almh`, `almarhum`, `almarhumah`, `pasien`, `a\. ?n`, `atas nama`, `bernama`}

// called matches a person named by one word after forms of address. One word
// alone is too often an ordinary word; so is a short one.
var called = regexp.MustCompile(`(?:\b(?i:` + strings.Join(address, "|") +
	`)\b[^\p{L}\p{N}]{0,3})+(\p{Lu}[\p{L}'’]{5,})`)

const longestName = 6 // words

// namesIn are the parts of a bare text that could be a patient's name, each once: two
// to six words in sequence, or one word matched by called.
func namesIn(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("'’`", r)
	})
	seen := map[string]bool{}
	for i := range words {
		whole := 0 // words that are not initials
		for n, w := range words[i:min(len(words), i+longestName)] {
			if utf8.RuneCountInString(w) >= 3 {
				whole++
			}
			if n > 0 && whole >= 2 {
				seen[strings.ToLower(strings.Join(words[i:i+n+1], " "))] = true
			}
		}
	}
	for _, m := range called.FindAllStringSubmatch(text, -1) {
		seen[strings.ToLower(m[1])] = true
	}
	var out []string
	for s := range seen {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func namesPatient(tx pg.Tx, text string) (bool, error) {
	names := namesIn(text)
	if len(names) == 0 {
		return false, nil
	}
	type hit struct{ Name string }
	// The limit makes it one index lookup per name.
	hits, err := pg.Rows[hit](tx, `select g as name from unnest($1::text[]) g
		cross join lateral (select from patient p where p.name_plain = plain_name(g) limit 1) x`, names)
	if err != nil || len(hits) == 0 {
		return false, err
	}
	found := make([]string, len(hits))
	for i, h := range hits {
		found[i] = h.Name
	}
	return pg.Scalar[bool](tx, `with others as (select plain_name(name) as name
		from staff_of_puskesmas() where role <> 'integrator' union all select plain_name(name) from village
			union all select plain_name(name) from puskesmas union all select plain_name(district_name) from puskesmas)
		select exists (select from unnest($1::text[]) g where not exists (select from others o
			where strpos(' ' || o.name || ' ', ' ' || plain_name(g) || ' ') > 0))`, found)
}
