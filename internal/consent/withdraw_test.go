package consent_test

import (
	"errors"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestLastWordByItsOwnDay: the latest statement about home visits decides, by the day
// on which it was made and not by the day on which it was sent.
func TestLastWordByItsOwnDay(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	nurse := s.As(t, "petugas1.uren")
	now := time.Date(2026, 10, 14, 4, 0, 0, 0, time.UTC) // noon
	nurse.Clock = func() time.Time { return now }
	p := apitest.Register(t, s.As(t, "koordinator.uren"), "Galuh Satu", "").ID
	give := func(on string) homecare.Consent {
		return apitest.Must[homecare.Consent](t)(nurse.GiveConsent(ctx, p, homecare.NewConsent{Kind: "home_visit",
			GivenBy: "Galuh", Relation: "self", GivenOn: on}))
	}
	withdraw := func(c homecare.Consent, on string) homecare.Consent {
		return apitest.Must[homecare.Consent](t)(nurse.WithdrawConsent(ctx, p, c.ID, c.Version,
			homecare.ConsentWithdrawn{Reason: "Tidak mau lagi", WithdrawnOn: on}))
	}
	type moments map[string]bool
	asked := func(when string, want moments) {
		t.Helper()
		for at, refused := range want {
			var got bool
			s.Database.Row(t, `select home_visit_refused(puskesmas_id, id, $2::timestamptz) from patient where id = $1`,
				[]any{p, at}, &got)
			if got != refused {
				t.Errorf("%s: at %s refused %t, want %t", when, at, got, refused)
			}
		}
	}
	first := give("2026-09-24")
	asked("given", moments{"2026-09-20 01:00Z": false, "2026-10-14 04:00Z": false, "infinity": false})
	_, err := nurse.WithdrawConsent(ctx, p, first.ID, first.Version, homecare.ConsentWithdrawn{Reason: "x",
		WithdrawnOn: "2026-09-23"})
	if f, is := errors.AsType[*homecare.Problem](err); !is || len(f.Errors) != 1 ||
		f.Errors[0].Pointer != "/withdrawn_on" || f.Errors[0].Code != "before_given" {
		t.Errorf("withdrawn before it was given: %v", err)
	}
	if c := withdraw(first, ""); c.WithdrawnOn != "2026-10-14" {
		t.Errorf("%+v", c)
	}
	asked("withdrawn today", moments{"2026-10-14 03:00Z": false, "2026-10-14 04:00Z": true, "infinity": true})
	now = now.Add(time.Minute)
	late := give("2026-10-11") // sent late
	now = now.Add(-time.Minute)
	asked("an older consent came late", moments{"2026-10-12 01:00Z": false, "2026-10-14 04:00Z": true,
		"infinity": true})
	now = now.Add(time.Hour)
	again := give("2026-10-14")
	asked("given again the same day", moments{"2026-10-14 05:00Z": false, "infinity": false})
	// A withdrawal sent late has its own day, too.
	withdraw(late, "2026-10-12")
	asked("an older withdrawal came late", moments{"2026-10-11 01:00Z": false, "2026-10-12 01:00Z": false,
		"2026-10-13 01:00Z": true, "2026-10-14 05:00Z": false, "infinity": false})
	now = now.Add(time.Hour)
	withdraw(again, "")
	asked("withdrawn again", moments{"2026-10-14 05:30Z": false, "2026-10-14 06:00Z": true, "infinity": true})
}
