package pgtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Age moves everything recorded about a patient to that time, bypassing every
// trigger: for a record whose retention is to end.
func (d Database) Age(t testing.TB, patient string, at time.Time) {
	t.Helper()
	Age(t, d.Admin(), patient, at)
}

// Age is Database.Age for the superuser's address of any database.
func Age(t testing.TB, adminDSN, patient string, at time.Time) {
	t.Helper()
	sql := `set session_replication_role = replica;
		create temp table person as select puskesmas_id, id from patient where id = '{id}' or merged_into_id = '{id}';
		create temp table mine as select c.puskesmas_id, c.id from care_case c join person p on p.id = c.patient_id
			union select v.puskesmas_id, v.id from visit v join person p on p.id = v.patient_id union select *
			from person;
		update patient set created_at = {when}, updated_at = {when} where id in (select id from person);
		update patient_source set first_seen = {when}, last_seen = {when} where patient_id in (select id from person);
		update care_case set proposed_at = {when}, decided_at = {when}, activated_at = {when}, terminated_at = {when},
		ended_on = {when}::date - 1 where id in (select id from mine);
		update case_ending set recorded_at = {when} where case_id in (select id from mine);
		update referral_outcome set recorded_at = {when}, occurred_on = {when}::date - 1
		where case_id in (select id from mine);
		update visit set created_at = {when}, planned_for = {when}, arrived_at = {when}, departed_at = {when},
		completed_at = {when} where id in (select id from mine);
		update document set issued_at = {when} where case_id in (select id from mine);
		update attachment set created_at = {when} where subject_id in (select id from mine)
		or case_id in (select id from mine);
		update audit_event set recorded_at = {when} where subject_id in (select id from mine);`
	sql = strings.NewReplacer("{id}", patient, "{when}", "'"+at.Format(time.RFC3339Nano)+"'::timestamptz").Replace(sql)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, adminDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	if _, err := c.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}
