package team_test

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestTeamEnteredLate: the members of a standing team serve from the date of its
// decree, but not before they came to the puskesmas.
func TestTeamEnteredLate(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala := s.As(t, "kepala.uren")
	kepala.Clock = func() time.Time { return time.Date(2026, 10, 14, 1, 0, 0, 0, time.UTC) }
	var ids []string
	for _, name := range []string{"petugas1.uren", "petugas2.uren"} {
		me, err := s.As(t, name).Me(ctx)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, me.AccountID)
	}
	came := time.Date(2026, 10, 8, 3, 0, 0, 0, time.UTC)
	s.Database.Exec(t, `update membership set since = '2026-10-08T03:00Z' where account_id = '`+ids[1]+`'`)
	made, err := kepala.CreateTeam(ctx, homecare.NewTeam{Programme: "homecare_sanggam", Name: "Tim",
		DecreeNumber: "188/1", ValidFrom: "2026-10-01",
		Members: []homecare.TeamMemberInput{{AccountID: ids[0], Lead: true}, {AccountID: ids[1]}}})
	if err != nil {
		t.Fatal(err)
	}
	decree := time.Date(2026, 9, 30, 16, 0, 0, 0, time.UTC) // 00:00 WITA
	if m := made.Members; !m[0].JoinedAt.Equal(decree) || !m[1].JoinedAt.Equal(came) {
		t.Errorf("joined %s and %s, want %s and %s", m[0].JoinedAt, m[1].JoinedAt, decree, came)
	}
}
