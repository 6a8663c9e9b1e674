package sentmonth_test

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const programme = "homecare_sanggam"

var now = time.Date(2026, 4, 20, 1, 0, 0, 0, time.UTC)

// world is a person known since 15 November 2025, in care since 1 December, visited on 10
// January 2026 and not at home on 10 February. The reports of December to March were
// sent.
type world struct {
	*apitest.Server
	t            *testing.T
	tenant       int16
	person, care string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Server: apitest.New(t), t: t, care: uuid.NewString()}
	w.tenant = w.PuskesmasID(t, "uren")
	w.person = w.AddPatient(t, "uren", apitest.Person{Name: "Galuh", Sex: "female", BirthDate: "1950-05-05"})
	place := uuid.NewString()
	w.Database.Exec(t, `update puskesmas_programme set starts_on = '2025-01-01'`)
	w.Database.Exec(t, `insert into patient_source (puskesmas_id, patient_id, source, first_seen, last_seen)
		values ($1, $2, 'pispk', '2025-11-15 01:00Z', now())
		on conflict (puskesmas_id, patient_id, source) do update
		set first_seen = excluded.first_seen`, w.tenant, w.person)
	w.Database.Exec(t, `delete from patient_source where source <> 'pispk'`)
	w.Database.Exec(t, `insert into stop (puskesmas_id, id, programme_code, village_code, starts_at, ends_at,
		created_by)
		select $1, $2, $3, min(code), '2026-01-10 01:00Z', '2026-01-10 02:00Z', gen_random_uuid()
		from village`, w.tenant, place, programme)
	w.Database.Exec(t, `insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state,
		origin, reason, proposed_at, proposed_by, proposed_on,
			decided_at, activated_at)
		select $1, $2, $3, $4, min(id::text)::uuid, 'active', 'walk_in', 'Uji', '2025-12-01 01:00Z', gen_random_uuid(),
		'2025-12-01',
			'2025-12-01 01:00Z', '2025-12-01 01:00Z' from sop_version
			where programme_code = $4`, w.tenant, w.care, w.person, programme)
	w.Database.Exec(t, `insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state,
		planned_for, arrived_at, departed_at, completed_at, created_by)
		values ($1, gen_random_uuid(), $2, $3, $4, $5, 'completed', '2026-01-10 01:00Z', '2026-01-10 01:00Z',
		'2026-01-10 01:30Z', '2026-01-10 01:30Z', gen_random_uuid()),
			($1, gen_random_uuid(), $2, $3, $4, $5, 'missed', '2026-02-10 01:00Z', null, null, null,
			gen_random_uuid())`, w.tenant, place, w.care, w.person, programme)
	for _, m := range []string{"2025-12", "2026-01", "2026-02", "2026-03"} {
		w.Database.Exec(t, `insert into monthly_report (puskesmas_id, id, programme_code, template_code,
			template_version, month, state, figures, figures_hash, submitted_at, sent_at, created_at, created_by)
			select $1, gen_random_uuid(), g.code, t.code, t.version, $2, 'sent', '{}', 'x', $3, $3, $3,
			gen_random_uuid()
			from programme g join report_template t on t.code = g.report_template
			where g.code = $4`, w.tenant, m, now.Add(-time.Hour), programme)
	}
	return w
}

func (w *world) client(name string) *homecare.Client {
	c := w.As(w.t, name)
	c.Clock = func() time.Time { return now }
	return c
}

