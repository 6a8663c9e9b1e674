package source

import (
	"fmt"
	"regexp"
	"time"
)

// Kind is the kind of likeness between two persons.
type Kind string

// The kinds, strongest first.
const (
	SameNIK          Kind = "same_nik"
	SameBPJSCard     Kind = "same_bpjs_card"
	NewbornNamed     Kind = "newborn_named_later"
	SameNameBirth    Kind = "same_name_birth_village"
	TitledName       Kind = "title_or_abbreviation"
	MisspelledName   Kind = "name_typo"
	SwappedDayMonth  Kind = "swapped_day_month"
	SameNIKOtherName Kind = "same_nik_other_name"
)

// Likeness is the likeness of two persons.
type Likeness struct {
	Kind Kind
	// Score is from 0 to 100, to sort proposals (our choice, not a
	// probability).
	Score int
	// AutoOK: the import may merge the two. It requires a valid NIK, or a BPJS
	// card with the same name (perhaps shortened or with a title), and no
	// contradiction: twins on their mother's card differ in one letter.
	AutoOK bool
	// ProposalOK: likely the same, worth showing to a person.
	ProposalOK bool
}

var newbornPattern = regexp.MustCompile(`(?i)^\s*(by|bayi)[.\s]+(ny|nyonya|ibu)\b`)

// newbornName reports whether the name is that of a newborn named after the
// mother ("By. Ny. X").
func newbornName(s string) bool { return newbornPattern.MatchString(s) }

// Compare returns how alike two persons are. It is symmetric. Two different
// valid NIKs are two people whatever else agrees (twins, father and son of one
// name). So are two different BPJS cards, a mother and her newborn, and persons
// of different sex. A name alone never matches.
func Compare(a, b Person) Likeness {
	switch {
	case a.NIK != "" && a.NIK == b.NIK:
		if others(a, b) {
			return Likeness{Kind: SameNIKOtherName, Score: 60, ProposalOK: true}
		}
		return Likeness{Kind: SameNIK, Score: 100, AutoOK: true, ProposalOK: true}
	case a.NIK != "" && b.NIK != "",
		a.BPJSCard != "" && b.BPJSCard != "" && a.BPJSCard != b.BPJSCard,
		a.Sex != "" && b.Sex != "" && a.Sex != b.Sex,
		a.NIK != "" && a.NIK == b.MotherNIK, b.NIK != "" && b.NIK == a.MotherNIK:
		return Likeness{}
	}
	likeness := compareNames(a.Name, b.Name)
	birth := compareBirths(a.BirthDate, b.BirthDate)
	if a.BirthEstimated || b.BirthEstimated {
		birth = birthUnknown
	}
	if a.BPJSCard != "" && a.BPJSCard == b.BPJSCard {
		// Families have shared one card: the rest must not contradict.
		l := Likeness{Kind: SameBPJSCard, Score: 70, ProposalOK: true}
		if likeness > nameTypo && (birth == birthSame || birth == birthUnknown) && !otherWeight(a, b) {
			l.Score, l.AutoOK = 95, true
		}
		return l
	}
	if l := compareNewborns(a, b, birth); l.Kind != "" {
		return l
	}
	if newbornName(a.Name) != newbornName(b.Name) || newbornName(a.Name) && otherWeight(a, b) {
		return Likeness{}
	}
	here := a.Village != "" && a.Village == b.Village
	if !here || likeness == nameOther {
		return Likeness{}
	}
	if birth == birthSame {
		switch likeness {
		case nameSame:
			return Likeness{Kind: SameNameBirth, Score: 90, ProposalOK: true}
		case nameTitled, nameShort:
			return Likeness{Kind: TitledName, Score: 85, ProposalOK: true}
		case nameTypo:
			return Likeness{Kind: MisspelledName, Score: 80, ProposalOK: true}
		}
	}
	if birth == birthSwapped && likeness >= nameTitled {
		return Likeness{Kind: SwappedDayMonth, Score: 75, ProposalOK: true}
	}
	return Likeness{}
}

// compareNewborns matches a child recorded under its mother's name with the
// child under its own name. Birth weights distinguish twins.
func compareNewborns(a, b Person, birth births) Likeness {
	if a.MotherNIK == "" || a.MotherNIK != b.MotherNIK || birth != birthSame ||
		newbornName(a.Name) == newbornName(b.Name) {
		return Likeness{}
	}
	if otherWeight(a, b) {
		return Likeness{}
	}
	return Likeness{Kind: NewbornNamed, Score: 85, ProposalOK: true}
}

// otherWeight: both birth weights are known and differ.
func otherWeight(a, b Person) bool {
	return a.BirthWeight > 0 && b.BirthWeight > 0 && a.BirthWeight != b.BirthWeight
}

type births int

const (
	birthUnknown births = iota
	birthSame
	birthSwapped // day and month exchanged
	birthOther
)

func compareBirths(a, b time.Time) births {
	switch {
	case a.IsZero() || b.IsZero():
		return birthUnknown
	case a.Equal(b):
		return birthSame
	case a.Year() == b.Year() && a.Day() == int(b.Month()) && int(a.Month()) == b.Day():
		return birthSwapped
	}
	return birthOther
}

// NumberKeys are the Keys by which the import may merge: two persons without a
// common one are never AutoOK, nor SameNIKOtherName.
func NumberKeys(p Person) []string {
	var keys []string
	if p.NIK != "" {
		keys = append(keys, "nik:"+string(p.NIK))
	}
	if p.BPJSCard != "" {
		keys = append(keys, "card:"+p.BPJSCard)
	}
	return keys
}

// Keys are the blocking keys of a person: any two persons that Compare finds
// alike share at least one, so candidates are found by equality and not by
// comparing all pairs. A weak person has none. Keys contain identity numbers:
// store only keyed hashes.
func Keys(p Person) []string {
	keys := NumberKeys(p)
	if p.BirthDate.IsZero() || p.BirthEstimated {
		return keys
	}
	lo, hi := p.BirthDate.Day(), int(p.BirthDate.Month())
	if lo > hi {
		lo, hi = hi, lo
	}
	day := fmt.Sprintf("%04d-%02d-%02d", p.BirthDate.Year(), lo, hi)
	if p.Village != "" {
		keys = append(keys, "birth:"+day+":"+p.Village)
	}
	if p.MotherNIK != "" {
		keys = append(keys, "mother:"+string(p.MotherNIK)+":"+day)
	}
	return keys
}
