package localpg

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// fallbackRoot holds the folders of clusters whose own folder the database's
// user cannot enter. It is a variable for the tests.
var fallbackRoot = "/var/lib/homecare"

// account is the user that runs the server; nil cred means this process's own.
// PostgreSQL refuses to run as root, so root runs it as another user.
type account struct{ cred *syscall.Credential }

// own gives a file to the account.
func (a account) own(path string) error {
	if a.cred == nil {
		return nil
	}
	return os.Lchown(path, int(a.cred.Uid), int(a.cred.Gid))
}

func (a account) uid() int {
	if a.cred == nil {
		return os.Geteuid()
	}
	return int(a.cred.Uid)
}

// chooseAccount: for root, the owner of an existing cluster, else the owner of the
// folder of the cluster (so that a repository run with sudo stays usable without),
// else "postgres", else "nobody". initdb needs a user with a name.
func chooseAccount(dir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, d := range []string{dir, fallbackDir(dir)} {
		if uid, gid, ok := owner(filepath.Join(d, dataName)); ok && uid != 0 {
			return account{&syscall.Credential{Uid: uid, Gid: gid}}, nil
		}
	}
	for d := dir; ; d = filepath.Dir(d) {
		uid, _, ok := owner(d)
		if ok && uid != 0 {
			if u, err := user.LookupId(strconv.Itoa(int(uid))); err == nil {
				return accountOf(u)
			}
		}
		if ok || d == filepath.Dir(d) {
			break
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return accountOf(u)
		}
	}
	return account{}, errors.New("PostgreSQL refuses to run as root and there is no user postgres or nobody")
}

func accountOf(u *user.User) (account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, err
	}
	return account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func owner(path string) (uid, gid uint32, ok bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return st.Uid, st.Gid, true
}

func fallbackDir(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(fallbackRoot, hex.EncodeToString(sum[:8]))
}

// place creates the folder of the cluster and returns it: dir, or the fallback
// when the account cannot enter dir. An existing cluster stays where it is.
func place(dir string, a account) (string, error) {
	if a.cred == nil {
		return dir, os.MkdirAll(dir, 0o755)
	}
	fallback := fallbackDir(dir)
	if !exists(versionFile(dir)) && exists(versionFile(fallback)) {
		return fallback, nil
	}
	if ok, err := a.makes(dir); ok || err != nil {
		return dir, err
	}
	if exists(versionFile(dir)) {
		return "", fmt.Errorf(
			"the cluster in %s belongs to user id %d, who cannot enter that folder: make its parents searchable (chmod o+x)",
			dir, a.uid())
	}
	if ok, err := a.makes(fallback); !ok {
		return "", errors.Join(fmt.Errorf("user id %d can enter neither %s nor %s: name another folder", a.uid(), dir,
			fallback), err)
	}
	return fallback, os.WriteFile(filepath.Join(fallback, "origin"), []byte(dir+"\n"), 0o644)
}

// makes creates a missing folder, with root's rights if needed, and says
// whether the account can enter it.
func (a account) makes(dir string) (bool, error) {
	if exists(dir) || a.sh(`mkdir -p -- "$1"`, dir) {
		return a.enters(dir), nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return false, err
	}
	return a.enters(dir), a.own(dir)
}

// enters asks the kernel, as the account: file modes alone do not show ACLs and
// groups.
func (a account) enters(dir string) bool { return a.cred == nil || a.sh(`cd -- "$1"`, dir) }

// sh runs a script with one argument as the account.
func (a account) sh(script, arg string) bool {
	c := exec.Command("/bin/sh", "-c", script, "sh", arg)
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: a.cred}
	return c.Run() == nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
