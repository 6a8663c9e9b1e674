package audit

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// heads keeps the newest seal of each chain in a folder outside the database:
// one small file per chain, replaced by a rename. Each host keeps the newest seal
// that it made itself.
type heads struct{ dir string }

// head is the newest seal known.
type head struct {
	seq int64
	mac []byte
}

func (h heads) path(puskesmas int16) string {
	return filepath.Join(h.dir, "seal-"+strconv.Itoa(int(puskesmas)))
}

func (h heads) keep(puskesmas int16, seq int64, mac []byte) error {
	if h.dir == "" {
		return nil
	}
	err := os.MkdirAll(h.dir, 0o700)
	if err == nil {
		aside := h.path(puskesmas) + "-" + strconv.Itoa(os.Getpid()) + ".new"
		if err = os.WriteFile(aside, fmt.Appendf(nil, "%d %x\n", seq, mac), 0o600); err == nil {
			err = os.Rename(aside, h.path(puskesmas))
		}
	}
	if err != nil {
		return errors.Join(errHeads, err)
	}
	return nil
}

// known returns the newest seal kept; ok is false when none is.
func (h heads) known(puskesmas int16) (head, bool, error) {
	if h.dir == "" {
		return head{}, false, nil
	}
	b, err := os.ReadFile(h.path(puskesmas))
	if errors.Is(err, os.ErrNotExist) {
		return head{}, false, nil
	}
	if err != nil {
		return head{}, false, err
	}
	number, sum, _ := strings.Cut(strings.TrimSpace(string(b)), " ")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return head{}, false, fmt.Errorf("%s cannot be read", h.path(puskesmas))
	}
	mac, err := hex.DecodeString(sum)
	return head{seq, mac}, err == nil, err
}
