package patient

import (
	"encoding/json"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Record is a person in the registry, with the numbers unsealed.
type Record struct {
	ID        string
	Name      string
	Sex       string // male, female, unknown
	BirthDate string // YYYY-MM-DD; empty: unknown
	// BirthEstimated: BirthDate was calculated from an age.
	BirthEstimated bool
	BirthWeight    int // grams; 0: unknown
	Village        string
	HouseholdID    string
	DeceasedOn     string
	Weak           bool   // neither NIK nor birth date nor card
	Gone           bool   // merged, voided or destroyed
	MergedIntoID   string // the record that replaces this one; empty: none
	Version        int64
	Numbers

	key, wrapped []byte
	destroyed    bool
}

// New returns a record with a new id and data key.
func New(k crypt.Tenant) *Record {
	id := uuid.Must(uuid.NewV7()).String()
	r := &Record{ID: id, Sex: "unknown"}
	r.key, r.wrapped = k.NewPerson(id)
	return r
}

// row is a person as stored.
type row struct {
	ID, Name, Sex, BirthDate, Village, HouseholdID, DeceasedOn string
	BirthWeight                                                int
	Weak, Gone, Destroyed, BirthEstimated                      bool
	MergedIntoID                                               string
	Version                                                    int64
	KeyWrapped, IdentitySealed                                 []byte
}

// isGone says that a row of patient is not in use.
const isGone = `(merged_into_id is not null or voided_reason is not null or destroyed_at is not null)`

const recordColumns = `id, name, sex, coalesce(birth_date::text, '') as birth_date,
	birth_date_estimated as birth_estimated,
	coalesce(birth_weight_g, 0) as birth_weight, coalesce(village_code, '') as village,
	coalesce(household_id::text, '') as household_id, coalesce(deceased_on::text, '') as deceased_on, weak,
	` + isGone + ` as gone,
	coalesce(merged_into_id::text, '') as merged_into_id, destroyed_at is not null as destroyed, version, key_wrapped,
	identity_sealed`

func (s row) open(k crypt.Tenant) (*Record, error) {
	r := &Record{ID: s.ID, Name: s.Name, Sex: s.Sex, BirthDate: s.BirthDate, BirthEstimated: s.BirthEstimated,
		BirthWeight: s.BirthWeight, Village: s.Village, HouseholdID: s.HouseholdID,
		DeceasedOn: s.DeceasedOn, Weak: s.Weak, Gone: s.Gone, MergedIntoID: s.MergedIntoID, destroyed: s.Destroyed,
		Version: s.Version,
		wrapped: s.KeyWrapped}
	var err error
	r.key, r.Numbers, err = unseal(k, s.ID, s.KeyWrapped, s.IdentitySealed)
	return r, err
}

// unseal opens the data key of a person and the values sealed under it.
func unseal(k crypt.Tenant, id string, wrapped, sealed []byte) (key []byte, n Numbers, err error) {
	if len(wrapped) == 0 { // destroyed (package retention)
		return nil, n, nil
	}
	if key, err = k.Person(id, wrapped); err != nil {
		return nil, n, err
	}
	plain, err := crypt.Open(key, place(id), sealed)
	if err != nil {
		return nil, n, err
	}
	return key, n, jsonv2.Unmarshal(plain, &n) // twice as fast as encoding/json, and a list opens fifty
}

// lockIn returns one person, locked. Error: fault.ErrNotFound.
func lockIn(tx pg.Tx, id string) (*Record, error) {
	s, err := pg.Row[row](tx, `select `+recordColumns+` from patient where id = $1 for update`, id)
	if err != nil {
		return nil, err
	}
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	return s.open(k)
}

// RecordsIn returns the persons with these ids, by id, including merged and
// voided ones.
func RecordsIn(tx pg.Tx, ids []string) ([]*Record, error) { return recordsBy(tx, "id", ids) }

// MergedRecordsIn returns the records that were merged into these, by id.
func MergedRecordsIn(tx pg.Tx, ids []string) ([]*Record, error) {
	return recordsBy(tx, "merged_into_id", ids)
}

func recordsBy(tx pg.Tx, column string, ids []string) ([]*Record, error) {
	rows, err := pg.Rows[row](tx, `select `+recordColumns+` from patient where `+column+` in (select unnest($1::uuid[]))
		order by id`, ids)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	out := make([]*Record, len(rows))
	for i, s := range rows {
		if out[i], err = s.open(k); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// columnsOf are the values of many records, as one array per column.
type columnsOf struct {
	id, name, sex, birth, village, household, died []string
	weight                                         []int32
	weak, estimated                                []bool
	wrapped, sealed, nik, card, phone              [][]byte
}

func columns(k crypt.Tenant, records []*Record) (columnsOf, error) {
	var c columnsOf
	for _, r := range records {
		plain, err := json.Marshal(r.Numbers)
		if err != nil {
			return c, err
		}
		found := IndexesOf(k, r.Numbers)
		c.id, c.name, c.sex = append(c.id, r.ID), append(c.name, r.Name), append(c.sex, r.Sex)
		c.birth, c.village, c.household, c.died = append(c.birth, r.BirthDate), append(c.village, r.Village),
			append(c.household, r.HouseholdID), append(c.died, r.DeceasedOn)
		c.weight, c.weak = append(c.weight, int32(r.BirthWeight)), append(c.weak, r.Weak)
		c.estimated = append(c.estimated, r.BirthEstimated)
		c.wrapped, c.sealed = append(c.wrapped, r.wrapped), append(c.sealed, crypt.Seal(r.key, place(r.ID), plain))
		c.nik, c.card, c.phone = append(c.nik, found.NIK), append(c.card, found.BPJSCard), append(c.phone, found.Phone)
	}
	return c, nil
}

const unnested = `unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[],
	$9::boolean[], $10::bytea[], $11::bytea[], $12::bytea[], $13::bytea[], $14::bytea[], $15::boolean[])
	as u (id, name, sex, birth, weight, village, household, died, weak, wrapped, sealed, nik, card, phone, estimated)`

func (c columnsOf) args() []any {
	return []any{c.id, c.name, c.sex, c.birth, c.weight, c.village, c.household, c.died, c.weak, c.wrapped, c.sealed,
		c.nik, c.card, c.phone, c.estimated}
}

// InsertIn registers many new persons in one statement. Error: ErrNIKTaken.
func InsertIn(tx pg.Tx, records []*Record) error {
	if len(records) == 0 {
		return nil
	}
	k, err := tx.Keys()
	if err != nil {
		return err
	}
	c, err := columns(k, records)
	if err != nil {
		return err
	}
	p := tx.Principal()
	_, err = tx.Exec(`insert into patient (puskesmas_id, id, name, sex, birth_date, birth_weight_g, village_code,
		household_id, deceased_on, weak, key_wrapped, identity_sealed,
			nik_index, bpjs_index, phone_index, birth_date_estimated, created_at, created_by, updated_at)
		select $16, id, name, sex, nullif(birth, '')::date, nullif(weight, 0), nullif(village, ''),
		nullif(household, '')::uuid, nullif(died, '')::date, weak, wrapped, sealed,
			nik, card, phone, estimated, $17, $18, $17
				from `+unnested, append(c.args(), p.PuskesmasID, tx.Now(), p.UserID)...)
	return err
}

// UpdateIn writes many changed persons in one statement. Error: ErrNIKTaken.
func UpdateIn(tx pg.Tx, records []*Record) error {
	if len(records) == 0 {
		return nil
	}
	k, err := tx.Keys()
	if err != nil {
		return err
	}
	c, err := columns(k, records)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`update patient p set name = u.name, sex = u.sex, birth_date = nullif(u.birth, '')::date,
		birth_weight_g = nullif(u.weight, 0), village_code = nullif(u.village, ''),
			household_id = nullif(u.household, '')::uuid, deceased_on = nullif(u.died, '')::date, weak = u.weak,
			identity_sealed = u.sealed,
			nik_index = u.nik, bpjs_index = u.card, phone_index = u.phone, birth_date_estimated = u.estimated,
			updated_at = $16, version = p.version + 1
		from `+unnested+` where p.id = u.id and u.wrapped is not null`, append(c.args(), tx.Now())...)
	return err
}

// weak says that only the name identifies r. An estimated birth date does not
// count.
func (r *Record) weak() bool {
	return r.NIK == "" && (r.BirthDate == "" || r.BirthEstimated) && r.BPJSCard == ""
}

// learnBirth fills the birth date from o and says whether anything was new. A
// real date replaces an estimate.
func (r *Record) learnBirth(o *Record) bool {
	if o.BirthDate == "" || r.BirthDate != "" && (!r.BirthEstimated || o.BirthEstimated) {
		return false
	}
	r.BirthDate, r.BirthEstimated = o.BirthDate, o.BirthEstimated
	return true
}

// Masked returns r as lists show it.
func (r *Record) Masked() homecare.Patient {
	p := homecare.Patient{ID: r.ID, Name: r.Name, Sex: r.Sex, BirthDate: r.BirthDate,
		BirthDateEstimated: r.BirthEstimated, Village: r.Village, HouseholdID: r.HouseholdID, DeceasedOn: r.DeceasedOn,
		Weak: r.Weak, Version: r.Version, Sources: []string{}}
	mask(&p, r.Numbers)
	return p
}

func mask(p *homecare.Patient, n Numbers) {
	p.NIK, p.KK, p.BPJSCard, p.Phone = number.Mask(n.NIK), number.Mask(n.KK), number.Mask(n.BPJSCard),
		number.Mask(n.Phone)
}

// Seen says that a source named a person at a time.
type Seen struct {
	PatientID, Source string
	At                time.Time
	ImportID          string // empty: not from a file
}

// SawIn records that sources named persons. The first time stays, the last time
// moves on (SOP HS 5a: every person has the list of sources with times).
func SawIn(tx pg.Tx, seen []Seen) error {
	if len(seen) == 0 {
		return nil
	}
	ids, sources, ats, imports := make([]string, len(seen)), make([]string, len(seen)), make([]time.Time, len(seen)),
		make([]*string, len(seen))
	for i, s := range seen {
		ids[i], sources[i], ats[i] = s.PatientID, s.Source, s.At
		if s.ImportID != "" {
			imports[i] = &s.ImportID
		}
	}
	_, err := tx.Exec(`insert into patient_source (puskesmas_id, patient_id, source, first_seen, last_seen,
		first_import_id, last_import_id)
		select distinct on (id, source) $5::smallint, id, source, at, at, import, import
		from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[]) as u (id, source, at, import)
		order by id, source, at desc
		on conflict on constraint patient_source_pk do update
		set first_seen = least(patient_source.first_seen, excluded.first_seen),
			last_seen = greatest(patient_source.last_seen, excluded.last_seen), last_import_id = excluded.last_import_id
		where excluded.last_seen > patient_source.last_seen
		or excluded.first_seen < patient_source.first_seen`, ids, sources, ats, imports, tx.Principal().PuskesmasID)
	return err
}
