//go:build unix

package audit

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes a file for this process until it is closed; the kernel gives
// the file of a killed process free. With wait it waits for its turn.
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
