package intake

import (
	"cmp"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
)

// hash is a keyed hash of a blocking key; keys hold identity numbers.
type hash [16]byte

// matcher finds the person of a row: by NIK, or by BPJS card with a similar
// name and no contradiction. Weaker matches are only proposed. It keeps the
// persons it has loaded, so rows of one file find each other.
type matcher struct {
	tx    pg.Tx
	k     crypt.Tenant
	byKey map[hash]keyed
	byID  map[string]*known
}

// keyed are the persons with a key. asked says that those in the registry were
// loaded.
type keyed struct {
	known []*known
	asked bool
}

func newMatcher(tx pg.Tx) (*matcher, error) {
	k, err := tx.Keys()
	return &matcher{tx: tx, k: k, byKey: map[hash]keyed{}, byID: map[string]*known{}}, err
}

func (m *matcher) hashes(keys []string) []hash {
	out := make([]hash, len(keys))
	for i, key := range keys {
		out[i] = hash(m.k.Blind("key", key))
	}
	return out
}

// load reads every person of the registry that may match one of these.
func (m *matcher) load(persons []*source.Person) error {
	var ask [][]byte
	for _, p := range persons {
		for _, h := range m.hashes(source.Keys(*p)) {
			if at := m.byKey[h]; !at.asked {
				at.asked = true
				m.byKey[h] = at
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
	merged, err := patient.MergedRecordsIn(m.tx, ids)
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.Gone {
			continue
		}
		k := &known{rec: r}
		for _, o := range merged {
			if o.MergedIntoID == r.ID {
				k.merged = append(k.merged, o)
			}
		}
		m.put(k)
	}
	return nil
}

// put makes k findable, also under its new keys.
func (m *matcher) put(k *known) {
	m.byID[k.rec.ID] = k
	for _, as := range k.persons() {
		for _, h := range m.hashes(source.Keys(as)) {
			if !slices.Contains(k.keys, h) {
				k.keys = append(k.keys, h)
				at := m.byKey[h]
				at.known = append(at.known, k)
				m.byKey[h] = at
			}
		}
	}
}

// How a row's person is found; ImportRow.Match on the wire.
const (
	matchNew       = "new"
	matchNIK       = "nik"
	matchCard      = "card"
	matchSameRow   = "same_row"
	matchConflict  = "conflict"
	matchHousehold = "household"
	matchDecided   = "decided"
	matchSeveral   = "several"
)

// find returns the person p is, and how it was found: nil and matchNew for a
// new person, matchConflict with the holder of the NIK when the name differs,
// matchSeveral with one of several holders of the card.
func (m *matcher) find(p source.Person) (*known, string) {
	var best *known
	how := matchNew
	for _, h := range m.hashes(source.NumberKeys(p)) {
		for _, k := range m.some(h, mostOfCard) {
			l := k.like(p)
			switch {
			case l.Kind == source.SameNIKOtherName:
				return k, matchConflict
			case l.AutoOK && l.Kind == source.SameNIK:
				return k, matchNIK
			case l.AutoOK && best == nil:
				best, how = k, matchCard
			case l.AutoOK && k != best:
				how = matchSeveral
			}
		}
	}
	return best, how
}

// take finds or creates the person, who must not be a conflict, and adds what
// the row knows.
func (m *matcher) take(p source.Person, kk string) (*known, string) {
	k, how := m.find(p)
	if k == nil {
		return m.add(p, kk), how
	}
	m.learn(k, p, kk)
	return k, how
}

func (m *matcher) add(p source.Person, kk string) *known {
	learnt, r := recordOf(p, kk), patient.New(m.k)
	r.Name = learnt.Name
	r.Learn(learnt)
	r.Weak = p.Weak
	k := &known{rec: r, created: true}
	m.put(k)
	return k
}

func (m *matcher) learn(k *known, p source.Person, kk string) {
	if k.rec.Learn(recordOf(p, kk)) {
		k.dirty = true
		m.put(k)
	}
}

// pair is two persons that are likely the same.
type pair struct {
	first, second string // in order
	kind          source.Kind
	score         int
}

// chunk finds the person of each accepted entry. An entry that contradicts the
// registry becomes to_decide.
func (m *matcher) chunk(entries []*entry) error {
	if err := repeats(m.tx, entries); err != nil {
		return err
	}
	var persons []*source.Person
	var ids []string
	for _, e := range entries {
		if e.verdict == source.Accepted && e.match != matchSameRow && e.content.Person.Name != "" {
			persons = append(persons, &e.content.Person)
			if e.content.Newborn != nil {
				persons = append(persons, e.content.Newborn)
			}
			if e.decision != nil && e.decision.PatientID != "" {
				ids = append(ids, e.decision.PatientID)
			}
		}
	}
	if err := m.load(persons); err != nil {
		return err
	}
	if err := m.loadByID(ids); err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case e.verdict != source.Accepted || e.match == matchSameRow:
		case e.content.Person.Name == "":
			e.match = matchHousehold
		default:
			m.settle(e)
		}
	}
	return nil
}