// TestWhatTellsAMonth: a change of a person's data reports exactly the months whose
// figures it can change.
func TestWhatTellsAMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	db, err := pgx.Connect(t.Context(), w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	for name, c := range map[string]struct{ before, act, want string }{
		"a death after the sent months": {"", "deceased_on = '2026-03-05'", "2026-04"},
		"a death among them":            {"", "deceased_on = '2026-01-20'", "2026-02 2026-03"},
		"of a month with no report":     {"", "deceased_on = '2025-12-31'", "2026-01 2026-02 2026-03"},
		"before anybody knew the person": {"", "deceased_on = '2025-06-01'",
			"2025-11 2025-12 2026-01 2026-02 2026-03"},
		"another day of the month": {"deceased_on = '2026-01-20'", "deceased_on = '2026-01-25'", ""},
		"a month later":            {"deceased_on = '2026-01-20'", "deceased_on = '2026-02-10'", "2026-02"},
		"two months earlier": {"deceased_on = '2026-03-05'", "deceased_on = '2026-01-20'",
			"2026-02 2026-03"},
		"taken back":                          {"deceased_on = '2026-01-20'", "deceased_on = null", "2026-02 2026-03"},
		"corrected before the person's first": {"deceased_on = '2025-06-01'", "deceased_on = '2025-09-01'", ""},
		"of a record that goes on elsewhere":  {"merged_into_id = id", "deceased_on = '2026-01-20'", ""},
		"a birth date":                        {"", "birth_date = '1951-05-05'", "2026-01"},
		"a sex":                               {"", "sex = 'male'", "2026-01"},
		"nothing that is counted":             {"", "version = version + 1", ""},
		"voided": {"", "voided_reason = 'Uji'",
			"2025-11 2025-12 2026-01 2026-02 2026-03"},
	} {
		t.Run(name, func(t *testing.T) {
			tx, err := db.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(context.Background()) }()
			for _, sql := range []string{`set local session_replication_role = replica`, `update patient set ` +
				cmp.Or(c.before, "id = id"), `delete from outbox`,
				`set local session_replication_role = origin`, `update patient set ` + c.act} {
				if _, err := tx.Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			got := ""
			if err := tx.QueryRow(t.Context(), `select coalesce(string_agg(body ->> 'month', ' '
				order by body ->> 'month'), '') from outbox
				where kind = 'figures.changed'
				and body ->> 'programme' = $1`, programme).Scan(&got); err != nil || got != c.want {
				t.Errorf("told %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// TestADeathWarnsOfItsMonths: the later death of a person who was visited in a sent
// month changes none of its figures, and gives no warning, however it became known.
func TestADeathWarnsOfItsMonths(t *testing.T) {
	t.Parallel()
	type step func(w *world, day string) []homecare.Warning
	end := func(w *world, in homecare.CaseEnd) homecare.Case {
		c, err := w.client("kepala.uren").EndCase(w.t.Context(), w.care, 1, in)
		if err != nil {
			w.t.Fatal(err)
		}
		return c
	}
	for name, act := range map[string]step{
		"a case": func(w *world, day string) []homecare.Warning {
			return end(w, homecare.CaseEnd{Kind: "death", Date: day, Death: &homecare.Death{Place: "home",
				Cause: "Uji"}}).Warnings
		},
		"the registry": func(w *world, day string) []homecare.Warning {
			w.Database.Exec(t, `do $$ begin set local session_replication_role = replica; update care_case
				set state = 'terminated', ending = 'referral', ended_on = '2026-01-11', terminated_at = now(); end $$`)
			p, err := w.client("koordinator.uren").ChangePatient(w.t.Context(), w.person, 1,
				homecare.PatientChange{DeceasedOn: homecare.Opt[string]{Set: true, V: day}})
			if err != nil {
				w.t.Fatal(err)
			}
			return p.Warnings
		},
		"a hospital": func(w *world, day string) []homecare.Warning {
			kepala := w.client("kepala.uren")
			staff, err := kepala.Staff(w.t.Context())
			if err != nil {
				w.t.Fatal(err)
			}
			physician := staff.Data[slices.IndexFunc(staff.Data, func(m homecare.StaffMember) bool {
				return m.Profession == "physician"
			})]
			c := end(w, homecare.CaseEnd{Kind: "referral", Date: "2026-01-11",
				Referral: &homecare.Referral{Hospital: "RSUD Balangan",
					Diagnoses: []homecare.ReferralDiagnosis{{Code: "I10"}}, Anamnesis: "Lemas", Physical: "TD 200/110",
					Therapy: "Amlodipin",
					Purpose: "Tata laksana lanjut", Urgency: "urgent", SignedBy: physician.AccountID}})
			c, err = kepala.RecordReferralOutcome(w.t.Context(), w.care, c.Version,
				homecare.NewReferralOutcome{Result: "died", OccurredOn: day, Note: "Uji"})
			if err != nil {
				w.t.Fatal(err)
			}
			return c.Warnings
		},
	} {
		for day, want := range map[string]string{"2026-04-10": "", "2026-03-31": "", "2026-02-20": "2026-03"} {
			t.Run(name+" on "+day, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.t = t
				if name == "a case" && day != "2026-04-10" { // the ending and the stock of its month
					want = map[string]string{"2026-03-31": "2026-03", "2026-02-20": "2026-02 2026-03"}[day]
				}
				if got := apitest.SentMonths(act(w, day)); got != want {
					t.Errorf("warned of %q, want %q", got, want)
				}
			})
		}
	}
}
