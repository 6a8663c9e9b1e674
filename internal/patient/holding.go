package patient

import "cmp"

// Holding is one relation with data about a person, and what each act on a
// whole person does with its rows. Everything that merges, copies, destroys,
// reseals or keeps records reads this catalogue. A test fails for a table that
// refers to a person and is not in it.
type Holding struct {
	Table string
	// Of is the condition that a row (alias t) is about one of the persons in
	// $1 (uuid[]): a person and all records merged into it (same_person).
	Of string
	// Hidden are columns that the person's own copy leaves out because they
	// name another person.
	Hidden []string
	// Merge are the statements that move rows of a duplicate ($1) to the record
	// that stays ($2). Without one, the rows follow their case or visit, or
	// stay because they are history (Why).
	Merge []string
	// Why says why rows stay at a merge, or what moves them.
	Why string
	// Kind and the column ID ("": id) are how an answer about a merge names a
	// row. Kind is "" where the row is recomputed or follows another row.
	Kind, ID string
	// Since is the column with the time of recording. It is set where a row
	// stays with its record when a merge is undone: only a person can say which
	// of the two it is about. On limits Of to such rows.
	Since, On string
	// Sealed are the columns under the tenant's key, each with the place that
	// its seal is bound to, as SQL over the row.
	Sealed []Sealed
	// Refused says that the database refuses a new row for a person whose data
	// are restricted or who refuses home visits (trigger person_is_served).
	Refused bool
	// Destroy says what happens to the rows when the record is destroyed.
	Destroy Destruction
}

// Sealed is a column that holds seals of the tenant's key.
type Sealed struct{ Column, Place string }

// Destruction is how a relation's rows are destroyed. Set and Where are SQL
// over t. They may use persons (uuid[]), cutoff (the start of the retention
// period), who (the account) and gone (the word that replaces a text).
type Destruction struct {
	Delete bool
	Set    string
	Where  string // instead of Holding.Of
	Keep   string // why rows are kept
}

const (
	ofPerson = `t.patient_id = any ($1)`
	ofCases  = `t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
		and c.patient_id = any ($1))`
	ofVisits = `t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id
		and v.patient_id = any ($1))`
	// ofRecords is for rows that refer to a record of any kind without a
	// foreign key.
	ofRecords = `t.subject_id in (select unnest($1::uuid[])
		union all select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any ($1)
		union all select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any ($1)
		union all select f.id from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id and c.patient_id = any ($1)
		union all select d.id from document d join care_case c on c.puskesmas_id = d.puskesmas_id and c.id = d.case_id
			where d.puskesmas_id = t.puskesmas_id and c.patient_id = any ($1))`

	movePerson = `patient_id = $2 where patient_id = $1`
)

