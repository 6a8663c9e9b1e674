package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Two lock files guard a folder. The kernel releases the locks of a killed
// process.
const (
	startLock = "start.lock" // exclusive while a server is created, started or stopped
	userLock  = "user.lock"  // shared by every process that uses the server
)

// openLock opens a lock file of dir. As root it gives the file to the database's
// user, so that the folder works without root later.
func openLock(dir, name string, a account) (*os.File, error) {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := a.own(path); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// lockExclusive waits for the lock until ctx ends.
func lockExclusive(ctx context.Context, f *os.File) error {
	for {
		ok, err := tryLock(f, syscall.LOCK_EX)
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another process is starting or stopping PostgreSQL in %s: %w", filepath.Dir(f.Name()),
				ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// tryLock acquires or converts the lock without waiting; false when another
// holder prevents it.
func tryLock(f *os.File, how int) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case errors.Is(err, syscall.EINTR):
			continue
		}
		return false, &os.PathError{Op: "flock", Path: f.Name(), Err: err}
	}
}
