// Package access decides who may see what. It owns the predicate (the SQL
// functions may_see_case, may_see_person, may_see_stop and may_see of migration
// 20) and which acts of the route table are open to a caller. No other package
// asks for roles or teams to decide whether a record is shown.
package access

import (
	"encoding/json"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Case is the SQL condition that the caller may see the case with this alias. A
// petugas sees the cases of their own teams and, until a team exists, their own
// proposals; every other role sees all cases of the puskesmas. It needs no
// parameter.
func Case(alias string) string {
	return `may_see_case(` + alias + `.team_id, ` + alias + `.proposed_by, (select caller_sees_all()),
		(select caller_teams()), (select caller_id()))`
}

// Listed is Case for lists: it leaves out the cases of voided persons. Such a
// case can still be read by its id.
func Listed(alias string) string { return `(` + Case(alias) + ` and ` + NotVoided(alias) + `)` }

// NotVoided is the SQL condition that the person of the case or visit with this
// alias was not voided. It is for lists that callers outside the team may read.
func NotVoided(alias string) string {
	return `not exists (select from patient gone where gone.puskesmas_id = ` + alias + `.puskesmas_id
		and gone.id = ` + alias + `.patient_id and gone.voided_reason is not null)`
}

// OwnTeam is the SQL condition that an account (an SQL expression) belongs to the team of
// the case with this alias.
func OwnTeam(alias, account string) string {
	return `exists (select from team_member own where own.puskesmas_id = ` + alias + `.puskesmas_id
		and own.team_id = ` + alias + `.team_id and own.account_id = ` + account + ` and own.left_at is null)`
}

// Record is the SQL condition that the caller may see what belongs to a record,
// given as two SQL expressions: its kind (case, visit, follow_up, document,
// patient, month) and its id. A record that does not exist is not visible.
func Record(kind, id string) string { return `may_see(` + kind + `, ` + id + `)` }

// Stop is the SQL condition that the caller may see the stop with this id (an
// SQL expression): as a member of the stop, or through a visit of a case they
// may see.
func Stop(id string) string { return `may_see_stop(` + id + `)` }

// SeeCaseIn returns fault.ErrNotFound unless the caller may see the case.
func SeeCaseIn(tx pg.Tx, id string) error { return SeeIn(tx, "case", id) }

// SeePersonIn returns fault.ErrNotFound unless the caller may see the records
// that belong to the person alone: consents and the person's own files.
func SeePersonIn(tx pg.Tx, id string) error { return SeeIn(tx, "patient", id) }

// SeeIn returns fault.ErrNotFound unless the caller may see what belongs to the
// record. The kinds are those of Record.
func SeeIn(tx pg.Tx, kind, id string) error {
	seen, err := pg.Scalar[bool](tx, `select `+Record("$1", "$2"), kind, id)
	if err == nil && !seen {
		err = fault.ErrNotFound
	}
	return err
}

// ReadSubjects returns the subjects of a stored answer from their JSON.
func ReadSubjects(b []byte) (call.Subjects, error) {
	var p Persons
	err := json.Unmarshal(b, &p)
	return p, err
}

// AgainIn returns fault.ErrNotFound unless the caller may still see all records in a stored
// answer. Two exceptions: a visit is answered again to the account that made or recorded it,
// because an account that has left the team may still send its earlier visits and must learn
// that they arrived; a proposal, until a team has the case, is answered again to the account
// that recorded it for another person.
func AgainIn(tx pg.Tx, s call.Subjects) error {
	p, known := s.(Persons)
	if !known {
		return fault.ErrNotFound
	}
	about := p.About
	if about.Empty() {
		return nil
	}
	seen, err := pg.Scalar[bool](tx, `select coalesce(bool_and(`+Record("r.kind", "r.id")+`), true) or exists (
			select from visit v where v.id = any ($4::text[]::uuid[])
			and caller_id() in (v.performed_by, v.completed_by)) or exists (
			select from care_case c where c.id = any ($1::text[]::uuid[]) and c.team_id is null
			and c.recorded_by = caller_id()) from (
		select 'case' as kind, unnest($1::text[])::uuid as id union all select 'visit', unnest($2::text[])::uuid
		union all select 'patient', unnest($3::text[])::uuid) r`, about.Cases, about.Visits, about.Persons, about.Made)
	if err == nil && !seen {
		err = fault.ErrNotFound
	}
	return err
}
