package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// refs are the persons of all accepted rows, in the truth's notation
// ("ptm.csv:34", "nifas_neonatus.csv:2:bayi").
func refs(t testing.TB, tr truth) (people map[string]Person, order []string) {
	people = map[string]Person{}
	files := readSamples(t, tr)
	for _, f := range tr.Files {
		for _, r := range files[f.Name].Rows {
			// Who is asked about the NIK of a whole row is compared like the others.
			if r.Verdict != Accepted && (r.Of != 0 || !slices.Contains(r.Questions, Issue{NIKOfAnother, "nik"})) {
				continue
			}
			ref := fmt.Sprintf("%s:%d", f.Name, r.Number)
			switch {
			case r.Newborn != nil:
				people[ref+":ibu"], people[ref+":bayi"] = r.Person, *r.Newborn
				order = append(order, ref+":ibu", ref+":bayi")
			case r.Person.Name != "":
				people[ref] = r.Person
				order = append(order, ref)
			}
		}
	}
	return people, order
}

// TestMatching checks the pairs from the blocking keys against the truth:
// automatic groups, proposals, and pairs that must never be merged.
func TestMatching(t *testing.T) {
	tr := loadTruth(t)
	people, order := refs(t, tr)
	blocks := map[string][]string{}
	for _, ref := range order {
		for _, k := range Keys(people[ref]) {
			blocks[k] = append(blocks[k], ref)
		}
	}
	pair := func(a, b string) string { return min(a, b) + " " + max(a, b) }
	likeness := map[string]Likeness{}
	compared := map[string]bool{}
	for _, block := range blocks {
		for i, a := range block {
			for _, b := range block[:i] {
				p := pair(a, b)
				if compared[p] {
					continue
				}
				compared[p] = true
				l := Compare(people[a], people[b])
				if l != Compare(people[b], people[a]) {
					t.Errorf("%s: not symmetric", p)
				}
				if l.ProposalOK {
					likeness[p] = l
				}
			}
		}
	}

	// Automatic groups: one valid NIK.
	sameNIK := 0
	for _, l := range likeness {
		if l.Kind == SameNIK && l.AutoOK {
			sameNIK++
		}
	}
	groups, pairs := 0, 0
	for _, g := range tr.Auto {
		complete := true
		for i, a := range g.Refs {
			for _, b := range g.Refs[:i] {
				pairs++
				if l := likeness[pair(a, b)]; l.Kind != SameNIK || !l.AutoOK {
					complete = false
					t.Errorf("auto %s %s: %+v", a, b, l)
				}
			}
		}
		if complete {
			groups++
		}
	}
	if sameNIK != pairs || groups != 302 || pairs != 1000 {
		t.Errorf("groups %d pairs %d of 302/1000, found %d", groups, pairs, sameNIK)
	}

	// Proposals: a row without NIK and any row of its person.
	found, autoFound, autoWanted := 0, 0, 0
	kinds := map[string]int{}
	for _, p := range tr.Propose {
		best := Likeness{}
		for _, b := range p.B {
			if l := likeness[pair(p.A, b)]; l.Score > best.Score {
				best = l
			}
		}
		if p.AutoOK {
			autoWanted++
		}
		switch {
		case !best.ProposalOK:
			t.Errorf("not proposed: %s %s", p.Kind, p.A)
		default:
			found++
			kinds[p.Kind]++
		}
		if best.AutoOK {
			autoFound++
			if !p.AutoOK {
				t.Errorf("%s (%s) joined by machine as %s", p.A, p.Kind, best.Kind)
			}
		}
	}

	// Precision: proposed or merged records must be one person.
	owner := map[string]string{}
	for _, f := range tr.Files {
		for _, r := range f.RowTruth {
			owner[fmt.Sprintf("%s:%d", f.Name, r.Row)] = r.Person
			owner[fmt.Sprintf("%s:%d:ibu", f.Name, r.Row)] = r.Person
			owner[fmt.Sprintf("%s:%d:bayi", f.Name, r.Row)] = r.Baby
		}
	}
	wrong, wrongAuto := 0, 0
	for p, l := range likeness {
		a, b, _ := strings.Cut(p, " ")
		if owner[a] != owner[b] {
			wrong++
			t.Errorf("proposed, but two people: %s %+v", p, l)
			if l.AutoOK {
				wrongAuto++
				t.Errorf("joined two people: %s", p)
			}
		}
	}

	// Never.
	for _, n := range tr.Never {
		for _, a := range n.ARefs {
			for _, b := range n.BRefs {
				l, either := Compare(people[a], people[b]), Compare(people[b], people[a])
				if l.AutoOK || either.AutoOK {
					t.Errorf("never joined (%s): %s %s %+v", n.Why, a, b, l)
				}
				if !n.ProposalOK && (l.ProposalOK || either.ProposalOK) {
					t.Errorf("never proposed (%s): %s %s %+v", n.Why, a, b, l)
				}
			}
		}
	}
	for _, w := range tr.Weak {
		if !people[w.Row].Weak || len(Keys(people[w.Row])) > 0 {
			t.Errorf("%s is not weak", w.Row)
		}
	}
	t.Logf("records %d, pairs compared %d of %d; auto groups %d pairs %d; proposals found %d of %d (%v); by card joined %d of %d; proposed pairs of two people %d, joined %d",
		len(order), len(compared), len(order)*(len(order)-1)/2, groups, pairs, found, len(tr.Propose), kinds, autoFound,
		autoWanted, wrong, wrongAuto)
}

