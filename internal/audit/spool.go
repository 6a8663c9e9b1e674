package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// A spool is this process's local file of access rows that wait for the database. Each row
// is one line, appended with one write before the answer leaves, so it survives kill -9.
// The file is synced once a second; a power cut loses at most that second. It holds ids
// only, no name and no number.
type spool struct {
	dir         string
	stop, ended chan struct{} // of the goroutine that writes from it

	mu    sync.Mutex
	f     *os.File
	size  int64 // bytes written
	taken int64 // bytes whose rows the database has committed
	dirty bool  // written since the last sync
	torn  bool  // the last line is not whole and could not be taken back
}

const (
	spoolEnding = ".spool"
	readAtOnce  = 1 << 20 // bytes read for one group
)

// openSpool creates the file in dir, under a random name.
func openSpool(dir string) (*spool, error) {
	if dir == "" {
		return nil, errors.New("access log: no folder is set (HOMECARE_SPOOL_DIR)")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("access log: %w", err)
	}
	for {
		path := filepath.Join(dir, uuid.NewString()+spoolEnding)
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR|os.O_APPEND, 0o600)
		if err != nil {
			return nil, fmt.Errorf("access log: %w", err)
		}
		if _, err := lockFile(f, true); err != nil {
			f.Close()
			return nil, fmt.Errorf("access log: %w", err)
		}
		// Between the two steps another process may have taken it for an orphan
		// and removed it.
		if same(f, path) {
			return &spool{dir: dir, f: f, stop: make(chan struct{}), ended: make(chan struct{})}, nil
		}
		f.Close()
	}
}

// same reports whether path still names f.
func same(f *os.File, path string) bool {
	own, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(own, named)
}

// append writes one line (without its end); an error says that it is not kept.
func (s *spool) append(line []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	whole := make([]byte, 0, len(line)+2)
	if s.torn {
		whole = append(whole, '\n') // ends what is left of the line before
	}
	whole = append(append(whole, line...), '\n')
	n, err := s.f.Write(whole)
	if err == nil {
		s.torn, s.dirty = false, true
		s.size += int64(n)
		return nil
	}
	// Half a line is truncated: the next line starts at its own beginning.
	if n > 0 && s.f.Truncate(s.size) != nil {
		s.torn = true
		s.size += int64(n)
	}
	return fmt.Errorf("access log: %w", err)
}

// sync flushes what was written to disk.
func (s *spool) sync() error {
	s.mu.Lock()
	dirty := s.dirty
	s.dirty = false
	s.mu.Unlock()
	if !dirty {
		return nil
	}
	return s.f.Sync()
}

// next returns rows that are not in the database yet, and the offset after them.
func (s *spool) next() (rows []seenRow, until int64, err error) {
	s.mu.Lock()
	from, size := s.taken, s.size
	s.mu.Unlock()
	rows, _, used, err := readLines(io.NewSectionReader(s.f, from, min(size-from, readAtOnce)))
	return rows, from + used, err
}

// done marks the rows up to until as committed by the database. It truncates the file when
// no row is left.
func (s *spool) done(until int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = until
	if s.taken < s.size || s.torn {
		return nil
	}
	if err := s.f.Truncate(0); err != nil {
		return err
	}
	s.size, s.taken = 0, 0
	return nil
}

// behind is how many bytes are not in the database yet.
func (s *spool) behind() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size - s.taken
}

// close closes the file and removes it when it is empty; another process adopts the rest.
func (s *spool) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.f.Sync()
	if s.taken >= s.size {
		err = errors.Join(err, os.Remove(s.f.Name()))
	}
	return errors.Join(err, s.f.Close())
}

// readLines reads whole lines. Lines that cannot be read (the end of a file
// after a power cut or a full disk) are counted, not kept; used is the length
// of all whole lines.
func readLines(r io.Reader) (rows []seenRow, broken int, used int64, err error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, 0, 0, err
	}
	for {
		line, rest, found := bytes.Cut(b, []byte{'\n'})
		if !found {
			return rows, broken, used, nil
		}
		used += int64(len(line)) + 1
		b = rest
		if len(line) == 0 {
			continue
		}
		var a seenRow
		if json.Unmarshal(line, &a) != nil || a.check() != nil {
			broken++
			continue
		}
		rows = append(rows, a)
	}
}

// adopt passes the rows of processes that have ended to keep, and removes their files.
// Files of running processes stay. It returns how many rows it kept and how many lines
// could not be read.
func (s *spool) adopt(keep func([]seenRow) error) (rows, broken int, err error) {
	paths, err := filepath.Glob(filepath.Join(s.dir, "*"+spoolEnding))
	if err != nil {
		return 0, 0, err
	}
	for _, path := range paths {
		if path == s.f.Name() {
			continue
		}
		n, bad, ferr := adoptFile(path, keep)
		rows, broken, err = rows+n, broken+bad, errors.Join(err, ferr)
	}
	return rows, broken, err
}

func adoptFile(path string, keep func([]seenRow) error) (rows, broken int, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return 0, 0, nil // its process ended in good order just now
	}
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	if free, err := lockFile(f, false); !free || err != nil || !same(f, path) {
		return 0, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	for at := int64(0); at < info.Size(); {
		group, bad, used, err := readLines(io.NewSectionReader(f, at, readAtOnce))
		broken += bad
		if err != nil {
			return rows, broken, err
		}
		if used == 0 {
			broken++ // the last line was cut off
			break
		}
		if err := keep(group); err != nil {
			return rows, broken, err
		}
		at += used
		rows += len(group)
	}
	return rows, broken, os.Remove(path)
}

// refuse keeps a row that the database refuses in a file of its own, for the operator.
func (s *spool) refuse(a seenRow) error {
	f, err := os.OpenFile(filepath.Join(s.dir, "refused.jsonl"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	line, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(strings.TrimSpace(string(line)) + "\n"); err != nil {
		return err
	}
	return f.Sync()
}
