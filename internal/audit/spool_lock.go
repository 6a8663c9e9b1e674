//go:build unix

package audit

import (
	"errors"
	"os"
	"syscall"
)

// lockFile acquires the lock of a file until the file is closed; the kernel releases the
// locks of a killed process. With wait it waits for the lock.
func lockFile(f *os.File, wait bool) (bool, error) {
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	for {
		err := syscall.Flock(int(f.Fd()), how)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		}
		return err == nil, err
	}
}
