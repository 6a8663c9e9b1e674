package episode

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

const columns = `c.id, c.patient_id, p.name as patient_name, coalesce(p.village_code, '') as village,
	coalesce(v.name, '') as village_name, c.programme_code as programme, c.sop_version_id,
	s.document_number as sop_number, c.state, c.origin, c.reason, coalesce(c.team_id::text, '') as team_id,
	coalesce(c.ending, '') as ending, coalesce(c.ended_on::text, '') as ended_on,
	coalesce(c.reopens_case_id::text, '') as reopens_case_id,
	coalesce(c.merged_into_case_id::text, '') as merged_into_case_id,
	jsonb_build_object('approval', s.approval, 'team_mode', s.team_mode, 'review_required', s.review_required,
		'endings', '["death", "refusal", "referral", "entered_in_error"]'::jsonb || s.optional_endings) as demands,
	c.proposed_on::text as proposed_on, c.proposed_at, c.proposed_by, c.decided_at, c.activated_at, c.terminated_at,
	c.changed_at as updated_at, c.version, ` + beside

const from = ` from care_case c join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
	left join village v on v.code = p.village_code join sop_version s on s.id = c.sop_version_id `

const details = `, (select jsonb_agg(jsonb_build_object('account_id', m.account_id, 'name', m.name, 'profession',
	m.profession, 'lead', m.lead,
			'joined_at', to_char(m.joined_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by m.lead desc,
			m.name, m.account_id)
		from team_member m where m.team_id = c.team_id and m.left_at is null) as team,
	(select jsonb_build_object('id', r.id, 'problems', r.problems, 'goals', r.goals, 'planned_services',
	r.planned_services, 'visit_frequency', r.visit_frequency,
			'participants', r.participants, 'note', r.note, 'reviewed_at', to_char(r.reviewed_at at time zone 'UTC',
			'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'reviewed_by', r.reviewed_by)
		from case_review r where r.case_id = c.id order by r.recorded_at desc, r.id desc limit 1) as review,
	(select jsonb_agg(jsonb_build_object('id', o.id, 'result', o.result, 'occurred_on', o.occurred_on, 'note', o.note,
			'recorded_at', to_char(o.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'recorded_by',
			o.recorded_by,
			'performed_by', coalesce(o.performed_by, o.recorded_by)) order by o.recorded_at, o.id)
		from referral_outcome o where o.case_id = c.id) as referral_outcome`

// reopens says whether a person's state allows an ended case to be reopened. It
// repeats the checks of proposeIn and of the database (person_is_served,
// care_case_open_uq). It is asked for ended cases only.
const reopens = `case when c.state = 'terminated' then p.deceased_on is null and p.restricted_at is null
		and p.merged_into_id is null and p.voided_reason is null and p.destroyed_at is null
		and not home_visit_refused(c.puskesmas_id, c.patient_id, 'infinity')
		and not exists (select from care_case o where o.puskesmas_id = c.puskesmas_id and o.patient_id = c.patient_id
			and o.programme_code = c.programme_code and o.state in ` + access.OpenCase + `)
	else false end as reopens`

// beside is input of the rules that no answer shows: the recorder of the proposal,
// and the state to which the case returns when its end is reversed.
const beside = reopens + `, coalesce(c.recorded_by, c.proposed_by) as recorded_by,
	case when c.state = 'terminating' or c.ending = 'death' then coalesce(case_before_end(c.id), '') else '' end as
	before`

// shown is a case for an answer, with the other input of permit.
type shown struct {
	homecare.Case
	Reopens            bool
	RecordedBy, Before string
	SentMonths         []string // months that the transaction changed and that have a submitted report
}

// CaseIn returns a case with team, review and end, if the caller may see it.
// Error: fault.ErrNotFound.
func CaseIn(tx pg.Tx, id string) (homecare.Case, error) {
	c, err := pg.Row[shown](tx, `select `+columns+details+from+`where c.id = $1 and `+access.Case("c"), id)
	if err != nil {
		return homecare.Case{}, err
	}
	err = fill(tx, &c)
	return c.Case, err
}

// caseIn is CaseIn for the answer to an action. It checks no visibility,
// because a caller who may act may see the result. It lists the changed months
// that have a report.
func caseIn(tx pg.Tx, id string) (homecare.Case, error) {
	c, err := pg.Row[shown](tx, `select `+columns+details+`, `+sentmonth.Months+` as sent_months`+from+
		`where c.id = $1`, id)
	if err != nil {
		return homecare.Case{}, err
	}
	c.Warnings = sentmonth.Warnings(tx.Context(), c.SentMonths)
	err = fill(tx, &c)
	return c.Case, err
}

func fill(tx pg.Tx, c *shown) error {
	c.permit(tx)
	if c.Ending == "" || c.Ending == Merged {
		return nil
	}
	row, err := pg.Row[sealedEnding](tx, selectEnding, c.ID)
	if err != nil {
		return err
	}
	return row.open(tx, &c.Case)
}

const selectEnding = `select id, detail_sealed from case_ending where case_id = $1 order by recorded_at desc, id desc
	limit 1`