// TestCompareRules: the rules one by one, so that a change names what it broke.
func TestCompareRules(t *testing.T) {
	day := func(s string) Person {
		d, _ := dateReader{}.parse(s)
		return Person{Name: "Siti Aminah", BirthDate: d, Sex: "female", Village: "6311052001"}
	}
	base := day("1980-03-04")
	with := func(change func(*Person)) Person { p := base; change(&p); return p }
	for _, c := range []struct {
		what       string
		a, b       Person
		kind       Kind
		auto, show bool
	}{
		{"all agrees", base, base, SameNameBirth, false, true},
		{"another village", base, with(func(p *Person) { p.Village = "6311052002" }), "", false, false},
		{"no village", base, with(func(p *Person) { p.Village = "" }), "", false, false},
		{"another sex", base, with(func(p *Person) { p.Sex = "male" }), "", false, false},
		{"title", base, with(func(p *Person) { p.Name = "HJ. SITI AMINAH, S.Pd" }), TitledName, false, true},
		{"initial", base, with(func(p *Person) { p.Name = "Siti A." }), TitledName, false, true},
		{"typo", base, with(func(p *Person) { p.Name = "Siti Amniah" }), MisspelledName, false, true},
		{"swapped", base, with(func(p *Person) { p.BirthDate = day("1980-04-03").BirthDate }), SwappedDayMonth, false,
			true},
		{"another year", base, with(func(p *Person) { p.BirthDate = day("1981-03-04").BirthDate }), "", false, false},
		{"two NIKs", with(func(p *Person) { p.NIK = "6311054403800001" }),
			with(func(p *Person) { p.NIK = "6311054403800002" }), "", false, false},
		{"one NIK", with(func(p *Person) { p.NIK = "6311054403800001" }),
			with(func(p *Person) { p.NIK = "6311054403800001"; p.Name = "St. Aminah" }), SameNIK, true, true},
		{"one NIK, another name", with(func(p *Person) { p.NIK = "6311054403800001" }),
			with(func(p *Person) { p.NIK = "6311054403800001"; p.Name = "Rusdiana" }), SameNIKOtherName, false, true},
		{"two cards", with(func(p *Person) { p.BPJSCard = "0001" }), with(func(p *Person) { p.BPJSCard = "0002" }), "",
			false, false},
		{"one card", with(func(p *Person) { p.BPJSCard = "0001" }),
			with(func(p *Person) { p.BPJSCard = "0001"; p.Village = "" }), SameBPJSCard, true, true},
		{"one card, another birth date", with(func(p *Person) { p.BPJSCard = "0001" }),
			with(func(p *Person) { p.BPJSCard = "0001"; p.BirthDate = day("1999-01-01").BirthDate }), SameBPJSCard,
			false, true},
		{"one card, another name", with(func(p *Person) { p.BPJSCard = "0001" }),
			with(func(p *Person) { p.BPJSCard = "0001"; p.Name = "Rusdiana" }), SameBPJSCard, false, true},
		{"one card, a letter apart", with(func(p *Person) { p.BPJSCard, p.Name = "0001", "Ahmad Rifani" }),
			with(func(p *Person) { p.BPJSCard, p.Name = "0001", "Ahmad Rifandi" }), SameBPJSCard, false, true},
		{"one card, another birth weight", with(func(p *Person) { p.BPJSCard, p.BirthWeight = "0001", 3100 }),
			with(func(p *Person) { p.BPJSCard, p.BirthWeight = "0001", 2800 }), SameBPJSCard, false, true},
		{"two short names", with(func(p *Person) { p.NIK, p.Name = "6311054403800001", "Ani" }),
			with(func(p *Person) { p.NIK, p.Name = "6311054403800001", "Adi" }), SameNIKOtherName, false, true},
		{"names that share a letter", with(func(p *Person) { p.NIK, p.Name = "6311054403800001", "Ahmad Kasim H" }),
			with(func(p *Person) { p.NIK, p.Name = "6311054403800001", "Zulkifli Rahman H" }), SameNIKOtherName, false,
			true},
		{"weak", Person{Name: "Siti Aminah", Village: "6311052001", Weak: true}, base, "", false, false},
		{"mother and newborn", with(func(p *Person) { p.NIK = "6311054403800001" }),
			with(func(p *Person) { p.Name = "By. Ny. Siti Aminah"; p.MotherNIK = "6311054403800001" }), "", false,
			false},
		{"mother and newborn on her card", with(func(p *Person) { p.NIK = "6311054403800001"; p.BPJSCard = "0001" }),
			with(func(p *Person) {
				p.Name, p.BPJSCard, p.MotherNIK, p.BirthDate = "By. Ny. Siti Aminah", "0001", "6311054403800001",
					time.Time{}
			}), "", false, false},
		{"newborn named later", with(func(p *Person) { p.Name = "By. Ny. Rina"; p.MotherNIK = "6311054403800001" }),
			with(func(p *Person) { p.MotherNIK = "6311054403800001" }), NewbornNamed, false, true},
		{"twins by number", with(func(p *Person) { p.Name = "By. Ny. Rina I" }),
			with(func(p *Person) { p.Name = "By. Ny. Rina II" }), "", false, false},
		{"twins by weight",
			with(func(p *Person) { p.Name = "By. Ny. Rina I"; p.MotherNIK = "6311054403800001"; p.BirthWeight = 2100 }),
			with(func(p *Person) { p.MotherNIK = "6311054403800001"; p.BirthWeight = 2200 }), "", false, false},
	} {
		for _, l := range []Likeness{Compare(c.a, c.b), Compare(c.b, c.a)} {
			if l.Kind != c.kind || l.AutoOK != c.auto || l.ProposalOK != c.show {
				t.Errorf("%s: %+v", c.what, l)
			}
		}
		if c.show && !slices.ContainsFunc(Keys(c.a), func(k string) bool { return slices.Contains(Keys(c.b), k) }) {
			t.Errorf("%s: no key in common", c.what)
		}
	}
}
