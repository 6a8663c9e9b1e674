package blob_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/blob"
)

func TestLocal(t *testing.T) {
	t.Parallel()
	s, name := blob.NewLocal(t.TempDir()+"/made/later"), strings.Repeat("ab", 16)
	if _, err := s.Get(t.Context(), name); !errors.Is(err, blob.ErrNotFound) {
		t.Fatalf("before: %v", err)
	}
	if err := s.Put(t.Context(), name, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), name, []byte("two")); err == nil {
		t.Fatal("a name was written twice")
	}
	if b, err := s.Get(t.Context(), name); err != nil || string(b) != "one" {
		t.Fatalf("%q, %v", b, err)
	}
	listed := map[string]time.Time{}
	list := func() map[string]time.Time {
		clear(listed)
		if err := s.List(t.Context(), func(n string, at time.Time) error { listed[n] = at; return nil }); err != nil {
			t.Fatal(err)
		}
		return listed
	}
	if l := list(); len(l) != 1 || time.Since(l[name]) > time.Minute {
		t.Fatal(l)
	}
	if err := s.Replace(t.Context(), name, []byte("three")); err != nil {
		t.Fatal(err)
	}
	if b, err := s.Get(t.Context(), name); err != nil || string(b) != "three" {
		t.Fatalf("%q, %v", b, err)
	}
	if err := errors.Join(s.Delete(t.Context(), name), s.Delete(t.Context(), name)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), name); !errors.Is(err, blob.ErrNotFound) {
		t.Fatalf("after: %v", err)
	}
	if err := s.Replace(t.Context(), name, []byte("four")); !errors.Is(err, blob.ErrNotFound) {
		t.Fatalf("a removed file was written back: %v", err)
	}
	if l := list(); len(l) != 0 {
		t.Fatal(l)
	}
}

func TestLocalRefusesNames(t *testing.T) {
	t.Parallel()
	s := blob.NewLocal(t.TempDir())
	for _, name := range []string{"", "abcd", "../" + strings.Repeat("a", 32), strings.Repeat("A", 32),
		strings.Repeat("g", 32)} {
		if err := s.Put(t.Context(), name, nil); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	if err := blob.NewLocal("").Put(t.Context(), strings.Repeat("a", 32), nil); err == nil {
		t.Error("written without a folder")
	}
}