type sealedEnding struct {
	ID           string
	DetailSealed []byte
}

// open unseals how the case ended.
func (row sealedEnding) open(tx pg.Tx, c *homecare.Case) error {
	if len(row.DetailSealed) == 0 { // none: it was destroyed with the record (package retention)
		return nil
	}
	keys, err := tx.Keys()
	if err != nil {
		return err
	}
	plain, err := keys.Open(endingPlace(row.ID), row.DetailSealed)
	if err != nil {
		return err
	}
	c.End = &homecare.CaseEnd{}
	if err := json.Unmarshal(plain, c.End); err != nil {
		return err
	}
	if r := c.End.Refusal; r != nil && tx.Principal().Client != nil { // a machine reads no numbers of a person
		r.Signer.NIK, r.Signer.Phone = "", ""
	}
	return nil
}

func endingPlace(id string) string { return "case-ending/" + id }

// row is the part of a case that its rules need, locked for change.
type row struct {
	ID, PatientID, Programme, ProgrammeName string
	SOPVersionID                            string
	State, Before                           string
	ProposedBy, RecordedBy                  string
	ProposedOn                              string
	ProposedAt                              time.Time
	TeamID                                  *string
	TeamSince                               *time.Time
	Ending                                  *string
	MergedIntoCaseID                        *string
	EndedOn                                 *string
	DecidedAt                               *time.Time
	DecidedBy                               *string
	ActivatedAt                             *time.Time
	TerminatedAt                            *time.Time
	Version                                 int64
	TeamMode                                string
	ReviewRequired, Reviewed                bool
	OptionalEndings                         []string
	Reopens                                 bool
	BirthDate                               *string
	Village                                 string
}

const rowColumns = `c.id, c.patient_id, c.programme_code as programme, g.name as programme_name, c.sop_version_id,
	c.state, c.proposed_by, c.proposed_on::text as proposed_on, c.proposed_at,
	c.team_id, c.team_since, c.ending, c.merged_into_case_id, c.ended_on::text as ended_on, c.decided_at, c.decided_by,
	c.activated_at, c.terminated_at, c.version,
	s.team_mode, s.review_required, s.optional_endings, exists (select from case_review r where r.case_id = c.id) as
	reviewed,
	p.birth_date::text as birth_date, coalesce(v.name, '') as village, ` + beside

const rowFrom = from + `join programme g on g.code = c.programme_code `

func lock(tx pg.Tx, id string) (row, error) {
	return pg.Row[row](tx, `select `+rowColumns+rowFrom+`where c.id = $1 and `+access.Case("c")+` for update of c`, id)
}

// lockOpen locks the other open cases of a person.
func lockOpen(tx pg.Tx, patientID, except string) ([]row, error) {
	return pg.Rows[row](tx, `select `+rowColumns+rowFrom+`where c.patient_id = $1 and c.id <> $2 and c.state in `+
		access.OpenCase+`
		order by c.id for update of c`, patientID, except)
}

// save writes a step to the history and then the changed row, in this order:
// the trigger that guards closed cases reads the step.
func save(tx pg.Tx, r row, d deed, before string) error {
	if err := note(tx, r, d, before, r.State); err != nil {
		return err
	}
	tag, err := tx.Exec(`update care_case set state = $2, team_id = $3, ending = $4, ended_on = $5::text::date,
		decided_at = $6, decided_by = $7,
			activated_at = $8, terminated_at = $9, merged_into_case_id = $10, team_since = $11,
			proposed_on = $12::text::date, version = version + 1 where id = $1`,
		r.ID, r.State, r.TeamID, r.Ending, r.EndedOn, r.DecidedAt, r.DecidedBy, r.ActivatedAt, r.TerminatedAt,
		r.MergedIntoCaseID, r.TeamSince, r.ProposedOn)
	if err == nil && tag.RowsAffected() == 0 {
		err = fault.ErrNotFound
	}
	return err
}

// deceased says whether a locked person (patient.UseIn) has died.
func deceased(tx pg.Tx, id string) (bool, error) {
	return pg.Scalar[bool](tx, `select deceased_on is not null from patient where id = $1`, id)
}

func insertEnding(tx pg.Tx, caseID string, e homecare.CaseEnd) error {
	plain, err := json.Marshal(e)
	if err != nil {
		return err
	}
	keys, err := tx.Keys()
	if err != nil {
		return err
	}
	p, id := tx.Principal(), newID()
	_, err = tx.Exec(`insert into case_ending (puskesmas_id, id, case_id, kind, ended_on, detail_sealed, recorded_by)
		values ($1, $2, $3, $4, $5::text::date, $6, $7)`,
		p.PuskesmasID, id, caseID, e.Kind, e.Date, keys.Seal(endingPlace(id), plain), tx.Recorder())
	return err
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// OpenEnding unseals case_ending.detail_sealed of a row, for the copy of their
// data that a person may request.
func OpenEnding(k crypt.Tenant, id string, sealed []byte) ([]byte, error) {
	return k.Open(endingPlace(id), sealed)
}
