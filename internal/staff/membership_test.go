package staff_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// wednesday is the business time of these tests: 14 October 2026, 09:00 WITA.
var wednesday = time.Date(2026, 10, 14, 1, 0, 0, 0, time.UTC)

// at gives a client its business time.
func at(c *homecare.Client, t time.Time) *homecare.Client {
	c.Clock = func() time.Time { return t }
	return c
}

// TestMembershipSpans: the periods of an account's roles here, by the business
// time.
func TestMembershipSpans(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala := at(s.As(t, "kepala.uren"), wednesday)
	id := func(username string) (v string) {
		s.Database.Row(t, `select id::text from account where username = $1`, []any{username}, &v)
		return v
	}
	nurse := id("petugas2.uren")
	in := homecare.NewMembership{AccountID: nurse, Role: "koordinator", StartsOn: "2026-10-15"}
	_, err := kepala.AddMembership(ctx, in)
	if apitest.Code(err) != "request.invalid" {
		t.Errorf("from tomorrow: %v", err)
	}
	in.StartsOn = "2026-10-01"
	m, err := kepala.AddMembership(ctx, in)
	if err != nil || !m.Since.Equal(time.Date(2026, 9, 30, 16, 0, 0, 0, time.UTC)) {
		t.Fatalf("since %s, %v", m.Since, err)
	}
	in.StartsOn, in.Role, in.AccountID = "", "koordinator", id("petugas1.uren")
	today, err := kepala.AddMembership(ctx, in)
	if err != nil || !today.Since.Equal(time.Date(2026, 10, 13, 16, 0, 0, 0, time.UTC)) {
		t.Fatalf("of today since %s, %v", today.Since, err)
	}
	if m, err = kepala.EndMembership(ctx, m.ID, m.Version, homecare.Why{Reason: "Cukup"}); err != nil ||
		!m.EndedAt.Equal(wednesday) {
		t.Fatalf("ended at %v, %v", m.EndedAt, err)
	}

	// A change keeps what was.
	list, err := kepala.Memberships(ctx, url.Values{"account_id": {nurse}})
	if err != nil || len(list.Data) != 1 || len(list.Data[0].History) != 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	began := list.Data[0].Since
	m, err = kepala.ChangeMembership(ctx, list.Data[0].ID, list.Data[0].Version,
		homecare.MembershipChange{Profession: homecare.Some("midwife")})
	if err != nil || !m.Since.Equal(wednesday) {
		t.Fatalf("since %s, %v", m.Since, err)
	}
	want := homecare.MembershipSpan{Role: "petugas", Profession: "nurse", From: began, Until: wednesday}
	same := func(l []homecare.MembershipSpan) bool {
		return len(l) == 1 && l[0].Role == want.Role && l[0].Profession == want.Profession &&
			l[0].From.Equal(want.From) && l[0].Until.Equal(want.Until)
	}
	if !same(m.History) {
		t.Errorf("history %+v", m.History)
	}
	if m, err = at(kepala, wednesday.Add(time.Hour)).ChangeMembership(ctx, m.ID, m.Version,
		homecare.MembershipChange{Role: "petugas"}); err != nil || !same(m.History) || !m.Since.Equal(wednesday) {
		t.Errorf("a change that changes nothing: since %s, %+v, %v", m.Since, m.History, err)
	}
	u, err := kepala.User(ctx, nurse)
	if err != nil || len(u.Memberships) != 1 || !same(u.Memberships[0].History) ||
		!u.Memberships[0].Since.Equal(wednesday) {
		t.Errorf("%+v, %v", u.Memberships, err)
	}
	// Dinkes does the same in its own database role.
	admin := at(s.As(t, "dinkes.admin"), wednesday.Add(2*time.Hour))
	if m, err = admin.ChangeMembership(ctx, m.ID, m.Version, homecare.MembershipChange{Role: "koordinator"}); err !=
		nil || len(m.History) != 2 || m.History[0].Profession != "midwife" {
		t.Errorf("by Dinkes: %+v, %v", m.History, err)
	}
}

// TestStaffAtIsOfTheTenant: the function reads as its owner, and answers for the
// caller's puskesmas only.
func TestStaffAtIsOfTheTenant(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	s.Database.Exec(t, `insert into membership_past (membership_id, role, profession, from_at, until_at)
		select m.id, 'koordinator', 'other', '1999-01-01Z', '2000-01-01Z' from membership m
		join account a on a.id = m.account_id where a.username = 'petugas2.juai'`)
	var account string
	s.Database.Row(t, `select id::text from account where username = 'petugas2.juai'`, nil, &account)
	was := func(username string, at time.Time) int {
		t.Helper()
		p, err := s.App.Tokens.Verify(ctx, s.As(t, username).Tokens().AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		n, err := pg.Tenant(auth.With(ctx, p), s.App.DB, func(tx pg.Tx) (int, error) {
			return pg.Scalar[int](tx, `select (select count(*) from staff_at($1, $2))::int + 10 * (select count(*)
				from membership_past)::int`, account, at)
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := time.Date(1999, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, r := range []struct {
		who  string
		at   time.Time
		want int
	}{
		{"kepala.juai", wednesday, 11}, {"kepala.juai", before, 11}, {"kepala.juai", before.AddDate(-1, 0, 0), 10},
		{"kepala.uren", wednesday, 0}, {"kepala.uren", before, 0},
	} {
		if n := was(r.who, r.at); n != r.want {
			t.Errorf("%s sees of the nurse of Juai at %s: %d, want %d", r.who, r.at.Format(time.DateOnly), n, r.want)
		}
	}
}