// settle sets the persons of an entry. It creates or changes nobody before the
// whole row can be taken: a newborn is never left out.
func (m *matcher) settle(e *entry) {
	if !m.clear(e) {
		return
	}
	kk := ""
	if e.content.Household != nil {
		kk = e.content.Household.KK
	}
	of := e.decidedFor()
	e.person, e.match = m.place(e, e.content.Person, kk, of == decidesPerson)
	e.patientID = e.person.rec.ID
	if e.content.Newborn != nil {
		var how string
		if e.newborn, how = m.place(e, *e.content.Newborn, kk, of == decidesNewborn); how == matchDecided {
			e.match = how
		}
		e.newbornID = e.newborn.rec.ID
	}
}

// place takes one person of an entry, by its decision where the decision is
// about that person.
func (m *matcher) place(e *entry, p source.Person, kk string, decided bool) (*known, string) {
	if !decided {
		if _, how := m.find(p); how == matchConflict { // clear allowed it
			p = withoutNIK(p)
		}
		return m.take(p, kk)
	}
	if e.decision.WithoutNIK {
		p = withoutNIK(p)
	}
	if e.decision.Take == "as_new" {
		return m.add(p, kk), matchDecided
	}
	k := m.byID[e.decision.PatientID]
	if p.NIK != "" && k.rec.NIK != string(p.NIK) && m.holder(p) != nil {
		p = withoutNIK(p)
	}
	m.learn(k, p, kk)
	return k, matchDecided
}

// holder is the person with p's NIK.
func (m *matcher) holder(p source.Person) *known {
	for _, k := range m.byID {
		if p.NIK != "" && k.rec.NIK == string(p.NIK) {
			return k
		}
	}
	return nil
}

// clear says whether an entry can be taken. Otherwise the entry becomes
// to_decide, with the contradiction or with the reason why its decision is
// impossible.
func (m *matcher) clear(e *entry) bool {
	of := e.decidedFor()
	fields := [2]string{"nik", "nik_bayi"}
	if e.content.Newborn != nil {
		fields[0] = "nik_ibu"
	}
	for i, p := range []*source.Person{&e.content.Person, e.content.Newborn} {
		if p == nil {
			continue
		}
		if of == decides(i+1) {
			if e.refused = m.possible(e, *p); e.refused != nil {
				e.ask(issue{Class: source.DecisionStale, Field: fields[i]})
			}
			continue
		}
		k, how := m.find(*p)
		var found issue
		switch {
		case how == matchConflict && (e.decision == nil || !e.decision.WithoutNIK):
			found = issue{Class: source.NIKOfRegistered, Field: fields[i]}
		case how == matchSeveral:
			found = issue{Class: source.CardOfSeveral, Field: "no_bpjs"}
		default:
			continue
		}
		if !k.created || k.saved {
			found.PatientID = k.rec.ID
		}
		e.ask(found)
	}
	return e.verdict == source.Accepted
}

// possible returns why the decision of an entry is impossible for p.
func (m *matcher) possible(e *entry, p source.Person) error {
	if e.decision.Take == "as_person" && m.byID[e.decision.PatientID] == nil {
		return ErrNoSuchPerson
	}
	if e.decision.Take == "as_new" && !e.decision.WithoutNIK && m.holder(p) != nil {
		return patient.ErrNIKTaken
	}
	return nil
}

// ask makes an entry to_decide.
func (e *entry) ask(i issue) {
	e.verdict, e.match, e.decision = source.ToDecide, matchConflict, nil
	if !slices.Contains(e.issues, i) {
		e.issues = append(e.issues, i)
	}
}

// decides says which person of a row a decision is about.
type decides int

const (
	decidesNobody decides = iota
	decidesPerson
	decidesNewborn
)

// decidedFor returns the newborn where all questions are about the newborn,
// else the person.
func (e *entry) decidedFor() decides {
	if e.decision == nil || e.decision.Take == "leave" {
		return decidesNobody
	}
	if e.content.Newborn == nil {
		return decidesPerson
	}
	for _, i := range e.issues {
		if i.Class.Level() == source.LevelQuestion && i.Field != "nik_bayi" && i.Field != "jenis_kelamin_bayi" &&
			i.Field != "tanggal_persalinan" {
			return decidesPerson
		}
	}
	return decidesNewborn
}

// The largest number of persons with one key that are compared; our choice. A
// common birth date (1 July, 31 December) means little, and a card copied down
// a column proposes no pair; otherwise the work would grow with the square of
// the file.
const (
	mostCompared = 50
	mostOfCard   = 10
)

// some are at most n of the persons with a key, the first loaded ones first.
func (m *matcher) some(h hash, n int) []*known {
	all := m.byKey[h].known
	return all[:min(len(all), n)]
}

// likely lists the persons that may be the same as k.
func (m *matcher) likely(k *known) []pair {
	var out []pair
	for _, as := range k.persons() {
		copied := slices.ContainsFunc(m.hashes(source.NumberKeys(as)), func(h hash) bool {
			return len(m.byKey[h].known) > mostOfCard
		})
		for _, h := range k.keys {
			for _, o := range m.some(h, mostCompared) {
				if o == k {
					continue
				}
				if l := o.like(as); l.ProposalOK && (l.Kind != source.SameBPJSCard || !copied) {
					out = append(out, pair{min(k.rec.ID, o.rec.ID), max(k.rec.ID, o.rec.ID), l.Kind, l.Score})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b pair) int {
		return cmp.Or(strings.Compare(a.first, b.first), strings.Compare(a.second, b.second),
			cmp.Compare(b.score, a.score))
	})
	return slices.CompactFunc(out, func(a, b pair) bool { return a.first == b.first && a.second == b.second })
}
