//go:build unix

package localpg

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	port       = "5432" // names the socket file; nothing listens on the network
	socketFile = ".s.PGSQL." + port
	// maxSocketDir: macOS takes 103 bytes of socket path, Linux 107.
	maxSocketDir = 103 - len("/"+socketFile)
)

// makeSocketDir makes the 0700 folder of the socket: run in the cluster's folder,
// or one under /tmp named after it when the path is too long for a socket or has
// characters that host lists and settings give a meaning.
func (s *Server) makeSocketDir() (string, error) {
	dir := filepath.Join(s.Dir, "run")
	if len(dir) > maxSocketDir || strings.ContainsFunc(dir, unusual) {
		sum := sha256.Sum256([]byte(s.Dir))
		dir = filepath.Join("/tmp", fmt.Sprintf("homecare-pg-%d-%s", s.account.uid(), hex.EncodeToString(sum[:8])))
	}
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		return dir, s.account.own(dir)
	}
	if !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	// /tmp is everybody's: whoever made the folder could read along.
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	uid, _, _ := owner(dir)
	if !info.IsDir() || int(uid) != s.account.uid() {
		return "", fmt.Errorf("%s is not a folder of user id %d: remove it", dir, s.account.uid())
	}
	return dir, os.Chmod(dir, 0o700)
}

func unusual(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+@", r))
}

// answers: a server listens on the socket. A file alone means nothing.
func answers(socketDir string) bool {
	c, err := net.DialTimeout("unix", filepath.Join(socketDir, socketFile), time.Second)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// clearSocket removes the socket and its lock file that a killed server left: the
// lock file names a process too, and its number may be somebody else's by now.
// Only to be called when no server lives.
func clearSocket(dir string) error {
	for _, name := range []string{socketFile, socketFile + ".lock"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