// Holdings is the catalogue, in the order in which a merge moves rows and a
// destruction destroys them: the person's key first.
var Holdings = []Holding{
	{Table: "patient", Of: `t.id = any ($1)`, Hidden: []string{"merged_into_id"},
		Why:    "the duplicate names the record that stays (merge.go)",
		Sealed: []Sealed{{"key_wrapped", `'person/' || id`}},
		Destroy: Destruction{Set: `key_wrapped = '', identity_sealed = '', name = gone, birth_date = null,
			birth_date_estimated = false, birth_weight_g = null, household_id = null,
			nik_index = null, bpjs_index = null, phone_index = null, deceased_on = null, weak = true, created_by = null,
			voided_reason = case when t.voided_reason is null then null else gone end, destroyed_at = now(),
			updated_at = now(), version = t.version + 1`}},
	{Table: "household", Of: `t.id in (select p.household_id from patient p where p.puskesmas_id = t.puskesmas_id
		and p.id = any ($1))`,
		Why: "a family is its members': the person takes over which one (Record.learn)",
		Destroy: Destruction{Set: `kk_index = null, survey_id = null, indicators = null, version = t.version + 1`,
			Where: `t.id = any (households) and not exists (select from patient p where p.puskesmas_id = t.puskesmas_id
				and p.household_id = t.id)`}},
	{Table: "patient_source", Kind: "source", ID: "source", Since: "first_seen", Of: ofPerson, Merge: []string{
		`update patient_source s set first_seen = least(s.first_seen, f.first_seen),
			last_seen = greatest(s.last_seen, f.last_seen),
				first_import_id = case when f.first_seen < s.first_seen then f.first_import_id else s.first_import_id
				end,
				last_import_id = case when f.last_seen > s.last_seen then f.last_import_id else s.last_import_id end
			from patient_source f where f.patient_id = $1 and s.patient_id = $2 and s.source = f.source`,
		`update patient_source s set patient_id = $2 where s.patient_id = $1
			and not exists (select from patient_source o where o.patient_id = $2 and o.source = s.source)`,
	}, Destroy: Destruction{Delete: true}},
	{Table: "patient_fact", Kind: "fact", ID: "digest", Since: "recorded_at", Of: ofPerson, Merge: []string{
		`update patient_fact f set patient_id = $2 where f.patient_id = $1
			and not exists (select from patient_fact o where o.patient_id = $2 and o.digest = f.digest)`,
	}, Destroy: Destruction{Delete: true}},
	{Table: "current_fact", Of: ofPerson, Why: "remade from the facts within seconds (package fact)",
		Destroy: Destruction{Delete: true}},
	{Table: "patient_key", Of: ofPerson, Why: "remade from the person (package intake)",
		Destroy: Destruction{Delete: true}},
	{Table: "patient_score", Of: ofPerson, Why: "points and total are recomputed; what was moved by hand goes along",
		Merge: []string{
			`update patient_score s set adjustment = f.adjustment, total = s.points + f.adjustment, adjusted_reason = f.adjusted_reason,
			adjusted_at = f.adjusted_at, adjusted_by = f.adjusted_by
			from patient_score f where f.patient_id = $1 and s.patient_id = $2 and s.adjustment = 0
			and f.adjustment <> 0`,
			// A record of some seconds ago has no score yet.
			`update patient_score s set ` + movePerson + ` and adjustment <> 0
			and not exists (select from patient_score o where o.patient_id = $2)`,
		}, Destroy: Destruction{Delete: true}},
	{Table: "duplicate_candidate", Of: `(t.first_id = any ($1) or t.second_id = any ($1))`,
		Hidden: []string{"first_id", "second_id"},
		Why:    "a list shows a pair under the records that stay", Merge: []string{
			`update duplicate_candidate c set state = 'merged', reason = m.reason, decided_at = m.merged_at,
				decided_by = m.merged_by, version = c.version + 1
				from person_merge m, patient f, patient s where m.from_id = $1 and m.undone_at is null
				and c.state = 'open' and f.id = c.first_id and s.id = c.second_id
					and coalesce(f.merged_into_id, f.id) = $2 and coalesce(s.merged_into_id, s.id) = $2`,
		}, Destroy: Destruction{Delete: true}},
	{Table: "import_row", Of: `(t.patient_id = any ($1) or t.newborn_id = any ($1))`,
		Sealed: []Sealed{{"sealed", `'import/' || import_id || '/' || number`}},
		Merge: []string{`update import_row set ` + movePerson, `update import_row set newborn_id = $2
			where newborn_id = $1`},
		// Rows of files this old are destroyed as a whole: a refused row
		// belongs to no person.
		Destroy: Destruction{Set: `sealed = '', issues = '[]'`, Where: `length(t.sealed) > 0
			and (t.patient_id = any (persons) or t.newborn_id = any (persons)
			or t.import_id in (select f.id from import_file f where f.puskesmas_id = mine
			and f.created_at <= cutoff))`}},
	{Table: "import_file", Of: `t.id in (select r.import_id from import_row r where r.puskesmas_id = t.puskesmas_id
		and (r.patient_id = any ($1) or r.newborn_id = any ($1)))`,
		Why: "a file is about many persons", Sealed: []Sealed{{"name_sealed", `'import-name/' || id`}},
		Destroy: Destruction{Set: `name_sealed = ''`, Where: `t.created_at <= cutoff and length(t.name_sealed) > 0`}},
	{Table: "consent", Kind: "consent", Since: "created_at", Of: ofPerson,
		Merge: []string{`update consent set version = version + 1, ` + movePerson},
		Destroy: Destruction{Set: `given_by = gone, withdrawn_reason = case when t.withdrawn_reason is null then null
			else gone end, version = t.version + 1`}},
	{Table: "data_subject_request", Kind: "data_subject_request", Since: "created_at", Of: ofPerson,
		Merge:   []string{`update data_subject_request set version = version + 1, ` + movePerson},
		Destroy: Destruction{Set: `note = '', outcome = '', version = t.version + 1`}},
	{Table: "break_glass", Kind: "break_glass", Since: "opened_at", Of: ofPerson,
		Merge: []string{`update break_glass set ` + movePerson},
		Destroy: Destruction{Set: `reason = '(dimusnahkan bersama rekamnya)', finding = case when t.finding is null then
			null else gone end, version = t.version + 1`}},
	{Table: "legal_hold", Kind: "legal_hold", Since: "placed_at", Of: ofPerson,
		Why: "of two open holds each record keeps its own; both keep the person", Merge: []string{
			`update legal_hold h set patient_id = $2 where h.patient_id = $1 and (h.released_at is not null
			or not exists (select from legal_hold o where o.patient_id = $2 and o.released_at is null))`,
		}, Destroy: Destruction{
			Set: `reason = gone, release_reason = case when t.release_reason is null then null else gone end`}},
	{Table: "record_destruction", Of: ofPerson, Why: "a proposal is about the record that it names",
		Destroy: Destruction{Keep: "it is what remains of the record"}},
	{Table: "person_merge", Of: `(t.from_id = any ($1) or t.to_id = any ($1))`, Hidden: []string{"from_id", "to_id"},
		Why: "it tells what was",
		Destroy: Destruction{
			Set: `reason = gone, undone_reason = case when t.undone_reason is null then null else gone end`}},
	{Table: "person_merge_change", Of: `t.merge_id in (select m.id from person_merge m
		where m.puskesmas_id = t.puskesmas_id and (m.from_id = any ($1) or m.to_id = any ($1)))`,
		Hidden: []string{"before", "after", "row_key", "left_as"}, Why: "it tells what was",
		Destroy: Destruction{Set: `before = '{}', after = '{}', left_as = ''`}},

	{Table: "care_case", Kind: "case", Since: "proposed_at", Of: ofPerson, Refused: true,
		Merge:   []string{`update care_case set version = version + 1, ` + movePerson},
		Destroy: Destruction{Set: `reason = gone`}},
	{Table: "case_team_past", Of: ofCases, Destroy: Destruction{Keep: "which team cared tells nothing of the person"}},
	{Table: "case_transition", Of: ofCases, Destroy: Destruction{Set: `reason = ''`}},
	{Table: "case_review", Of: ofCases,
		Destroy: Destruction{
			Set: `problems = '[]', goals = '[]', planned_services = '[]', visit_frequency = '{}', participants = '[]', note = ''`}},
	{Table: "case_ending", Of: ofCases, Sealed: []Sealed{{"detail_sealed", `'case-ending/' || id`}},
		Destroy: Destruction{Set: `detail_sealed = ''`}},
	{Table: "referral_outcome", Of: ofCases, Destroy: Destruction{Set: `note = ''`}},
	{Table: "visit", Kind: "visit", Since: "created_at", Of: ofPerson, Refused: true,
		Merge: []string{`update visit set version = version + 1, ` + movePerson},
		Destroy: Destruction{Set: `reason = null, vitals_absent_reason = null, anamnesis = null, examination = null,
			education = null, consumables = null, plan = null,
			latitude = null, longitude = null, accuracy_m = null, version = t.version + 1`}},
	{Table: "visit_vital", Of: ofVisits, Destroy: Destruction{Delete: true}},
	{Table: "visit_diagnosis", Of: ofVisits, Destroy: Destruction{Delete: true}},
	{Table: "visit_service", Of: ofVisits, Destroy: Destruction{Delete: true}},
	{Table: "visit_assessment", Of: ofVisits, Destroy: Destruction{Delete: true}},
	{Table: "visit_lab", Of: ofVisits, Destroy: Destruction{Delete: true}},
	{Table: "visit_hazard", Of: ofVisits, Destroy: Destruction{Delete: true}},
	{Table: "visit_checklist_item", Of: ofVisits,
		Destroy: Destruction{Keep: "codes of what was packed tell nothing of the person"}},
	{Table: "visit_revision", Of: ofVisits, Destroy: Destruction{Delete: true}},
	{Table: "visit_due", Kind: "case", ID: "case_id", Of: ofCases, Destroy: Destruction{Delete: true}},
	{Table: "alert", Kind: "alert", Of: ofPerson, Merge: []string{`update alert set version = version + 1, ` +
		movePerson},
		Destroy: Destruction{Set: `value = 0, note = null, close_note = null, version = t.version + 1`}},
	{Table: "follow_up", Kind: "follow_up", Since: "created_at", Of: ofCases,
		Destroy: Destruction{Set: `what = gone, handed_over_note = null, answer = null, result = null,
			version = t.version + 1`}},
	{Table: "follow_up_act", Of: `t.follow_up_id in (select f.id from follow_up f
		join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id
			and c.patient_id = any ($1))`, Destroy: Destruction{Set: `note = ''`}},
	{Table: "parked_act", Kind: "parked_act", Since: "parked_at", Of: ofPerson,
		Sealed: []Sealed{{"body_sealed", `'parked/' || id`}},
		Merge:  []string{`update parked_act set version = version + 1, ` + movePerson},
		Destroy: Destruction{Set: `body_sealed = '', note = case when t.note is null then null else gone end,
			version = t.version + 1`}},
	{Table: "evaluation", Of: ofRecords, Destroy: Destruction{Set: `finding = gone, cause = gone, improvement = gone,
			result = case when t.result is null then null else gone end, version = t.version + 1`}},
	{Table: "attachment", Kind: "attachment", Since: "created_at", On: `t.subject_kind = 'patient'`, Of: `(` + ofCases +
		` or ` + ofRecords + `)`,
		Merge: []string{`update attachment set version = version + 1, subject_id = $2 where subject_kind = 'patient'
			and subject_id = $1`},
		Destroy: Destruction{Set: `caption = '', latitude = null, longitude = null,
			voided_at = coalesce(t.voided_at, now()), voided_by = coalesce(t.voided_by, who),
			voided_reason = gone, destroyed_at = now(), version = t.version + 1`}},
	{Table: "document", Kind: "document", Of: `(` + ofCases + ` or ` + ofRecords + `)`,
		Sealed: []Sealed{{"frozen_sealed", `'document/' || id`}, {"pdf_sealed", `'document-pdf/' || id`}},
		Destroy: Destruction{Set: `frozen_sealed = '', pdf_sealed = case when t.pdf_sealed is null then null else
			''::bytea end,
			void_reason = case when t.void_reason is null then null else gone end, version = t.version + 1`}},

	{Table: "access_event", Of: `t.id in (select p.access_id from access_person p where p.puskesmas_id = t.puskesmas_id
		and p.patient_id = any ($1))`,
		Why:     "it tells what was; a reading asks for the person and all who were merged",
		Destroy: Destruction{Keep: "who looked is proof, and names the person by id only"}},
	{Table: "access_person", Of: ofPerson, Why: "it tells what was",
		Destroy: Destruction{Keep: "who looked is proof, and names the person by id only"}},
	{Table: "audit_event", Of: ofRecords, Why: "it tells what was",
		Destroy: Destruction{Keep: "destroy_record takes reason and change out and lists the events"}},
	{Table: "idempotency_key", Of: `$1::uuid[] is null`,
		Why:     "an answer tells what was; replaying it asks who may see it",
		Sealed:  []Sealed{{"answer", `'answer/' || encode(key, 'hex')`}},
		Destroy: Destruction{Keep: "answers that name the person go by a job, since they are sealed"}},
}

