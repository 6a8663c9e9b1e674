//go:build unix

package localpg

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// fallbackRoot holds the folders of clusters whose own place the database's user
// cannot enter. A variable for the tests.
var fallbackRoot = "/var/lib/homecare"

// account is the user that runs the server; nil cred means this process's own.
// PostgreSQL refuses to run as root, so root lends the work to somebody else.
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

// chooseAccount: as root the owner of a cluster that exists, else the owner of the
// folder the cluster will lie in (a repository run with sudo stays usable without),
// else "postgres", else "nobody". initdb needs a user that has a name.
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

// place makes the folder of the cluster and returns it: dir, or the fallback when
// the account cannot enter dir. A cluster that exists keeps its place.
func place(dir string, a account) (string, error) {
	fallback := fallbackDir(dir)
	if a.cred != nil && !exists(versionFile(dir)) && exists(versionFile(fallback)) {
		return fallback, nil
	}
	if err := mkdirs(dir, a); err != nil {
		return "", err
	}
	if a.canEnter(dir) {
		return dir, nil
	}
	if exists(versionFile(dir)) {
		return "", fmt.Errorf("the cluster in %s belongs to user id %d, who cannot enter that folder: make its parents searchable (chmod o+x)", dir, a.uid())
	}
	if err := mkdirs(fallback, a); err != nil {
		return "", err
	}
	if !a.canEnter(fallback) {
		return "", fmt.Errorf("user id %d can enter neither %s nor %s: name another folder", a.uid(), dir, fallback)
	}
	return fallback, os.WriteFile(filepath.Join(fallback, "origin"), []byte(dir+"\n"), 0o644)
}

// canEnter asks the kernel, as the account: modes alone miss ACLs and groups.
func (a account) canEnter(dir string) bool {
	if a.cred == nil {
		return true
	}
	c := exec.Command("/bin/sh", "-c", `cd -- "$1"`, "sh", dir)
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: a.cred}
	return c.Run() == nil
}

// mkdirs is MkdirAll: the last folder it makes belongs to a, the others to the
// owner of the folder they are made in when that is a too, else to this process.
func mkdirs(dir string, a account) error {
	var missing []string
	d := dir
	for ; !exists(d) && d != filepath.Dir(d); d = filepath.Dir(d) {
		missing = append(missing, d)
	}
	uid, _, _ := owner(d)
	inherit := int(uid) == a.uid()
	for i, d := range slices.Backward(missing) {
		if err := os.Mkdir(d, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if i == 0 || inherit {
			if err := a.own(d); err != nil {
				return err
			}
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
