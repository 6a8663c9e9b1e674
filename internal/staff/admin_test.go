package staff_test

import (
	"errors"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestCreateAccount(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	create := func(username, puskesmas string) error {
		return staff.CreateAccount(t.Context(), s.App.DB, s.App.Trail, s.App.Hasher, signin.NIST, username,
			"Nama Contoh", "kata-sandi-yang-panjang", access.Petugas, puskesmas, "nurse")
	}
	if err := create("baru.uren", "uren"); err != nil {
		t.Fatal(err)
	}
	c := homecare.New(s.URL)
	if _, err := c.SignIn(t.Context(), homecare.SignIn{Username: "baru.uren",
		Password: "kata-sandi-yang-panjang"}); err != nil {
		t.Fatal(err)
	}
	if me, err := c.Me(t.Context()); err != nil || me.Puskesmas != "uren" || me.Role != "petugas" {
		t.Fatalf("%+v, %v", me, err)
	}
	if err := create("baru.uren", "awayan"); !errors.Is(err, staff.ErrUsernameTaken) {
		t.Errorf("a taken name: %v", err)
	}
	if err := create("lain.entah", "entah"); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("an unknown puskesmas: %v", err)
	}
}

// TestSeedDemoRefusesAnInstallation: who has accounts of their own gets none
// that everybody knows.
func TestSeedDemoRefusesAnInstallation(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	seed := func() error {
		_, err := staff.SeedDemo(t.Context(), s.App.DB, s.App.Master, s.App.Hasher, apitest.Password)
		return err
	}
	if err := seed(); err != nil {
		t.Fatalf("a second start of the trial: %v", err)
	}
	s.Database.Exec(t, `delete from membership`)
	s.Database.Exec(t, `delete from account`)
	if err := staff.CreateAccount(t.Context(), s.App.DB, s.App.Trail, s.App.Hasher, signin.NIST, "admin.dinkes",
		"Nama Contoh", "kata-sandi-yang-panjang", access.DinkesAdmin, "", ""); err != nil {
		t.Fatal(err)
	}
	if err := seed(); !errors.Is(err, staff.ErrNotDemo) {
		t.Errorf("an installation got demo accounts: %v", err)
	}
	s.Database.Exec(t, `delete from membership`)
	s.Database.Exec(t, `delete from account`)
	if err := seed(); err != nil {
		t.Errorf("an empty database: %v", err)
	}
}
