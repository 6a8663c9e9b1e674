package intake

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/intake/source"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// hash is a keyed hash of a blocking key; keys hold identity numbers.
type hash [16]byte

// known is a person of the registry, or one about to enter it.
type known struct {
	rec            *patient.Record
	as             source.Person // rec as the comparison sees it
	keys           []hash
	created, dirty bool // new to the registry; changed since it was saved
	counted        bool // among the new ones
	saved, changed bool // written; counted among the changed ones
	indexed        int  // how many of keys are saved
}

// matcher finds the person a row is about: by NIK, else by BPJS card with a
// like name and no contradiction. Anything weaker is only proposed. It keeps
// the persons it has met, so rows of one file find each other.
type matcher struct {
	tx    pg.Tx
	k     crypt.Tenant
	byKey map[hash][]*known
	byID  map[string]*known
	asked map[hash]bool
}

func newMatcher(tx pg.Tx) (*matcher, error) {
	k, err := tx.Keys()
	return &matcher{tx: tx, k: k, byKey: map[hash][]*known{}, byID: map[string]*known{}, asked: map[hash]bool{}}, err
}

func (m *matcher) hashes(p source.Person) []hash {
	keys := source.Keys(p)
	out := make([]hash, len(keys))
	for i, key := range keys {
		out[i] = hash(m.k.Blind("key", key))
	}
	return out
}

// load brings every person of the registry that one of these could be.
func (m *matcher) load(persons []*source.Person) error {
	var ask [][]byte
	for _, p := range persons {
		for _, h := range m.hashes(*p) {
			if !m.asked[h] {
				m.asked[h] = true
				ask = append(ask, h[:])
			}
		}
	}
	if len(ask) == 0 {
		return nil
	}
	// A join, not = any($1): a cached plan compares a long array one by one.
	ids, err := pg.Scalar[[]string](m.tx, `select coalesce(array_agg(distinct k.patient_id::text), '{}')
		from unnest($1::bytea[]) as u (key) join patient_key k on k.key = u.key`, ask)
	if err != nil {
		return err
	}
	return m.loadByID(ids)
}

func (m *matcher) loadByID(ids []string) error {
	ids = slices.DeleteFunc(ids, func(id string) bool { return m.byID[id] != nil })
	if len(ids) == 0 {
		return nil
	}
	records, err := patient.RecordsIn(m.tx, ids)
	if err != nil {
		return err
	}
	for _, r := range records {
		if !r.Gone {
			m.put(&known{rec: r})
		}
	}
	return nil
}

// put makes k findable, also under keys it has learnt.
func (m *matcher) put(k *known) {
	k.as = personOf(k.rec)
	m.byID[k.rec.ID] = k
	for _, h := range m.hashes(k.as) {
		if !slices.Contains(k.keys, h) {
			k.keys = append(k.keys, h)
			m.byKey[h] = append(m.byKey[h], k)
		}
	}
}

// The ways a row's person is found; ImportRow.Match on the wire.
const (
	matchNew       = "new"
	matchNIK       = "nik"
	matchCard      = "card"
	matchSameRow   = "same_row"
	matchConflict  = "conflict"
	matchHousehold = "household"
)

// find returns the person p is, and how that is known; nil and matchNew for
// somebody new, nil and matchConflict when another name holds the NIK.
func (m *matcher) find(p source.Person) (*known, string) {
	var best *known
	how := matchNew
	for _, h := range m.hashes(p) {
		for _, k := range m.byKey[h] {
			l := source.Compare(k.as, p)
			switch {
			case l.Kind == source.SameNIKOtherName:
				return nil, matchConflict
			case l.AutoOK && l.Kind == source.SameNIK:
				return k, matchNIK
			case l.AutoOK && (best == nil || k.rec.ID < best.rec.ID):
				best, how = k, matchCard
			}
		}
	}
	return best, how
}

// take finds or makes the person and adds what the row knows more.
func (m *matcher) take(p source.Person, kk string) (*known, string) {
	k, how := m.find(p)
	if how == matchConflict {
		return nil, how
	}
	learnt := recordOf(p, kk)
	if k == nil {
		r := patient.New(m.k)
		r.Name = learnt.Name
		r.Learn(learnt)
		r.Weak = p.Weak
		k = &known{rec: r, created: true}
		m.put(k)
		return k, how
	}
	if k.rec.Learn(learnt) {
		k.dirty = true
		m.put(k)
	}
	return k, how
}

// pair is two persons that are likely one.
type pair struct {
	first, second string // in order
	kind          source.Kind
	score         int
}

// chunk decides for each accepted entry whom it is about.
func (m *matcher) chunk(entries []*entry) error {
	if err := repeats(m.tx, entries); err != nil {
		return err
	}
	var persons []*source.Person
	for _, e := range entries {
		if e.verdict == source.Accepted && e.match != matchSameRow && e.content.Person.Name != "" {
			persons = append(persons, &e.content.Person)
			if e.content.Newborn != nil {
				persons = append(persons, e.content.Newborn)
			}
		}
	}
	if err := m.load(persons); err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case e.verdict != source.Accepted || e.match == matchSameRow:
		case e.content.Person.Name == "":
			e.match = matchHousehold
		default:
			m.decide(e)
		}
	}
	return nil
}

func (m *matcher) decide(e *entry) {
	kk := ""
	if e.content.Household != nil {
		kk = e.content.Household.KK
	}
	e.person, e.match = m.take(e.content.Person, kk)
	if e.person == nil {
		return
	}
	e.patientID = e.person.rec.ID
	if e.content.Newborn != nil {
		if e.newborn, _ = m.take(*e.content.Newborn, kk); e.newborn != nil {
			e.newbornID = e.newborn.rec.ID
		}
	}
}

// likely lists the persons that k is likely the same as.
func (m *matcher) likely(k *known) []pair {
	var out []pair
	for _, h := range k.keys {
		for _, o := range m.byKey[h] {
			if o == k {
				continue
			}
			if l := source.Compare(k.as, o.as); l.ProposalOK {
				out = append(out, pair{min(k.rec.ID, o.rec.ID), max(k.rec.ID, o.rec.ID), l.Kind, l.Score})
			}
		}
	}
	slices.SortFunc(out, func(a, b pair) int {
		return cmp.Or(strings.Compare(a.first, b.first), strings.Compare(a.second, b.second))
	})
	return slices.CompactFunc(out, func(a, b pair) bool { return a.first == b.first && a.second == b.second })
}

// maxName is what patient.name holds, letters.
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
		r.BirthDate = p.BirthDate.Format(time.DateOnly)
	}
	address := p.Address
	if p.RT != "" || p.RW != "" {
		address = strings.TrimSpace(address + " RT " + cmp.Or(p.RT, "-") + "/RW " + cmp.Or(p.RW, "-"))
	}
	r.Numbers = patient.Numbers{NIK: string(p.NIK), KK: cmp.Or(p.KK, kk), BPJSCard: p.BPJSCard, Phone: p.Phone, Address: address, MotherNIK: string(p.MotherNIK)}
	return r
}

func personOf(r *patient.Record) source.Person {
	p := source.Person{Name: r.Name, NIK: number.NIK(r.NIK), BPJSCard: r.BPJSCard, MotherNIK: number.NIK(r.MotherNIK), Village: r.Village, BirthWeight: r.BirthWeight, Weak: r.Weak}
	if r.Sex != "unknown" {
		p.Sex = number.Sex(r.Sex)
	}
	if r.BirthDate != "" {
		p.BirthDate, _ = time.Parse(time.DateOnly, r.BirthDate)
	}
	return p
}
