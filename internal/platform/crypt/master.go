package crypt

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
)

// Master is the key outside the database (HOMECARE_MASTER_KEY). It only wraps
// the root key, from which the other keys are derived. So it may change while
// tokens, cursors, codes and seals stay valid.
type Master struct {
	keys [][]byte // the current one, then old ones, which only open
	root atomic.Pointer[[]byte]
}

// ErrMaster is returned where none of the master keys opens the root key.
var ErrMaster = errors.New("crypt: no given master key opens the root key of this database")

// ParseMaster reads master keys in base64 (32 bytes each): the current one, and
// older ones that may still open a root key.
func ParseMaster(current string, old ...string) (*Master, error) {
	m := &Master{}
	for _, s := range append([]string{current}, old...) {
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil || len(b) != KeySize {
			return nil, fmt.Errorf("the master key must be %d bytes in base64 (make one with: openssl rand -base64 32)",
				KeySize)
		}
		m.keys = append(m.keys, b)
	}
	return m, nil
}

// Derive returns the key for one purpose. Keys of different purposes are
// independent. The root key must be open.
func (m *Master) Derive(purpose string) []byte {
	root := m.root.Load()
	if root == nil {
		panic("crypt: the root key is not open") // an error of the caller: keyring.Load comes first
	}
	return derive(*root, purpose)
}

// ID identifies the current master key without revealing it: 16 hex digits.
func (m *Master) ID() string { return masterID(m.keys[0]) }

// NewRoot creates a root key, opens it, and returns it wrapped by the current
// master key.
func (m *Master) NewRoot() []byte {
	k := NewKey()
	m.root.Store(&k)
	return m.WrapRoot()
}

// WrapRoot returns the open root key wrapped by the current master key.
func (m *Master) WrapRoot() []byte {
	return Seal(derive(m.keys[0], "root-wrap"), "root", *m.root.Load())
}

// OpenRoot opens the root key with any of the master keys. wrapped is by the ID
// of the master key. Error: ErrMaster.
func (m *Master) OpenRoot(wrapped map[string][]byte) error {
	for _, k := range m.keys {
		if w, ok := wrapped[masterID(k)]; ok {
			root, err := Open(derive(k, "root-wrap"), "root", w)
			if err != nil {
				return fmt.Errorf("%w: its wrapping was changed", ErrMaster)
			}
			m.root.Store(&root)
			return nil
		}
	}
	return ErrMaster
}

func masterID(key []byte) string { return hex.EncodeToString(derive(key, "master-id")[:8]) }

func derive(key []byte, purpose string) []byte {
	k, err := hkdf.Key(sha256.New, key, nil, "homecare/"+purpose, KeySize)
	if err != nil {
		panic(err) // only for absurd lengths
	}
	return k
}
