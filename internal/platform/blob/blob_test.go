package blob_test

import (
	"errors"
	"strings"
	"testing"

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
	if err := errors.Join(s.Delete(t.Context(), name), s.Delete(t.Context(), name)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), name); !errors.Is(err, blob.ErrNotFound) {
		t.Fatalf("after: %v", err)
	}
}

func TestLocalRefusesNames(t *testing.T) {
	t.Parallel()
	s := blob.NewLocal(t.TempDir())
	for _, name := range []string{"", "abcd", "../" + strings.Repeat("a", 32), strings.Repeat("A", 32), strings.Repeat("g", 32)} {
		if err := s.Put(t.Context(), name, nil); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	if err := blob.NewLocal("").Put(t.Context(), strings.Repeat("a", 32), nil); err == nil {
		t.Error("written without a folder")
	}
}
