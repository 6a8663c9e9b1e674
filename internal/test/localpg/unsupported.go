//go:build !unix

package localpg

import (
	"context"
	"errors"
	"fmt"
)

// Server is a running private cluster; there is none on this system.
type Server struct {
	Dir, Bin, Major, SocketDir string
	PID                        int
	Adopted                    bool
}

// Start refuses: a private cluster needs Unix sockets and users.
func Start(context.Context, Options) (*Server, error) {
	return nil, fmt.Errorf("private PostgreSQL: %w on this system: set DATABASE_URL", errors.ErrUnsupported)
}

// DSN is empty: no server runs.
func (s *Server) DSN(role, database string) string { return "" }

// Stop does nothing: no server runs.
func (s *Server) Stop() error { return nil }

// Data is the folder of a cluster within dir.
func Data(dir string) string { return dir }

// Own does nothing: no server runs.
func Own(string) error { return errors.ErrUnsupported }

// Discard removes nothing.
func Discard(string) bool { return false }
