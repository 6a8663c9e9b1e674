package bench_test

import (
	"math"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestRoundTrips checks the budget of round trips to PostgreSQL of each
// measured route, including begin, session check and commit, once its
// statements are prepared.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	var trips apitest.Trips
	s := apitest.New(t, trips.Option())
	village := "6311052001"
	p := s.AddPatient(t, "tanah-habang", apitest.Person{Name: "Siti Aminah", BirthDate: "1950-05-05", Village: village})
	for range 3 {
		s.AddPatient(t, "tanah-habang", apitest.Person{Name: "Ahmad", Village: village})
	}
	c := s.As(t, "petugas2.tanah-habang")
	caseID, owner := activeCase(t, s, p)
	first, err := c.Patients(t.Context(), url.Values{"limit": {"2"}})
	if err != nil || first.NextCursor == "" {
		t.Fatalf("no second page: %+v, %v", first, err)
	}
	next := time.Now().UTC().AddDate(0, 0, 7).Truncate(24 * time.Hour)
	for _, r := range []struct {
		name   string
		budget int64
		do     func() error
	}{
		{"read one person", 1, func() error { _, err := c.Patient(t.Context(), p); return err }},
		{"list, first page", 1, func() error { _, err := c.Patients(t.Context(), nil); return err }},
		{"list by keyset", 1, func() error {
			l, err := c.Patients(t.Context(), url.Values{"limit": {"2"}, "cursor": {first.NextCursor}})
			if err == nil && len(l.Data) != 2 {
				t.Errorf("the second page has %d rows, want 2", len(l.Data))
			}
			return err
		}},
		{"visit bundle", 4, func() error {
			next = next.Add(time.Hour)
			now := time.Now()
			in := homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: caseID}, ArrivedAt: now.Add(-time.Hour),
				DepartedAt: now.Add(-time.Minute)}
			in.Anamnesis = &homecare.Anamnesis{ChiefComplaint: "Nyeri kepala"}
			in.Vitals = &homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "hr", Value: new(80.0)}}}
			in.Services = homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"})
			day := next.Format(time.DateOnly)
			in.Plan = &homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat",
				OwnerAccountID: owner, DueOn: day}},
				NextVisit: &homecare.NextVisit{Date: day, StartsAt: &next, DurationMinutes: 30}}
			_, err := c.RecordVisit(t.Context(), in)
			return err
		}},
	} {
		// The fewest of many: a connection of the pool that never ran the
		// statement prepares it first, and fills itself in the background.
		fewest := int64(math.MaxInt64)
		for range 12 {
			fewest = min(fewest, trips.During(func() {
				if err := r.do(); err != nil {
					t.Fatalf("%s: %v", r.name, err)
				}
			}))
		}
		if fewest > r.budget {
			t.Errorf("%s: %d round trips, budget %d", r.name, fewest, r.budget)
		}
	}
}

// activeCase gives the person a case of petugas2's team.
func activeCase(t *testing.T, s *apitest.Server, patient string) (id, owner string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	err = conn.QueryRow(t.Context(), `with me as (select a.id, a.name, m.id as membership_id, m.puskesmas_id
		from account a join membership m on m.account_id = a.id where a.username = 'petugas2.tanah-habang'),
		t as (insert into team (puskesmas_id, id, programme_code, mode, name, valid_from, created_by)
		select puskesmas_id, gen_random_uuid(), 'kupinang', 'per_case', 'Tim', '2026-01-01', id from me
		returning id, puskesmas_id),
		m as (insert into team_member (puskesmas_id, id, team_id, account_id, membership_id, name, profession, lead,
		joined_at)
			select t.puskesmas_id, gen_random_uuid(), t.id, me.id, me.membership_id, me.name, 'nurse', true,
			'2026-01-01' from t, me)
		insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state, origin, reason,
		team_id, proposed_at, proposed_by)
			select t.puskesmas_id, gen_random_uuid(), $1, 'kupinang', (select id from sop_version
			where programme_code = 'kupinang' limit 1), 'active', 'walk_in', 'uji', t.id, '2026-01-01',
			gen_random_uuid() from t
		returning id::text, (select id::text from me)`, patient).Scan(&id, &owner)
	if err != nil {
		t.Fatal(err)
	}
	return id, owner
}
