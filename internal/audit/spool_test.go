package audit

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
)

func sample() seenRow {
	return seenRow{ID: uuid.Must(uuid.NewV7()).String(), Puskesmas: 7, At: time.Now().UTC().Truncate(time.Microsecond),
		Account: uuid.NewString(), Role: "petugas", Trace: "t",
		Permission: "GET /v1/patients/{id}", Persons: access.Persons{Patients: []string{uuid.NewString()}}}
}

func fill(t *testing.T, s *spool, n int) (ids []string) {
	t.Helper()
	for range n {
		a := sample()
		line, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.append(line); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, a.ID)
	}
	return ids
}

func openTest(t *testing.T, dir string) *spool {
	t.Helper()
	s, err := openSpool(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSpool: rows come back in order, are forgotten only once they are done,
// and the file is empty again when all are.
func TestSpool(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	first := fill(t, s, 3)
	rows, until, err := s.next()
	if err != nil || len(rows) != 3 || rows[0].ID != first[0] || rows[2].ID != first[2] {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	second := fill(t, s, 2) // while the first three are on their way
	if err := s.done(until); err != nil {
		t.Fatal(err)
	}
	if rows, until, err = s.next(); err != nil || len(rows) != 2 || rows[0].ID != second[0] {
		t.Fatalf("%d rows after the first three, %v", len(rows), err)
	}
	if err := s.done(until); err != nil || s.behind() != 0 {
		t.Fatalf("%d bytes are left, %v", s.behind(), err)
	}
	if info, err := s.f.Stat(); err != nil || info.Size() != 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	fill(t, s, 1)
	if rows, _, err := s.next(); err != nil || len(rows) != 1 {
		t.Errorf("%d rows in the emptied file, %v", len(rows), err)
	}
}

// TestAdopt: the file of a process that is gone is taken over, its torn last
// line left out; that of a living one is not touched.
func TestAdopt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gone, living, own := openTest(t, dir), openTest(t, dir), openTest(t, dir)
	want := fill(t, gone, 4)
	fill(t, living, 2)
	if _, err := gone.f.WriteString(`{"i":"0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f","t":7,"u"`); err != nil {
		t.Fatal(err)
	}
	gone.f.Close() // the kernel drops the lock, as at kill -9
	// While the database is away nothing is removed.
	away := errors.New("away")
	if _, _, err := own.adopt(func([]seenRow) error { return away }); !errors.Is(err, away) {
		t.Fatal(err)
	}
	var got []seenRow
	rows, broken, err := own.adopt(func(a []seenRow) error { got = append(got, a...); return nil })
	if err != nil || rows != 4 || broken != 1 || len(got) != 4 || got[3].ID != want[3] {
		t.Fatalf("%d rows, %d broken, %v", rows, broken, err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*.spool"))
	if len(left) != 2 || living.behind() == 0 {
		t.Errorf("%d files are left, %d bytes of the living", len(left), living.behind())
	}
	if rows, _, err := own.adopt(func([]seenRow) error { return nil }); rows != 0 || err != nil {
		t.Errorf("taken over twice: %d, %v", rows, err)
	}
}

// TestTornInTheMiddle: a line that a full disk cut is not kept, and the next
// one is whole.
func TestTornInTheMiddle(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	fill(t, s, 1)
	if _, err := s.f.WriteString(`{"i":`); err != nil { // what a short write leaves when it cannot be taken back
		t.Fatal(err)
	}
	s.size += 5
	s.torn = true
	fill(t, s, 1)
	rows, until, err := s.next()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if err := s.done(until); err != nil || s.behind() != 0 {
		t.Errorf("%d bytes are left, %v", s.behind(), err)
	}
}

// TestSpoolFails: what cannot be written is an error, so that the answer is
// kept back.
func TestSpoolFails(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	s.f.Close()
	if err := s.append([]byte(`{}`)); err == nil {
		t.Error("a closed file took a line")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", file} {
		if _, err := openSpool(dir); err == nil {
			t.Errorf("a spool in %q", dir)
		}
	}
	if full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0); err == nil {
		defer full.Close()
		if err := (&spool{f: full}).append([]byte(`{}`)); err == nil {
			t.Error("a full disk took a line")
		}
	}
}

// TestOnlyIDs: nothing but ids and codes gets into a line.
func TestOnlyIDs(t *testing.T) {
	t.Parallel()
	if a := sample(); a.check() != nil {
		t.Errorf("a whole row: %v", a.check())
	}
	for name, change := range map[string]func(*seenRow){
		"a name for a person":   func(a *seenRow) { a.Persons.Patients = []string{"Siti Aminah"} },
		"a case without a UUID": func(a *seenRow) { a.Persons.Cases = []string{"x"} },
		"no puskesmas":          func(a *seenRow) { a.Puskesmas = 0 },
		"no account":            func(a *seenRow) { a.Account = "" },
	} {
		a := sample()
		change(&a)
		if a.check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
