package source

import (
	"encoding/hex"
	"strings"
	"time"
)

// compareRows finds duplicates and conflicts among the accepted rows of one
// file, in file order: the first of equal rows stands.
func compareRows(code Code, list []Row) {
	seen := map[string]int{}
	holder := map[string]int{} // NIK -> index of the row that held it first
	for i := range list {
		row := &list[i]
		if row.Verdict != Accepted {
			continue
		}
		key := duplicateKey(code, row)
		if first, ok := seen[key]; ok {
			row.Verdict, row.Of = Duplicate, list[first].Number
			row.Facts, row.NewbornFacts = nil, nil
			continue
		}
		if nik := string(row.Person.NIK); nik != "" {
			first, ok := holder[nik]
			if ok && anotherName(list[first].Person.Name, row.Person.Name) {
				row.Verdict, row.Of = Conflict, list[first].Number
				row.Errors = append(row.Errors, Issue{NIKOfAnother, "nik"})
				row.Facts, row.NewbornFacts = nil, nil
				continue
			}
			if !ok {
				holder[nik] = i
			}
		}
		seen[key] = i
	}
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
		return join("birth", mother, v("tanggal_persalinan"), v("nama_bayi"))
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
	return join("person", strings.Join(nameWords(p.Name), " "), p.BirthDate.Format(time.DateOnly), p.BPJSCard, date)
}

// anotherName reports whether two names are quite different: not alike, and
// without a word in common.
func anotherName(a, b string) bool {
	if compareNames(a, b) != nameOther || newbornName(a) || newbornName(b) {
		return false
	}
	for _, x := range nameWords(a) {
		for _, y := range nameWords(b) {
			if x == y || len(x) >= 4 && len(y) >= 4 && oneEdit(x, y) {
				return false
			}
		}
	}
	return true
}