// NotHeld are the relations with a subject's id that hold no data about a
// person, with the reason.
var NotHeld = map[string]string{
	"outbox":               "the id of what changed, on its way to a job; no content, gone in seconds",
	"audit_event_district": "acts of Dinkes: they name a break-glass or an account, never a person",
}

// id is the column that identifies a row.
func (h Holding) id() string { return cmp.Or(h.ID, "id") }

// HoldingTables are the names of the relations of Holdings.
func HoldingTables() []string {
	out := make([]string, len(Holdings))
	for i, h := range Holdings {
		out[i] = h.Table
	}
	return out
}

// Reaching lists, for a superuser, the tables that refer to patient by foreign
// keys, or to a person or one of a person's records without one. All of them
// must be in Holdings.
const Reaching = `with recursive reaching as (
		select 'patient'::regclass::oid as rel
		union select c.conrelid from pg_constraint c join reaching r on c.confrelid = r.rel where c.contype = 'f'
		and c.connamespace = 'public'::regnamespace)
	select r.rel::regclass::text from reaching r
	union select a.attrelid::regclass::text from pg_attribute a join pg_class t on t.oid = a.attrelid
		where a.attname in ('patient_id', 'newborn_id', 'subject_id') and not a.attisdropped and t.relkind = 'r'
		and t.relnamespace = 'public'::regnamespace order by 1`
