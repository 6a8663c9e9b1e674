package bench

import (
	"strconv"
	"strings"
)

// record is one statement of the load.
type record struct{ name, text string }

// query is for that many cases a puskesmas in one team.
func (r record) query(cases int) string {
	return strings.NewReplacer("{cases}", strconv.Itoa(cases), "{own}", strconv.Itoa(benchCases*2)).Replace(r.text)
}

// records are teams, cases and completed visits: {cases} cases per puskesmas in
// one team, and {own} with their own team for the bundles.
var records = []record{
	{"cases", `
		create temp table person as select puskesmas_id, id, village_code,
			row_number() over (partition by puskesmas_id order by id) as n from patient;
		create temp table new_case as select puskesmas_id, id as patient_id, village_code, n, gen_random_uuid() as id,
			n > {cases} as own,
			md5('team' || puskesmas_id || '/' || case when n > {cases} then n else 0 end)::uuid as team_id
			from person where n <= {cases} + {own};
		insert into puskesmas_programme (puskesmas_id, programme_code, starts_on)
			select id, 'kupinang', date '2022-02-16' from puskesmas on conflict do nothing;
		insert into team (puskesmas_id, id, programme_code, mode, name, valid_from, created_by)
			select distinct puskesmas_id, team_id, 'kupinang', 'per_case', 'Tim', date '2026-01-01', team_id
			from new_case;
		insert into team_member (puskesmas_id, id, team_id, account_id, membership_id, name, profession, lead,
			joined_at)
			select t.puskesmas_id, gen_random_uuid(), t.id, md5(t.id::text || m)::uuid, md5(t.id::text || m)::uuid,
				'Petugas ' || m, case m when 1 then 'physician' else 'nurse' end, m = 1, '2026-01-01'
			from team t, generate_series(1, 2) m;
		insert into account (id, username, name, password_hash)
			select account_id, 'p' || replace(account_id::text, '-', ''), name, '' from team_member;
		insert into membership (puskesmas_id, id, account_id, role, profession)
			select puskesmas_id, membership_id, account_id, 'petugas', profession from team_member;
		insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state, origin, reason,
			team_id, proposed_at, proposed_by, proposed_on, activated_at, team_since)
			select puskesmas_id, id, patient_id, 'kupinang',
				(select id from sop_version where programme_code = 'kupinang' limit 1), 'active', 'walk_in', 'ukur',
				team_id, timestamptz '2026-01-01' + n * interval '1 minute', team_id, date '2026-01-01',
				timestamptz '2026-01-01', timestamptz '2026-01-01'
			from new_case`},
	{"visits", `
		create temp table new_visit as select c.*, gen_random_uuid() as visit_id, gen_random_uuid() as stop_id,
			timestamptz '2026-01-05 01:00Z' + (c.n % 150 + g * 14) * interval '1 day' as at
			from new_case c, generate_series(1, 5) g where not own;
		insert into stop (puskesmas_id, id, programme_code, village_code, starts_at, ends_at, created_by)
			select puskesmas_id, stop_id, 'kupinang', village_code, at, at + interval '1 hour', team_id from new_visit;
		insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state, planned_for,
			arrived_at, arrived_recorded_at, departed_at, completed_at, completed_by, anamnesis, created_by)
			select puskesmas_id, visit_id, stop_id, id, patient_id, 'kupinang', 'completed', at, at, at,
				at + interval '1 hour', at + interval '1 hour', team_id, '{"chief_complaint": "Nyeri kepala"}', team_id
			from new_visit`},
	{"vital signs and services", `
		insert into visit_vital (puskesmas_id, visit_id, n, code, value, unit, level, taken_at)
			select puskesmas_id, visit_id, m,
				(array['sbp','dbp','hr','rr','temp','spo2','weight','height'])[m], 80, 'unit', 'normal', at
			from new_visit, generate_series(1, 8) m;
		insert into visit_service (puskesmas_id, visit_id, type, data)
			select puskesmas_id, visit_id, 'limited_medical_care', '{"condition": "unchanged"}' from new_visit;
		drop table new_visit, new_case, person`},
}
