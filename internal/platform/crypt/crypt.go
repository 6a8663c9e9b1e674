// Package crypt keeps what must not be readable in the database: a data key
// per person, wrapped by its tenant's key, which is wrapped by a master key
// that never enters the database. Losing a person's data key ends that
// person's data everywhere (design decision 8).
package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/balangan/homecare/internal/platform/sabotage"
)

// KeySize is the length of every key in bytes (AES-256).
const KeySize = 32

// ErrSealed is returned when something does not open: wrong key, wrong place
// (associated data), or changed bytes.
var ErrSealed = errors.New("crypt: cannot open")

// Master is the key outside the database (HOMECARE_MASTER_KEY).
type Master struct{ key []byte }

// ParseMaster reads a master key in base64 (32 bytes).
func ParseMaster(s string) (*Master, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) != KeySize {
		return nil, fmt.Errorf("the master key must be %d bytes in base64 (make one with: openssl rand -base64 32)", KeySize)
	}
	return &Master{b}, nil
}

// Derive returns the key for one purpose; different purposes share nothing.
func (m *Master) Derive(purpose string) []byte {
	k, err := hkdf.Key(sha256.New, m.key, nil, "homecare/"+purpose, KeySize)
	if err != nil {
		panic(err) // only for absurd lengths
	}
	return k
}

// NewKey returns a random key.
func NewKey() []byte {
	k := make([]byte, KeySize)
	_, _ = rand.Read(k) // never fails (crypto/rand)
	return k
}

// Seal encrypts plain with AES-256-GCM under key, bound to its place (such as
// "patient/<id>"), so that a sealed value moved to another row does not open.
// The result is nonce (12 bytes), ciphertext and tag (16 bytes).
func Seal(key []byte, place string, plain []byte) []byte {
	if sabotage.On("plain") {
		return append(append(make([]byte, 0, 28+len(plain)), make([]byte, 28)...), plain...)
	}
	g := gcm(key)
	nonce := make([]byte, g.NonceSize(), g.NonceSize()+len(plain)+g.Overhead())
	_, _ = rand.Read(nonce)
	return g.Seal(nonce, nonce, plain, []byte(place))
}

// Open decrypts what Seal made; ErrSealed otherwise.
func Open(key []byte, place string, sealed []byte) ([]byte, error) {
	if sabotage.On("plain") && len(sealed) >= 28 && [28]byte(sealed[:28]) == [28]byte{} {
		return sealed[28:], nil
	}
	return open(gcm(key), place, sealed)
}

func open(g cipher.AEAD, place string, sealed []byte) ([]byte, error) {
	if len(sealed) < g.NonceSize() {
		return nil, ErrSealed
	}
	plain, err := g.Open(nil, sealed[:g.NonceSize()], sealed[g.NonceSize():], []byte(place))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func gcm(key []byte) cipher.AEAD {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // a key of ours always has KeySize bytes
	}
	g, err := cipher.NewGCM(b)
	if err != nil {
		panic(err)
	}
	return g
}

// MAC returns HMAC-SHA256 of data.
func MAC(key, data []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return h.Sum(nil)
}

// Tenants holds the opened keys of the puskesmas. It is filled at start and
// safe for concurrent use.
type Tenants struct {
	master *Master
	mu     sync.RWMutex
	keys   map[int16]Tenant
}

// NewTenants returns an empty ring under m.
func NewTenants(m *Master) *Tenants { return &Tenants{master: m, keys: map[int16]Tenant{}} }

// NewWrapped makes a tenant key and returns it wrapped for the database.
func (t *Tenants) NewWrapped(puskesmasID int16) []byte {
	return Seal(t.master.Derive("tenant-wrap"), tenantPlace(puskesmasID), NewKey())
}

// Load unwraps a tenant's key read from the database.
func (t *Tenants) Load(puskesmasID int16, wrapped []byte) error {
	k, err := Open(t.master.Derive("tenant-wrap"), tenantPlace(puskesmasID), wrapped)
	if err != nil {
		return fmt.Errorf("the key of puskesmas %d does not open with this master key: %w", puskesmasID, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	blind, _ := hkdf.Key(sha256.New, k, nil, "homecare/blind-index", KeySize)
	t.keys[puskesmasID] = Tenant{id: puskesmasID, key: k, blind: blind, opener: gcm(k)}
	return nil
}

// For returns the keys of one puskesmas; ErrSealed when none was loaded.
func (t *Tenants) For(puskesmasID int16) (Tenant, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	k, ok := t.keys[puskesmasID]
	if !ok {
		return Tenant{}, fmt.Errorf("no key for puskesmas %d: %w", puskesmasID, ErrSealed)
	}
	return k, nil
}

func tenantPlace(id int16) string { return "tenant/" + strconv.Itoa(int(id)) }

// Tenant seals for one puskesmas.
type Tenant struct {
	id         int16
	key, blind []byte
	opener     cipher.AEAD // under key, made once: a list opens one data key per person
}

// Seal encrypts under the tenant's own key (answers kept for replay, frozen
// letters, raw import rows, files).
func (t Tenant) Seal(place string, plain []byte) []byte { return Seal(t.key, place, plain) }

// Open decrypts what Seal made.
func (t Tenant) Open(place string, sealed []byte) ([]byte, error) { return Open(t.key, place, sealed) }

// NewPerson makes a person's data key: wrapped goes to the person's row.
func (t Tenant) NewPerson(id string) (key, wrapped []byte) {
	key = NewKey()
	return key, Seal(t.key, "person/"+id, key)
}

// Person opens a person's data key.
func (t Tenant) Person(id string, wrapped []byte) ([]byte, error) {
	if sabotage.On("plain") {
		return Open(t.key, "person/"+id, wrapped)
	}
	return open(t.opener, "person/"+id, wrapped)
}

// Blind returns the blind index of an identity number: equal numbers of one
// tenant have equal indexes, those of two tenants have nothing in common.
// kind keeps a NIK apart from a KK of the same digits. 16 bytes.
func (t Tenant) Blind(kind, number string) []byte {
	return MAC(t.blind, []byte(kind+"\x00"+number))[:16]
}
