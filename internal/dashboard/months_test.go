package dashboard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/dashboard"
)

// told are the months of the programme that wait to be computed anew; it takes them.
func (w *world) told() []string {
	w.t.Helper()
	c, err := pgx.Connect(w.t.Context(), w.Database.Admin())
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = c.Close(w.t.Context()) }()
	rows, err := c.Query(w.t.Context(), `delete from outbox where kind = $1 and puskesmas_id = $2
		and body ->> 'programme' = $3 returning body ->> 'month'`,
		dashboard.ChangedEvent, w.tenant, programme)
	if err != nil {
		w.t.Fatal(err)
	}
	months, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(months)
	return months
}

// TestMonthsAreTold: every statement that changes a figure tells the months of
// the day before and of the day after, once in a transaction, and one that
// changes none tells nothing.
func TestMonthsAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-09-02")
	person := w.person(row{"birth_date": "1950-01-01"})
	c := w.care(row{"patient_id": person})
	v := w.visit(c, "2026-07-30", "", nil)
	made := w.visit(c, "2026-05-10", "2026-05-10", nil)
	other := w.person(nil)
	task := w.put("follow_up", row{"case_id": c, "what": "uji", "unit": "Dinsos", "due_on": "2026-07-01",
		"state": "open", "created_at": at(t, "2026-06-02"), "created_by": uuid.NewString()}, nil)
	w.Database.Exec(t, `insert into stop_member (puskesmas_id, stop_id, account_id, during, active) select puskesmas_id,
		stop_id, $2, tstzrange('2026-05-10', '2026-05-11'), false from visit where id = $1`, made, uuid.NewString())
	w.told()
	q := func(format string, args ...any) string { return fmt.Sprintf(format, args...) }
	for _, step := range []struct {
		says string
		sql  []string
		want string
	}{
		{"a version", []string{q(`update visit set version = version + 1, pregnant = true where id = '%s'`, v)}, ""},
		{"planned in one month, made in another", []string{q(`update visit set state = 'completed',
			arrived_at = '2026-08-01 01:00Z', departed_at = '2026-08-01 02:00Z', completed_at = now()
			where id = '%s'`, v)}, "2026-07 2026-08"},
		{"an arrival corrected", []string{q(`update visit set arrived_at = '2026-06-30 15:59Z' where id = '%s'`, v)},
			"2026-06 2026-08"},
		{"a service of a completed visit", []string{q(`insert into visit_service (puskesmas_id, visit_id, type, data)
			values (%d, '%s', 'nutrition', '{}')`, w.tenant, made)}, "2026-05"},
		{"a diagnosis of a completed visit", []string{q(`insert into visit_diagnosis (puskesmas_id, visit_id, n, code,
			role) values (%d, '%s', 1, 'I10', 'primary')`, w.tenant, made)}, "2026-05"},
		{"parts replaced", []string{`set local session_replication_role = origin`, q(`insert into visit_revision
			(puskesmas_id, visit_id, n, record, made_at, made_by)
			values (%d, '%s', 1, '{}', now(), gen_random_uuid())`, w.tenant, made),
			q(`delete from visit_service where visit_id = '%s'`, made), q(`delete from visit_diagnosis
				where visit_id = '%s'`, made)}, "2026-05"},
		{"the profession of a member", []string{q(`update stop_member set profession = 'nurse'
			where stop_id = (select stop_id from visit where id = '%s')`, made)}, "2026-05"},
		{"a member set free", []string{q(`update stop_member set active = false
			where stop_id = (select stop_id from visit where id = '%s')`, made)}, ""},
		{"an act on a follow-up", []string{q(`insert into follow_up_act (puskesmas_id, id, follow_up_id, act,
			happened_on, at, performed_by, recorded_by)
			values (%d, gen_random_uuid(), '%s', 'handed_over', '2026-04-30', now(), gen_random_uuid(),
			gen_random_uuid())`, w.tenant, task)}, "2026-04"},
		{"a case's note", []string{q(`update care_case set reason = 'lain' where id = '%s'`, c)}, ""},
		// not the month of its proposal
		{"a death of another month", []string{q(`update care_case set state = 'terminated', ending = 'death',
			ended_on = '2026-03-31', terminated_at = now() where id = '%s'`, c)}, "2026-03"},
		{"a group session", []string{q(`insert into education_session (puskesmas_id, id, programme_code, village_code,
			held_on, topics, method, participants, conducted_by, created_at, created_by)
			values (%d, gen_random_uuid(), '%s', '%s', '2026-02-28', '[]', 'leaflet', 5, array[gen_random_uuid()],
			now(), gen_random_uuid())`, w.tenant, programme, village)}, "2026-02"},
		{"a person's phone", []string{q(`update patient set phone_index = null, updated_at = now() where id = '%s'`,
			person)}, ""},
		{"a birth date", []string{q(`update patient set birth_date = '1960-01-01' where id = '%s'`, person)},
			"2026-05 2026-06"},
		{"a source", []string{q(`insert into patient_source (puskesmas_id, patient_id, source, first_seen, last_seen)
			values (%d, '%s', 'ptm', '2026-01-31 16:00Z', now())`, w.tenant, person)}, "2026-02"},
		{"a source seen again", []string{q(`update patient_source set last_seen = now() where patient_id = '%s'`,
			person)}, ""},
		{"a source before the programme", []string{q(`insert into patient_source (puskesmas_id, patient_id, source,
			first_seen, last_seen) values (%d, '%s', 'ptm', '2001-01-31 16:00Z', now())`, w.tenant, other)}, "2022-01"},
		{"a death of a target", []string{q(`update patient set deceased_on = '2026-02-10' where id = '%s'`, other)},
			"2026-03"},
		{"voided", []string{q(`update patient set voided_reason = 'salah' where id = '%s'`, person)},
			"2026-02 2026-03 2026-04 2026-05 2026-06"},
		{"two acts in one transaction", []string{q(`update visit set state = 'missed' where id = '%s'`, v),
			q(`update visit set state = 'completed' where id = '%s'`, v)}, "2026-06"},
	} {
		w.sql(step.sql...)
		if got := strings.Join(w.told(), " "); got != step.want {
			t.Errorf("%s: told %q, want %q", step.says, got, step.want)
		}
	}
}
