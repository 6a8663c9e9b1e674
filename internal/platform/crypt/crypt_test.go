package crypt_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/balangan/homecare/internal/platform/crypt"
)

func master(t *testing.T, fill byte) *crypt.Master {
	t.Helper()
	m, err := crypt.ParseMaster(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, crypt.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSeal(t *testing.T) {
	t.Parallel()
	key, other := crypt.NewKey(), crypt.NewKey()
	sealed := crypt.Seal(key, "patient/1", []byte("6311050107500001"))
	if bytes.Contains(sealed, []byte("63110501")) || bytes.Equal(sealed, crypt.Seal(key, "patient/1", []byte("6311050107500001"))) {
		t.Error("a seal shows its content or repeats itself")
	}
	if plain, err := crypt.Open(key, "patient/1", sealed); err != nil || string(plain) != "6311050107500001" {
		t.Fatalf("%q, %v", plain, err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, try := range map[string]func() ([]byte, error){
		"another key":   func() ([]byte, error) { return crypt.Open(other, "patient/1", sealed) },
		"another place": func() ([]byte, error) { return crypt.Open(key, "patient/2", sealed) },
		"changed":       func() ([]byte, error) { return crypt.Open(key, "patient/1", changed) },
		"cut":           func() ([]byte, error) { return crypt.Open(key, "patient/1", sealed[:5]) },
	} {
		if _, err := try(); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("%s opens: %v", name, err)
		}
	}
}

func TestTenantsHaveNothingInCommon(t *testing.T) {
	t.Parallel()
	ring := crypt.NewTenants(master(t, 7))
	for _, id := range []int16{5, 12} {
		if err := ring.Load(id, ring.NewWrapped(id)); err != nil {
			t.Fatal(err)
		}
	}
	a, _ := ring.For(5)
	b, _ := ring.For(12)
	if !bytes.Equal(a.Blind("nik", "1"), a.Blind("nik", "1")) || bytes.Equal(a.Blind("nik", "1"), b.Blind("nik", "1")) || bytes.Equal(a.Blind("nik", "1"), a.Blind("kk", "1")) {
		t.Error("blind indexes")
	}
	key, wrapped := a.NewPerson("x")
	if got, err := a.Person("x", wrapped); err != nil || !bytes.Equal(got, key) {
		t.Error("a person's key does not come back", err)
	}
	if _, err := b.Person("x", wrapped); err == nil {
		t.Error("another tenant opens a person's key")
	}
	if _, err := a.Person("y", wrapped); err == nil {
		t.Error("a key opens for another person")
	}
	if _, err := ring.For(3); !errors.Is(err, crypt.ErrSealed) {
		t.Error("a tenant without a key", err)
	}
	if err := crypt.NewTenants(master(t, 8)).Load(5, ring.NewWrapped(5)); !errors.Is(err, crypt.ErrSealed) {
		t.Error("another master key opens", err)
	}
}

func TestParseMaster(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "short", base64.StdEncoding.EncodeToString(make([]byte, 31))} {
		if _, err := crypt.ParseMaster(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}
