//go:build sabotage

package crash

import (
	"fmt"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestVerify breaks the database in each way that Verify must find.
func TestVerify(t *testing.T) {
	t.Parallel()
	const (
		copied = `insert into evaluation (puskesmas_id, id, subject_kind, month, programme_code, finding, cause,
			improvement, owner_account_id, due_on, state, created_at, created_by) select puskesmas_id,
			gen_random_uuid(), subject_kind, month, programme_code, %s, cause, improvement, owner_account_id, due_on,
			state, created_at, created_by from evaluation limit 1`
		audited = `; insert into audit_event (puskesmas_id, id, at, actor_role, trace_id, action, subject_kind,
			subject_id, mac) select puskesmas_id, gen_random_uuid(), now(), 'system', '', 'evaluation.open',
			'evaluation', id, '' from evaluation e where not exists (select from audit_event a
			where a.subject_id = e.id)`
	)
	for _, x := range []struct {
		name, sql string
		want      Verdict
	}{
		{"nothing", ``, Verdict{}},
		{"a record is gone with its audit row", `set session_replication_role = replica; delete from audit_event
			where subject_id = (select min(id::text)::uuid from evaluation); delete from evaluation
			where id = (select min(id::text)::uuid from evaluation)`, Verdict{Lost: 1}},
		{"a record is gone", `set session_replication_role = replica; delete from evaluation
			where id = (select min(id::text)::uuid from evaluation)`, Verdict{Lost: 1, Half: 1}},
		{"an audit row is gone", `set session_replication_role = replica; delete from audit_event
			where subject_id = (select min(id::text)::uuid from patient)`, Verdict{Half: 1}},
		{"a person without a source", `set session_replication_role = replica; delete from patient_source
			where patient_id = (select min(id::text)::uuid from patient)`, Verdict{Half: 1}},
		{"a key without its answer", `update idempotency_key set answer = null
			where key = (select key from idempotency_key limit 1)`, Verdict{Half: 1}},
		{"a record twice", fmt.Sprintf(copied, `finding`) + audited, Verdict{Duplicate: 1}},
		{"a record nobody sent", fmt.Sprintf(copied, `'Temuan lain'`) + audited, Verdict{Phantom: 1}},
		{"another id than acknowledged", `set session_replication_role = replica; with n as
			(select gen_random_uuid() as id), e as (update evaluation set id = (select id from n)
			where id = (select min(id::text)::uuid from evaluation) returning id) update audit_event
			set subject_id = (select id from n) where subject_id = (select min(id::text)::uuid
			from evaluation)`, Verdict{Lost: 1}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			s := apitest.New(t)
			j := NewJournal(t, s.URL, "koordinator.uren", apitest.Password)
			for range 9 {
				j.one()
			}
			if j.Acked() != 9 || j.Unexpected.Load() != 0 {
				t.Fatalf("%d of 9 acknowledged", j.Acked())
			}
			if x.sql != "" {
				s.Database.Exec(t, x.sql)
			}
			if got := j.Verify(t, s.Database.Admin()); got != x.want {
				t.Errorf("found %s, want %s", got, x.want)
			}
		})
	}
}
