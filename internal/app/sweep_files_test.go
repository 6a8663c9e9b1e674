package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestFilesWithoutARow: files left by a failed COMMIT are deleted after a day.
// A file with a row stays however old it is, and so does the file of a running
// upload.
func TestFilesWithoutARow(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := apitest.New(t, apitest.LogTo(&log))
	store := blob.NewLocal(s.App.Config.BlobDir)
	put := func(name string, age time.Duration) string {
		t.Helper()
		if err := store.Put(t.Context(), name, []byte("x")); err != nil && !errors.Is(err, os.ErrExist) {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(filepath.Join(s.App.Config.BlobDir, name[:2], name), at, at); err != nil {
			t.Fatal(err)
		}
		return name
	}
	there := func(name string) bool {
		_, err := store.Get(t.Context(), name)
		return err == nil
	}
	for _, slug := range []string{"uren", "awayan"} { // of the first tenants and the last
		c := s.As(t, "koordinator."+slug)
		p := s.AddPatient(t, slug, apitest.Person{Name: "Galuh"})
		if _, err := c.Upload(t.Context(), homecare.NewAttachment{Kind: "scan", SubjectKind: "patient", SubjectID: p,
			File: []byte("%PDF-1.4\n%%EOF\n")}); err != nil {
			t.Fatal(err)
		}
	}
	var held []string
	s.Database.Row(t, `select array_agg(blob) from attachment`, nil, &held)
	for _, name := range held {
		put(name, 1000*time.Hour)
	}
	hex := func(n int) string { return fmt.Sprintf("%032x", n) }
	old, young := put(hex(1), 25*time.Hour), put(hex(2), 23*time.Hour)
	if err := s.App.Housekeep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if there(old) || !there(young) || !there(held[0]) || !there(held[1]) {
		t.Fatalf("left: old %v, young %v, held %v %v", there(old), there(young), there(held[0]), there(held[1]))
	}
	if l := log.String(); !strings.Contains(l, `"removed":1`) || strings.Contains(l, old) {
		t.Errorf("the log: %s", l)
	}
	// A store that belongs to another database is not emptied.
	for n := range 40 {
		put(hex(100+n), 25*time.Hour)
	}
	if err := s.App.Housekeep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !there(hex(100)) || !there(hex(139)) || !strings.Contains(log.String(), "nothing was removed") {
		t.Error("a store that hardly belongs to the database was emptied")
	}
}
