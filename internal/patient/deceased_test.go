package patient_test

import (
	"errors"
	"testing"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
)

// TestDeath: the first recorded day stays, an unknown person is refused, and a
// letter reads the identity in full.
func TestDeath(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := as(t, s, "koordinator.tanah-habang")
	p, err := c.RegisterPatient(t.Context(), canary)
	if err != nil {
		t.Fatal(err)
	}
	who, err := s.App.Tokens.Verify(t.Context(), c.Tokens().AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	ctx := clock.With(auth.With(t.Context(), who), now)
	i, err := pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (patient.Identity, error) {
		for _, day := range []string{"2026-10-30", "2026-10-31"} {
			if err := patient.MarkDeceasedIn(tx, p.ID, day); err != nil {
				return patient.Identity{}, err
			}
		}
		return patient.IdentityIn(tx, p.ID)
	})
	if err != nil || i.NIK != "6311055411429034" || i.Village != "Lampihong Selatan" || i.BirthDate == nil ||
		*i.BirthDate != "1942-11-14" {
		t.Errorf("%+v, %v", i, err)
	}
	if got, err := c.Patient(t.Context(), p.ID); err != nil || got.DeceasedOn != "2026-10-30" ||
		got.Version != p.Version+2 {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (int, error) {
		return 0, patient.MarkDeceasedIn(tx, "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f", "2026-10-30")
	})
	if !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("an unknown person: %v", err)
	}
}
