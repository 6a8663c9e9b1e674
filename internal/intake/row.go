package intake

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

// content is the sealed part of a row: as found and as read.
type content struct {
	Person       source.Person     `json:"p"`
	Newborn      *source.Person    `json:"n,omitempty"`
	Household    *source.Household `json:"h,omitempty"`
	Facts        []source.Fact     `json:"f,omitempty"`
	NewbornFacts []source.Fact     `json:"g,omitempty"`
	Raw          map[string]string `json:"r"`
}

// issue is a finding as stored: codes only.
type issue struct {
	Class source.Class `json:"class"`
	Field string       `json:"field"`
	// PatientID is the person in the registry that the row contradicts.
	PatientID string `json:"patient,omitempty"`
}

// decision is a person's decision about a row. Its reason and the name of the
// decider are in the audit trail too.
type decision struct {
	Take       string    `json:"take"` // as_new, as_person, leave
	PatientID  string    `json:"patient_id,omitempty"`
	WithoutNIK bool      `json:"without_nik,omitempty"`
	Reason     string    `json:"reason"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// entry is one row in progress: its content and its outcome.
type entry struct {
	number, line, of            int
	hash                        hash
	content                     content
	issues                      []issue
	decision                    *decision
	refused                     error // why the decision is impossible
	match, patientID, newbornID string
	verdict                     source.Verdict
	person, newborn             *known
}

func rowPlace(importID string, number int) string {
	return fmt.Sprintf("import/%s/%d", importID, number)
}

func rowHash(k crypt.Tenant, h [32]byte) hash {
	return hash(k.Blind("row", hex.EncodeToString(h[:])))
}

// chunkRows is the number of rows per statement.
const chunkRows = 2000

// insertRows stores the rows of a previewed file.
func insertRows(tx pg.Tx, k crypt.Tenant, importID string, entries []*entry) error {
	n := len(entries)
	numbers, lines, ofs, verdicts, matches := make([]int32, n), make([]int32, n), make([]int32, n), make([]string, n),
		make([]string, n)
	issues, hashes, sealed := make([]string, n), make([][]byte, n), make([][]byte, n)
	patients, newborns := make([]*string, n), make([]*string, n)
	for i, e := range entries {
		if e.issues == nil {
			e.issues = []issue{}
		}
		said, err := json.Marshal(e.issues)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(e.content)
		if err != nil {
			return err
		}
		numbers[i], lines[i], ofs[i], verdicts[i], matches[i] = int32(e.number), int32(e.line), int32(e.of),
			string(e.verdict), e.match
		issues[i], hashes[i], sealed[i] = string(said), e.hash[:], k.Seal(rowPlace(importID, e.number), plain)
		patients[i], newborns[i] = pg.Null(e.patientID), pg.Null(e.newbornID)
	}
	_, err := tx.Exec(`insert into import_row (puskesmas_id, import_id, number, line, verdict, of_number, issues,
		row_hash, sealed, match, patient_id, newborn_id)
		select $11, $12, number, line, verdict, of_number, issues::jsonb, row_hash, sealed, match, patient, newborn
		from unnest($1::int[], $2::int[], $3::text[], $4::int[], $5::text[], $6::bytea[], $7::bytea[], $8::text[],
		$9::uuid[], $10::uuid[])
			as u (number, line, verdict, of_number, issues, row_hash, sealed, match, patient, newborn)`,
		numbers, lines, verdicts, ofs, issues, hashes, sealed, matches, patients, newborns, tx.Principal().PuskesmasID,
		importID)
	return err
}

// accepted reads the next accepted rows of an import after the row numbered
// after.
func accepted(tx pg.Tx, k crypt.Tenant, importID string, after int) ([]*entry, error) {
	return entriesIn(tx, k, importID, `number > $2 and verdict = 'accepted' order by number limit $3`, after, chunkRows)
}

func entriesIn(tx pg.Tx, k crypt.Tenant, importID, where string, args ...any) ([]*entry, error) {
	type stored struct {
		Number          int
		Verdict, Match  string
		RowHash, Sealed []byte
		Issues          []issue
		Decision        *decision
	}
	rows, err := pg.Rows[stored](tx, `select number, verdict, match, row_hash, sealed, issues, decision
		from import_row where import_id = $1 and `+where, append([]any{importID}, args...)...)
	if err != nil {
		return nil, err
	}
	out := make([]*entry, len(rows))
	for i, r := range rows {
		if len(r.Sealed) == 0 { // destroyed with a record (package retention)
			return nil, patient.ErrGone
		}
		e := &entry{number: r.Number, hash: hash(r.RowHash), verdict: source.Verdict(r.Verdict), issues: r.Issues,
			decision: r.Decision}
		plain, err := k.Open(rowPlace(importID, r.Number), r.Sealed)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(plain, &e.content); err != nil {
			return nil, err
		}
		out[i] = e
	}
	return out, nil
}

// markTaken stores the outcomes of the rows.
func markTaken(tx pg.Tx, importID string, entries []*entry) error {
	n := len(entries)
	numbers, matches, patients, newborns, taken := make([]int32, n), make([]string, n), make([]*string, n),
		make([]*string, n), make([]bool, n)
	verdicts, issues, decisions := make([]string, n), make([]string, n), make([]*string, n)
	for i, e := range entries {
		numbers[i], matches[i], patients[i], newborns[i], taken[i] = int32(e.number), e.match, pg.Null(e.patientID),
			pg.Null(e.newbornID), e.verdict == source.Accepted
		said, err := json.Marshal(e.issues)
		if err != nil {
			return err
		}
		verdicts[i], issues[i] = string(e.verdict), string(said)
		if e.decision != nil {
			b, err := json.Marshal(e.decision)
			if err != nil {
				return err
			}
			decisions[i] = pg.Null(string(b))
		}
	}
	_, err := tx.Exec(`update import_row r set match = u.match, patient_id = u.patient, newborn_id = u.newborn,
		taken = u.taken, verdict = u.verdict, issues = u.issues::jsonb, decision = u.decision::jsonb
		from unnest($2::int[], $3::text[], $4::uuid[], $5::uuid[], $6::boolean[], $7::text[], $8::text[], $9::text[])
			as u (number, match, patient, newborn, taken, verdict, issues, decision)
		where r.import_id = $1
		and r.number = u.number`, importID, numbers, matches, patients, newborns, taken, verdicts, issues, decisions)
	return err
}

// repeatsQuery finds rows taken before, by their hashes, and returns the
// remaining person where a person was merged since. All hashes are looked up at
// once: a puskesmas whose rows are too new for the statistics may be read by another
// index than that of the hashes, whole, and then it is read once and not for each.
// A lateral with a limit cannot become a join that reads all persons.
const repeatsQuery = `with r as materialized (select row_hash, puskesmas_id, import_id, patient_id, newborn_id, match
		from import_row where taken and row_hash = any($1::bytea[]))
	select distinct on (r.row_hash) r.row_hash, coalesce(p.merged_into_id::text, r.patient_id::text, '') as patient_id,
		coalesce(b.merged_into_id::text, r.newborn_id::text, '') as newborn_id
	from r left join lateral (select merged_into_id, voided_reason from patient where puskesmas_id = r.puskesmas_id
		and id = r.patient_id limit 1) p on true
	left join lateral (select merged_into_id from patient where puskesmas_id = r.puskesmas_id
		and id = r.newborn_id limit 1) b on true
	where r.patient_id is not null and p.voided_reason is null or r.match = 'household'
	order by r.row_hash, r.import_id`

// byIndex makes the statements of this transaction find rows by index, planned
// for their own arguments. A cached plan is as old as its connection and may
// come from an empty table, and no analyze runs while one import fills a table.
func byIndex(tx pg.Tx) error {
	_, err := tx.Exec(`select set_config('plan_cache_mode', 'force_custom_plan', true),
		set_config('enable_seqscan', 'off', true)`)
	return err
}

// repeats marks the entries that an earlier import took in identical form.
func repeats(tx pg.Tx, entries []*entry) error {
	byHash := map[hash][]*entry{}
	var ask [][]byte
	for _, e := range entries {
		if e.verdict == source.Accepted || e.verdict == source.ToDecide && e.decision == nil {
			byHash[e.hash] = append(byHash[e.hash], e)
			ask = append(ask, e.hash[:])
		}
	}
	if len(ask) == 0 {
		return nil
	}
	type seen struct {
		RowHash              []byte
		PatientID, NewbornID string
	}
	rows, err := pg.Rows[seen](tx, repeatsQuery, ask)
	for _, s := range rows {
		for _, e := range byHash[hash(s.RowHash)] {
			e.match, e.patientID, e.newbornID = matchSameRow, s.PatientID, s.NewbornID
			e.verdict = source.Accepted // decided then, if it was a question
		}
	}
	return err
}

func maskedPerson(p *source.Person) *homecare.ImportPerson {
	if p == nil || p.Name == "" && p.NIK == "" && p.BPJSCard == "" {
		return nil
	}
	out := &homecare.ImportPerson{Name: p.Name, NIK: number.Mask(string(p.NIK)), BPJSCard: number.Mask(p.BPJSCard),
		Sex: string(p.Sex), Village: p.Village}
	if !p.BirthDate.IsZero() {
		out.BirthDate, out.BirthDateEstimated = p.BirthDate.Format(time.DateOnly), p.BirthEstimated
	}
	return out
}

// OpenRow unseals import_row.sealed of a row, for the copy of their data that a
// person may request.
func OpenRow(k crypt.Tenant, importID string, number int, sealed []byte) ([]byte, error) {
	return k.Open(rowPlace(importID, number), sealed)
}
