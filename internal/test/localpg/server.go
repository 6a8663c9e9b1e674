package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	patience  = 60 * time.Second // for a server to start, recover or stop
	fastStop  = "20"             // seconds before a stop becomes an immediate one
	abandoned = "pre-existing shared memory block"
)

// Server is a running private cluster. Its superuser is postgres, without a password.
type Server struct {
	Dir       string // folder of the cluster, absolute
	Bin       string // folder of psql, pg_dump and the rest
	Major     string // major version, such as "15"
	SocketDir string // folder of the Unix socket
	PID       int    // process id of the postmaster
	Adopted   bool   // the server was already running

	account account
	users   *os.File // shared lock: this process uses the server
	child   *child   // nil when adopted
	stop    func() error
}

// Start creates or reopens the cluster in o.Dir and returns when it accepts
// connections, on a Unix socket only. A running server is adopted (with o.Test: ended
// if nobody uses it, else ErrInUse). A server with different settings is restarted if
// nobody uses it. Other errors: ErrNoPostgres, *VersionError.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Dir == "" {
		return nil, errors.New("localpg: no folder given")
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	if err := ensureInstalled(ctx, o); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, max(patience, o.Patience))
	defer cancel()
	s := &Server{}
	if s.account, err = chooseAccount(dir); err != nil {
		return nil, err
	}
	if s.Dir, err = place(dir, s.account); err != nil {
		return nil, err
	}
	if uid, _, ok := owner(versionFile(s.Dir)); ok && int(uid) != s.account.uid() {
		return nil, fmt.Errorf("the cluster in %s belongs to user id %d, not to %d: run as that user or as root", s.Dir,
			uid, s.account.uid())
	}
	lock, err := openLock(s.Dir, startLock, s.account)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	if err := lockExclusive(ctx, lock); err != nil {
		return nil, err
	}
	if s.users, err = openLock(s.Dir, userLock, s.account); err != nil {
		return nil, err
	}
	if err := s.run(ctx, o); err != nil {
		s.users.Close()
		return nil, err
	}
	s.stop = sync.OnceValue(s.shutdown)
	return s, nil
}

// run is Start under the start lock.
func (s *Server) run(ctx context.Context, o Options) error {
	made, err := madeBy(s.Dir)
	if err != nil {
		return err
	}
	if s.Bin, s.Major, err = FindBin(made); err != nil {
		if v, ok := errors.AsType[*VersionError](err); ok {
			v.Dir = s.data()
		}
		return err
	}
	if made == "" {
		if err := s.makeCluster(ctx, o); err != nil {
			return err
		}
	}
	if s.SocketDir, err = s.makeSocketDir(); err != nil {
		return err
	}
	alone, err := tryLock(s.users, syscall.LOCK_EX)
	if err != nil {
		return err
	}
	if err := s.adopt(ctx, o, alone); err != nil {
		return err
	}
	for !s.Adopted {
		said, err := s.spawn(ctx, o)
		if err == nil {
			break
		}
		if !strings.Contains(said, abandoned) || ctx.Err() != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond) // a backend of the killed server is about to end
	}
	if _, err := tryLock(s.users, syscall.LOCK_SH); err != nil {
		return errors.Join(err, s.end())
	}
	return nil
}

// adopt handles the server that listens on the socket: takes it over, waits for
// its end, or ends it. If there is no error and Adopted is false, none runs.
func (s *Server) adopt(ctx context.Context, o Options, alone bool) error {
	for answers(s.SocketDir) {
		switch {
		case o.Test && !alone:
			return fmt.Errorf("%w: %s", ErrInUse, s.Dir)
		case alone && (o.Test || !s.startedWith(s.arguments(o))):
			if err := s.end(); err != nil {
				return err
			}
		case s.ready(ctx):
			b, err := os.ReadFile(s.pidFile())
			line, _, _ := strings.Cut(string(b), "\n")
			s.PID, _ = strconv.Atoi(line)
			s.Adopted = true
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL holds %s and does not answer: %w", s.data(), context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
	return s.clear(ctx)
}

// DSN connects role to database, as keyword/value pairs for libpq and pgx. An
// empty database omits the name.
func (s *Server) DSN(role, database string) string {
	dsn := "host=" + quote(s.SocketDir) + " port=" + port + " user=" + quote(role) + " sslmode=disable"
	if database != "" {
		dsn += " dbname=" + quote(database)
	}
	return dsn
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// Stop ends the server, adopted or not, unless another process uses it, which
// then keeps it. Open transactions are rolled back. A second Stop does nothing
// and returns the same.
func (s *Server) Stop() error { return s.stop() }

func (s *Server) shutdown() error {
	defer s.users.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	lock, err := openLock(s.Dir, startLock, s.account)
	if err != nil {
		return errors.Join(err, s.end()) // the folder is gone, so nobody can share it
	}
	defer lock.Close()
	if err := lockExclusive(ctx, lock); err != nil {
		return err
	}
	if alone, err := tryLock(s.users, syscall.LOCK_EX); err != nil || !alone {
		return err
	}
	if err := s.end(); err != nil {
		return err
	}
	if s.SocketDir != filepath.Join(s.Dir, "run") {
		_ = os.Remove(s.SocketDir) // fails when it is not empty
	}
	return nil
}

// end stops the server, immediately if it does not stop in time. A server of
// this process that has already ended is an error, an adopted one is not.
func (s *Server) end() error {
	err := s.control("stop", "-m", "fast", "-t", fastStop)
	if err != nil && answers(s.SocketDir) {
		err = s.control("stop", "-m", "immediate") // the next start recovers
	}
	if s.child == nil {
		if !answers(s.SocketDir) {
			return nil
		}
		return err
	}
	if err != nil {
		_ = s.child.cmd.Process.Signal(syscall.SIGQUIT) // pg_ctl finds no server in a removed folder
	}
	<-s.child.ended
	return err
}

// control runs pg_ctl on the cluster.
func (s *Server) control(args ...string) error {
	c := exec.Command(filepath.Join(s.Bin, "pg_ctl"), append(args, "-D", s.data())...)
	s.prepare(c)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_ctl %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// Discard removes the folder of a cluster that no process uses and in which no
// server runs, and says whether it did. It is for the leftovers of killed test
// runs.
func Discard(dir string) bool {
	if !exists(filepath.Join(dir, startLock)) { // no cluster, or it is being created
		return false
	}
	for _, name := range []string{startLock, userLock} {
		f, err := openLock(dir, name, account{})
		if err != nil {
			return false
		}
		defer f.Close()
		if ok, err := tryLock(f, syscall.LOCK_EX); err != nil || !ok {
			return false
		}
	}
	return len(processesOf(Data(dir))) == 0 && os.RemoveAll(dir) == nil
}
