package source

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// compareRows finds duplicate rows of one file, in file order (the first of
// equal rows is kept), and rows with one NIK and different names.
func compareRows(code Code, list []Row) {
	shareNIK(list)
	seen := map[string]int{}
	for i := range list {
		row := &list[i]
		if row.Verdict != Accepted && row.Verdict != ToDecide {
			continue
		}
		key := duplicateKey(code, row)
		if first, ok := seen[key]; ok && sameNames(&list[first], row) && !contradict(list[first].Person, row.Person) {
			row.Verdict, row.Of = Duplicate, list[first].Number
			row.Facts, row.NewbornFacts = nil, nil
			continue
		} else if !ok {
			seen[key] = i
		}
	}
}

// sameNames: the persons, and the newborns, of two rows have the same names.
// Where several people have the NIK, two rows with different spellings are not
// the same person.
func sameNames(a, b *Row) bool {
	shared := slices.ContainsFunc(b.Questions, func(i Issue) bool { return i.Class == NIKOfAnother })
	if others(a.Person, b.Person) || shared && a.Person.Name != b.Person.Name {
		return false
	}
	return a.Newborn == nil || b.Newborn == nil || !others(*a.Newborn, *b.Newborn)
}

// contradict: two rows differ in more than name and day, so they cannot be
// about one person. A common birth date (1 July, 31 December) is no evidence.
func contradict(a, b Person) bool {
	if a.NIK != "" && a.NIK == b.NIK {
		return false // shareNIK raises the question
	}
	differ := func(x, y string) bool { return x != "" && y != "" && x != y }
	return differ(string(a.Sex), string(b.Sex)) || differ(a.KK, b.KK) || differ(a.Village, b.Village) ||
		differ(string(a.MotherNIK), string(b.MotherNIK)) || otherWeight(a, b)
}

// holding is a row with a NIK, of its person or of its newborn.
type holding struct {
	row    *Row
	person *Person
	field  string
}

// shareNIK raises a question for every row whose NIK has another name in the
// same file: of a NIK copied down a column at most one row is right, and nobody
// knows which.
func shareNIK(list []Row) {
	holders := map[string][]holding{}
	for i := range list {
		row := &list[i]
		if row.Verdict != Accepted && row.Verdict != ToDecide {
			continue
		}
		field := "nik"
		if row.Newborn != nil {
			field = "nik_ibu"
			if nik := string(row.Newborn.NIK); nik != "" {
				holders[nik] = append(holders[nik], holding{row, row.Newborn, "nik_bayi"})
			}
		}
		if nik := string(row.Person.NIK); nik != "" {
			holders[nik] = append(holders[nik], holding{row, &row.Person, field})
		}
	}
	for _, all := range holders {
		if !severalIn(all) {
			continue
		}
		for _, h := range all {
			h.row.Verdict = ToDecide
			h.row.Questions = append(h.row.Questions, Issue{NIKOfAnother, h.field})
			if h.row != all[0].row {
				h.row.Of = all[0].row.Number
			}
		}
	}
}

// manyNames is the number of different names from which a NIK belongs to several
// people, whatever the names (our choice).
const manyNames = 8

// severalIn: two of the persons with one NIK are different people. It compares
// each pair, since a short name resembles several longer ones.
func severalIn(all []holding) bool {
	var names []*Person
	for _, h := range all {
		if slices.ContainsFunc(names, func(p *Person) bool {
			return p.Name == h.person.Name && p.BirthWeight == h.person.BirthWeight
		}) {
			continue
		}
		other := func(p *Person) bool { return others(*p, *h.person) }
		if len(names) == manyNames || slices.ContainsFunc(names, other) {
			return true
		}
		names = append(names, h.person)
	}
	return false
}

// others reports whether two persons with one NIK are two people: by name, or
// as newborns with different weights or birth order.
func others(a, b Person) bool {
	if newbornName(a.Name) || newbornName(b.Name) {
		x, y := nameWords(a.Name), nameWords(b.Name)
		return otherWeight(a, b) || newbornName(a.Name) && newbornName(b.Name) && len(x) > 0 && len(y) > 0 &&
			ordinal(x) != ordinal(y)
	}
	return anotherName(a.Name, b.Name)
}

// duplicateKey identifies a record of one source. Rows with the same key are
// duplicates.
func duplicateKey(code Code, row *Row) string {
	v := row.Value.Get
	join := func(parts ...string) string {
		for i, p := range parts {
			parts[i] = strings.ToUpper(strings.Join(strings.Fields(p), " "))
		}
		return strings.Join(parts, "\x1f")
	}
	whole := hex.EncodeToString(row.Hash[:])
	switch code {
	case PISPK:
		if v("no_urut") != "" {
			return join("survey", v("survei_id"), v("no_urut"))
		}
	case PCareVisits:
		return join("visit", v("no_kunjungan"))
	case PRB:
		return join("srb", v("no_srb"), v("obat"))
	case PCareMembers:
		if row.Person.BPJSCard != "" {
			return join("card", row.Person.BPJSCard)
		}
	case Postpartum:
		mother := string(row.Person.NIK)
		if mother == "" {
			mother = row.Person.Name
		}
		// Twins have the same mother and day, and often no name of their own
		// yet.
		return join("birth", mother, v("tanggal_persalinan"), v("nama_bayi"), v("nik_bayi"), v("jenis_kelamin_bayi"),
			v("berat_lahir_g"), v("jam_persalinan"))
	case CommunityReport:
		return whole
	case PatientRegister:
		if v("no_rm") != "" {
			return join("rm", v("no_rm"))
		}
	}
	p := row.Person
	date := v(layouts[code].date)
	if code == Pregnant {
		date = v("hpht") // one row per pregnancy
	}
	switch {
	case p.Weak:
		// A name alone does not identify a person.
		return whole
	case p.NIK != "":
		return join("nik", string(p.NIK), date)
	}
	if newbornName(p.Name) {
		return whole // only the mother's name: it may be twins, or children of two mothers with one name
	}
	return join("person", strings.Join(nameWords(p.Name), " "), p.BirthDate.Format(time.DateOnly), p.BPJSCard, date)
}

// anotherName reports whether two names differ clearly: they are not alike and
// share no distinguishing word. A name that is part of the other is the same.
func anotherName(a, b string) bool {
	if compareNames(a, b) != nameOther || newbornName(a) || newbornName(b) {
		return false
	}
	x, y := nameWords(a), nameWords(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	shared := 0
	for _, w := range x {
		if !slices.ContainsFunc(y, func(v string) bool {
			return v == w || len(v) >= 4 && len(w) >= 4 &&
				oneEdit(v, w)
		}) {
			continue
		}
		if shared++; !givenToMany[w] && len(w) > 2 {
			return false
		}
	}
	return shared < len(x)
}

// givenToMany are first words too frequent to distinguish people.
var givenToMany = map[string]bool{"SITI": true, "MUHAMMAD": true, "AHMAD": true, "AKHMAD": true, "ABDUL": true,
	"NUR": true, "NOR": true, "NOOR": true, "SRI": true,
	"DEWI": true, "PUTRI": true, "PUTRA": true}
