package localpg

import (
	"context"
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

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	port       = "5432" // part of the socket's name; nothing listens on the network
	socketFile = ".s.PGSQL." + port
	// maxSocketDir: macOS allows 103 bytes of socket path, Linux 107.
	maxSocketDir = 103 - len("/"+socketFile)
)

// makeSocketDir creates the 0700 folder of the socket: run in the cluster's
// folder, or one under /tmp named after it when the path is too long for a socket
// or has characters with a meaning in host lists and settings.
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
	// Everybody can write to /tmp: the creator of the folder could read along.
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

// answers: a server listens on the socket. A file alone proves nothing.
func answers(socketDir string) bool {
	c, err := net.DialTimeout("unix", filepath.Join(socketDir, socketFile), time.Second)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// ready: the server accepts clients. A server that starts, recovers or stops
// listens too.
func (s *Server) ready(ctx context.Context) bool {
	c, err := pgconn.Connect(ctx, s.DSN("postgres", "postgres"))
	if err == nil {
		_ = c.Close(ctx)
		return true
	}
	refused, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refused.Code != "57P03" // cannot_connect_now
}
