package source

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// compareRows finds duplicates among the rows of one file, in file order (the
// first of equal rows stands), and rows that share a NIK but not a name.
func compareRows(code Code, list []Row) {
	seen := map[string]int{}
	for i := range list {
		row := &list[i]
		if row.Verdict != Accepted && row.Verdict != ToDecide {
			continue
		}
		key := duplicateKey(code, row)
		if first, ok := seen[key]; ok && sameNames(&list[first], row) {
			row.Verdict, row.Of = Duplicate, list[first].Number
			row.Facts, row.NewbornFacts = nil, nil
			continue
		} else if !ok {
			seen[key] = i
		}
	}
	shareNIK(list)
}

// sameNames: neither the persons nor the newborns of two rows are others.
func sameNames(a, b *Row) bool {
	if others(a.Person, b.Person) {
		return false
	}
	return a.Newborn == nil || b.Newborn == nil || !others(*a.Newborn, *b.Newborn)
}

// holding is a row that names a NIK, of its person or of its newborn.
type holding struct {
	row    *Row
	person *Person
	field  string
}

// shareNIK asks about every row whose NIK another name has in the same file: a
// NIK dragged down a column belongs to one of them at most, and nobody knows to
// which.
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
		shared := false
		for _, h := range all[1:] {
			shared = shared || others(*all[0].person, *h.person)
		}
		if !shared {
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

// others reports whether two persons of one NIK are two people: by name, or
// newborns of other weight or birth order.
func others(a, b Person) bool {
	if newbornName(a.Name) || newbornName(b.Name) {
		x, y := nameWords(a.Name), nameWords(b.Name)
		return otherWeight(a, b) || newbornName(a.Name) && newbornName(b.Name) && len(x) > 0 && len(y) > 0 && ordinal(x) != ordinal(y)
	}
	return anotherName(a.Name, b.Name)
}

// duplicateKey is what makes two rows of one source the same record.
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
		// Twins have one mother and day, and often no name of their own yet.
		return join("birth", mother, v("tanggal_persalinan"), v("nama_bayi"), v("nik_bayi"), v("jenis_kelamin_bayi"), v("berat_lahir_g"), v("jam_persalinan"))
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
		// A name alone is not the same person.
		return whole
	case p.NIK != "":
		return join("nik", string(p.NIK), date)
	}
	if newbornName(p.Name) {
		date += " " + string(p.Sex) + " " + strconv.Itoa(p.BirthWeight) // tell twins apart
	}
	return join("person", strings.Join(nameWords(p.Name), " "), p.BirthDate.Format(time.DateOnly), p.BPJSCard, date)
}

// anotherName reports whether two names are quite different: not alike, and
// without a word in common that tells people apart. A name that is part of the
// other is the same.
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
		if !slices.ContainsFunc(y, func(v string) bool { return v == w || len(v) >= 4 && len(w) >= 4 && oneEdit(v, w) }) {
			continue
		}
		if shared++; !givenToMany[w] {
			return false
		}
	}
	return shared < len(x)
}

// givenToMany are first words so frequent that they tell nobody apart.
var givenToMany = map[string]bool{"SITI": true, "MUHAMMAD": true, "AHMAD": true, "AKHMAD": true, "ABDUL": true, "NUR": true, "NOR": true, "NOOR": true, "SRI": true,
	"DEWI": true, "PUTRI": true, "PUTRA": true}
