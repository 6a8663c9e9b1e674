package intake

import (
	"cmp"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/source"
)

// known is a person in the registry, or a new one.
type known struct {
	rec            *patient.Record
	merged         []*patient.Record // values of records merged into the person
	keys           []hash
	created, dirty bool // new to the registry; changed since it was saved
	counted        bool // counted among the new ones
	saved, changed bool // written; counted among the changed ones
	indexed        int  // how many of keys are saved
}

// persons are all versions of k: the record and the records merged into it. The
// record supplies what a merged one lacks. A person with another NIK is not the
// same as any merged record.
func (k *known) persons() []source.Person {
	out := []source.Person{personOf(k.rec)}
	for _, r := range k.merged {
		p, now := personOf(r), out[0]
		p.NIK, p.MotherNIK = cmp.Or(p.NIK, now.NIK), cmp.Or(p.MotherNIK, now.MotherNIK)
		p.BPJSCard, p.Sex = cmp.Or(p.BPJSCard, now.BPJSCard), cmp.Or(p.Sex, now.Sex)
		out = append(out, p)
	}
	return out
}

// like compares p with the best-known version of k.
func (k *known) like(p source.Person) source.Likeness {
	best := source.Compare(personOf(k.rec), p)
	if len(k.merged) == 0 {
		return best
	}
	for _, as := range k.persons()[1:] {
		if l := source.Compare(as, p); l.AutoOK && !best.AutoOK || l.AutoOK == best.AutoOK && l.Score > best.Score {
			best = l
		}
	}
	return best
}

// withoutNIK is p without its NIK and without what only the NIK supplied.
func withoutNIK(p source.Person) source.Person {
	p.NIK = ""
	if p.BirthFromNIK {
		p.BirthDate, p.BirthFromNIK = time.Time{}, false
	}
	if p.SexFromNIK {
		p.Sex, p.SexFromNIK = "", false
	}
	p.Weak = (p.BirthDate.IsZero() || p.BirthEstimated) && p.BPJSCard == ""
	return p
}

// maxName is the maximum length of patient.name, in letters.
const maxName = 200

func recordOf(p source.Person, kk string) *patient.Record {
	r := &patient.Record{Name: p.Name, Sex: string(p.Sex), BirthWeight: p.BirthWeight, Village: p.Village}
	if letters := []rune(r.Name); len(letters) > maxName {
		r.Name = string(letters[:maxName])
	}
	if r.Sex == "" {
		r.Sex = "unknown"
	}
	if !p.BirthDate.IsZero() {
		r.BirthDate, r.BirthEstimated = p.BirthDate.Format(time.DateOnly), p.BirthEstimated
	}
	address := p.Address
	if p.RT != "" || p.RW != "" {
		address = strings.TrimSpace(address + " RT " + cmp.Or(p.RT, "-") + "/RW " + cmp.Or(p.RW, "-"))
	}
	r.Numbers = patient.Numbers{NIK: string(p.NIK), KK: cmp.Or(p.KK, kk), BPJSCard: p.BPJSCard, Phone: p.Phone,
		Address: address, MotherNIK: string(p.MotherNIK)}
	return r
}

func personOf(r *patient.Record) source.Person {
	p := source.Person{Name: r.Name, NIK: number.NIK(r.NIK), BPJSCard: r.BPJSCard, MotherNIK: number.NIK(r.MotherNIK),
		Village: r.Village, BirthWeight: r.BirthWeight, Weak: r.Weak}
	if r.Sex != "unknown" {
		p.Sex = number.Sex(r.Sex)
	}
	if r.BirthDate != "" {
		p.BirthDate, _ = time.Parse(time.DateOnly, r.BirthDate)
		p.BirthEstimated = r.BirthEstimated
	}
	return p
}
