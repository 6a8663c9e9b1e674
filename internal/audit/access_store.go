package audit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// writeLimit is how long one group may take.
const writeLimit = 20 * time.Second

// whose finds the patient of a case or visit.
const whose = `select c.id::text as ref, c.patient_id::text as patient_id from care_case c where c.id = any($1::uuid[])
	union all select v.id::text, c.patient_id::text from visit v join care_case c on c.puskesmas_id = v.puskesmas_id
	and c.id = v.case_id where v.id = any($2::uuid[])`

// insertAccess inserts a group in one statement. It skips rows that exist: after a crash
// the spool is read again.
const insertAccess = `with given as (select * from unnest($2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[],
	$6::uuid[], $7::text[], $8::text[], $9::text[], $10::int[], $11::uuid[], $12::bool[], $13::bool[], $14::bytea[])
		as g(id, at, account_id, role, session_id, client, trace_id, permission, persons, import_id, revealed, replayed,
		mac)),
	e as (insert into access_event (puskesmas_id, id, at, account_id, role, session_id, client, trace_id, permission,
	persons, import_id, revealed, replayed, key_id, mac)
		select $1, id, at, account_id, role, session_id, client, trace_id, permission, persons, import_id, revealed,
		replayed, $15, mac from given on conflict do nothing returning id, at),
	u as (insert into audit_unsealed (puskesmas_id, source, id) select $1, 'access', id from e)
	insert into access_person (puskesmas_id, patient_id, at, access_id)
	select $1, p.patient_id, e.at, e.id from unnest($16::uuid[], $17::uuid[]) as p(access_id, patient_id)
	join e on e.id = p.access_id`

func (l *AccessLog) insert(puskesmas int16, group []seenRow) error {
	if len(group) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
	defer cancel()
	_, err := pg.SystemFor(ctx, l.db, "access log", puskesmas, func(tx pg.Tx) (struct{}, error) {
		persons, err := personsOf(tx, group)
		if err != nil {
			return struct{}{}, err
		}
		n := len(group)
		ids, ats, accounts, roles := make([]string, n), make([]time.Time, n), make([]string, n), make([]string, n)
		sessions, clients, traces, permissions := make([]*string, n), make([]string, n), make([]string, n),
			make([]string, n)
		counts, imports, revealed, replayed, macs := make([]int, n), make([]*string, n), make([]bool, n),
			make([]bool, n), make([][]byte, n)
		var of, who []string
		for i, a := range group {
			ids[i], ats[i], accounts[i], roles[i] = a.ID, a.At, a.Account, a.Role
			sessions[i], clients[i], traces[i], permissions[i] = pg.Null(a.Session), a.Client, a.Trace, a.Permission
			counts[i], imports[i], revealed[i], replayed[i] = len(persons[i]), pg.Null(a.Persons.Import), a.Revealed,
				a.Replayed
			macs[i] = l.trail.accessMAC(l.trail.current, a, persons[i])
			for _, p := range persons[i] {
				of, who = append(of, a.ID), append(who, p)
			}
		}
		_, err = tx.Exec(insertAccess, puskesmas, ids, ats, accounts, roles, sessions, clients, traces, permissions,
			counts, imports, revealed, replayed, macs, l.trail.current, of, who)
		return struct{}{}, err
	})
	return err
}

// personsOf returns the patients of each row, sorted, also those of its cases and visits.
// A case or visit that was rolled back (a dry run) has none.
func personsOf(tx pg.Tx, group []seenRow) ([][]string, error) {
	var cases, visits []string
	for _, a := range group {
		cases, visits = append(cases, a.Persons.Cases...), append(visits, a.Persons.Visits...)
	}
	patient := map[string]string{}
	if len(cases)+len(visits) > 0 {
		type found struct{ Ref, PatientID string }
		all, err := pg.Rows[found](tx, whose, cases, visits)
		if err != nil {
			return nil, err
		}
		for _, f := range all {
			patient[f.Ref] = f.PatientID
		}
	}
	out := make([][]string, len(group))
	for i, a := range group {
		for _, id := range a.Persons.Patients {
			out[i] = append(out[i], strings.ToLower(id))
		}
		for _, ref := range slices.Concat(a.Persons.Cases, a.Persons.Visits) {
			if p := patient[strings.ToLower(ref)]; p != "" {
				out[i] = append(out[i], p)
			}
		}
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out, nil
}

// accessMAC is the MAC of an access row and the persons it names (sorted).
func (t *Trail) accessMAC(keyID int16, a seenRow, persons []string) []byte {
	parts := []string{"access", a.ID, a.At.UTC().Format(time.RFC3339Nano), a.Account, a.Role, a.Session, a.Client,
		a.Trace, a.Permission, a.Persons.Import,
		strconv.FormatBool(a.Revealed), strconv.FormatBool(a.Replayed), strings.Join(persons, ",")}
	return crypt.MAC(t.keys[keyID], framed(a.Puskesmas, keyID, parts...))
}

const accessColumns = `e.id, e.at, e.account_id, coalesce(s.name, '') as account_name, e.role,
	coalesce(e.session_id::text, '') as session_id, e.client, e.trace_id, e.permission,
	e.persons, coalesce(e.import_id::text, '') as import_id, e.revealed, e.replayed`

const accountNames = `left join (select distinct on (account_id) account_id, name from staff_of_puskesmas()) s on
	s.account_id = e.account_id`
