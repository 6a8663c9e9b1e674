package crypt_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/crypt"
)

func master(t *testing.T, fill byte) *crypt.Master {
	t.Helper()
	m, err := crypt.ParseMaster(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, crypt.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	m.NewRoot()
	return m
}

// load creates the first keys of a tenant.
func load(t *testing.T, ring *crypt.Tenants, id int16) {
	t.Helper()
	for _, version := range []int16{crypt.BlindVersion, crypt.FirstVersion} {
		if err := ring.Load(crypt.Wrapped{PuskesmasID: id, Version: version,
			Wrapped: ring.NewWrapped(id, version)}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	key, other := crypt.NewKey(), crypt.NewKey()
	sealed := crypt.Seal(key, "patient/1", []byte("6311050107500001"))
	if bytes.Contains(sealed, []byte("63110501")) ||
		bytes.Equal(sealed, crypt.Seal(key, "patient/1", []byte("6311050107500001"))) {
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
		load(t, ring, id)
	}
	a, _ := ring.For(5)
	b, _ := ring.For(12)
	if !bytes.Equal(a.Blind("nik", "1"), a.Blind("nik", "1")) || bytes.Equal(a.Blind("nik", "1"),
		b.Blind("nik", "1")) || bytes.Equal(a.Blind("nik", "1"), a.Blind("kk", "1")) {
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
	if err := crypt.NewTenants(master(t, 8)).Load(crypt.Wrapped{PuskesmasID: 5, Version: 1,
		Wrapped: ring.NewWrapped(5, 1)}); !errors.Is(err, crypt.ErrSealed) {
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

func TestVersions(t *testing.T) {
	t.Parallel()
	ring := crypt.NewTenants(master(t, 7))
	load(t, ring, 5)
	before, _ := ring.For(5)
	old := before.Seal("x", []byte("isi"))
	next := crypt.Wrapped{PuskesmasID: 5, Version: 2, Wrapped: ring.NewWrapped(5, 2),
		ActiveFrom: time.Now().Add(time.Hour)}
	if err := ring.Load(next); err != nil {
		t.Fatal(err)
	}
	waiting, _ := ring.For(5)
	if waiting.Version() != 1 {
		t.Error("a version seals before its time")
	}
	next.ActiveFrom = time.Now()
	if err := ring.Load(next); err != nil {
		t.Fatal(err)
	}
	after, _ := ring.For(5)
	fresh := after.Seal("x", []byte("isi"))
	again, err := after.Reseal("x", old)
	if fresh[0] != 2 || again[0] != 2 || err != nil {
		t.Errorf("sealed by versions %d and %d, %v", fresh[0], again[0], err)
	}
	for name, try := range map[string]struct {
		by     crypt.Tenant
		sealed []byte
	}{"old by new": {after, old}, "new by waiting": {waiting, fresh}, "resealed": {after, again}} {
		if plain, err := try.by.Open("x", try.sealed); err != nil || string(plain) != "isi" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := before.Open("x", fresh); !errors.Is(err, crypt.ErrSealed) {
		t.Error("a version that is not loaded opens", err)
	}
	if !bytes.Equal(before.Blind("nik", "1"), after.Blind("nik", "1")) {
		t.Error("the blind index changed with the key")
	}
}

func TestRoot(t *testing.T) {
	t.Parallel()
	one, two := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32)),
		base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{2}, 32))
	first, err := crypt.ParseMaster(one)
	if err != nil {
		t.Fatal(err)
	}
	slots := map[string][]byte{first.ID(): first.NewRoot()}
	cursor := first.Derive("cursor")
	both, _ := crypt.ParseMaster(two, one)
	if err := both.OpenRoot(slots); err != nil || !bytes.Equal(both.Derive("cursor"), cursor) {
		t.Fatal("an old master key does not open", err)
	}
	second, _ := crypt.ParseMaster(two)
	if err := second.OpenRoot(slots); !errors.Is(err, crypt.ErrMaster) {
		t.Fatal("a strange master key opens", err)
	}
	slots = map[string][]byte{both.ID(): both.WrapRoot()}
	if err := second.OpenRoot(slots); err != nil || !bytes.Equal(second.Derive("cursor"), cursor) {
		t.Fatal("the new master key does not open", err)
	}
	if err := first.OpenRoot(slots); !errors.Is(err, crypt.ErrMaster) {
		t.Fatal("the old master key still opens", err)
	}
}
