package visit

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
)

// verdict is the state of a case at the time of an act.
type verdict struct {
	Seen       bool    // the caller may see the case now
	Role       *string // of the performer at that time; nil: not on the staff
	OfTeam     bool    // the performer was in the case's team at that time
	CaseID     string
	State      string // of the case, now
	ProposedOn string
	EndedOn    *string
	Ending     *string
	MergedInto *string
	PatientID  string
	BirthDate  *string // also nil for an estimated date, which proves nothing
	DeceasedOn *string
	Voided     bool
	Restricted bool
	Refused    bool // home visits were refused at that time
	// Recorded is a visit of the same person and programme by the same performer at
	// exactly the same time, also at another of the merged cases; "" for none.
	Recorded string
	// UnderWay is the visit that a new one continues: begun at the case with the id of
	// the new one, or without an id by the same performer at exactly the same time; ""
	// for none.
	UnderWay string
	Begun    bool // the case was active once
	// WasOfTeam: the caller was at some time in a team of the case, or of a case
	// merged into it.
	WasOfTeam bool
}

// sameCare says whether a visit w belongs to the person and programme of case c:
// each of two merged records had a case. A case entered in error does not count.
const sameCare = `w.puskesmas_id = c.puskesmas_id and w.patient_id = c.patient_id
	and w.programme_code = c.programme_code
	and (w.case_id = c.id or not exists (select from care_case e where e.puskesmas_id = w.puskesmas_id
	and e.id = w.case_id and e.ending = 'entered_in_error'))`

// No team sees a case without a team: the comparison is null, which counts as
// false.
var verdictColumns = `
	coalesce(` + access.Case("c") + `, false) as seen,
	(select s.role from staff_at($2, x.at) s limit 1) as role,
	of_team_at(c.id, $2, x.at) as of_team, c.id as case_id, c.state, c.proposed_on::text as proposed_on,
	c.ended_on::text as ended_on, c.ending, c.merged_into_case_id as merged_into, c.patient_id,
	case when not p.birth_date_estimated then p.birth_date::text end as birth_date,
	p.deceased_on::text as deceased_on, p.voided_reason is not null as voided,
	coalesce(p.restricted_at <= x.at, false) as restricted,
	home_visit_refused(c.puskesmas_id, c.patient_id, x.at) as refused,
	coalesce((select w.id::text from visit w where ` + sameCare + ` and w.performed_by = $2
		and w.arrived_at = x.at and w.state in ('in_progress', 'completed') order by w.id limit 1), '') as recorded,
	c.activated_at is not null as begun,
	exists (select from joined_cases(c.id) j join care_case o on o.puskesmas_id = c.puskesmas_id and o.id = j.id
		join team_member m on m.puskesmas_id = c.puskesmas_id and m.account_id = (select caller_id())
		and (m.team_id = o.team_id or m.team_id in (
			select t.team_id from case_team_past t where t.puskesmas_id = o.puskesmas_id and t.case_id = o.id))) as
			was_of_team`

// queueVerdict queues the read of the state of a case at the time of a. id is the
// id that a gives the visit, "" for none.
func queueVerdict(b *pgx.Batch, caseID string, a act, id string, into *verdict) {
	b.Queue(`select `+verdictColumns+`,
			coalesce((select w.id::text from visit w where w.puskesmas_id = c.puskesmas_id and w.case_id = c.id
				and w.state = 'in_progress' and case when $4 = '' then w.performed_by = $2 and w.arrived_at = x.at
				else w.id = nullif($4, '')::uuid end), '') as under_way
		from (select $3::timestamptz as at) x, care_case c
		join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id where c.id = $1`,
		caseID, a.by, a.at, id).Query(pg.Into(into))
}

// queueVisitVerdict is queueVerdict for a visit's case. A visit in progress is
// judged as of its arrival.
func queueVisitVerdict(b *pgx.Batch, visitID string, a act, into *verdict) {
	b.Queue(`select `+verdictColumns+`, '' as under_way from visit v
		join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
		join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
		cross join lateral (select case when v.arrived_at is not null and (v.state = 'in_progress' or $4)
			then v.arrived_at else $3::timestamptz end as at) x
			where v.id = $1`, visitID, a.by, a.at, a.begun).Query(pg.Into(into))
}

// judge says whether the record allows the act: nil if so, with late if the case
// ended meanwhile; fault.ErrNotFound for a caller who neither sees the case nor
// was in its team; a *fault.Contradiction otherwise. The pointers name the
// members with the time and the account.
func (v verdict) judge(tx pg.Tx, a act, atPointer string) (late bool, err error) {
	own := a.by == tx.Principal().UserID
	if !v.Seen && !(own && (v.OfTeam || v.WasOfTeam)) {
		return false, fault.ErrNotFound
	}
	if v.Role == nil {
		if !own {
			atPointer = "/performed_by"
		}
		return false, fault.ErrInvalid.At(staff.NotStaff(atPointer))
	}
	day := clock.Day(a.at)
	at := func(d *fault.Definition, kind, id string) *fault.Contradiction {
		c := d.Contradicts(kind, id, a.by, a.at)
		c.On = v.CaseID
		return c
	}
	switch {
	case v.Voided:
		return false, at(ErrPersonVoided, "patient", v.PatientID)
	case day < v.ProposedOn:
		return false, at(ErrBeforeProposal, "case", v.CaseID)
	case v.State == "proposed" || v.State == "approved" || v.State == "terminated" && !v.Begun && !v.endedBefore(day):
		return false, at(ErrCaseNotActive, "case", v.CaseID)
	case v.endedBefore(day):
		c := at(ErrCaseEnded, "case", v.CaseID)
		if v.MergedInto != nil {
			c.Fault = c.Fault.Extend("merged_into_case_id", *v.MergedInto)
		}
		return false, c
	case v.DeceasedOn != nil && *v.DeceasedOn < day:
		return false, at(ErrPersonDeceased, "patient", v.PatientID)
	case v.Restricted:
		return false, at(ErrRestricted, "patient", v.PatientID)
	case v.Refused:
		return false, at(ErrConsentWithdrawn, "patient", v.PatientID)
	case *v.Role == string(access.Petugas) && !v.OfTeam && !a.vouched:
		return false, at(ErrNotInTeam, "case", v.CaseID)
	}
	return v.State == "terminated", nil
}

// endedBefore says whether the case had ended when that day began. A proposal
// that was not approved counts as ended from the start.
func (v verdict) endedBefore(day string) bool {
	switch {
	case v.State == "rejected" || v.State == "withdrawn":
		return true
	case v.State == "terminating": // refused; a retracted refusal does not count
		return v.EndedOn != nil && *v.EndedOn < day
	case v.State != "terminated":
		return false
	}
	return v.Ending != nil && *v.Ending == "entered_in_error" || v.EndedOn != nil && *v.EndedOn < day
}
