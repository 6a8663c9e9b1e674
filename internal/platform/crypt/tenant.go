package crypt

import (
	"crypto/cipher"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"time"
)

// Wrapped is one version of a tenant's key in the database.
type Wrapped struct {
	PuskesmasID int16
	// Version is 1 to 255 for a sealing key and 0 for the key of the blind
	// indexes. Version 0 never changes: indexes are compared, and a new key
	// would require reading every number.
	Version int16
	Wrapped []byte
	// ActiveFrom is when a version begins to seal. Before that, it is in the
	// database for a while, so that every process can open it first.
	ActiveFrom time.Time
}

// Versions of tenant keys.
const (
	BlindVersion = 0
	FirstVersion = 1
	LastVersion  = 255 // it is one byte of each seal
)

// Tenants holds the opened keys of the tenants. It is filled at start, loads
// new versions while the process serves, and is safe for concurrent use.
type Tenants struct {
	master *Master
	mu     sync.RWMutex
	keys   map[int16]Tenant
}

// NewTenants returns an empty ring under m.
func NewTenants(m *Master) *Tenants { return &Tenants{master: m, keys: map[int16]Tenant{}} }

// NewWrapped creates a version of a tenant's key and returns it wrapped for the
// database.
func (t *Tenants) NewWrapped(puskesmasID, version int16) []byte {
	return Seal(t.master.Derive("tenant-wrap"), tenantPlace(puskesmasID, version), NewKey())
}

// Load unwraps versions of tenants' keys from the database. Versions loaded
// before stay: a row read before the end of a rotation may still be in use.
func (t *Tenants) Load(all ...Wrapped) error {
	wrap := t.master.Derive("tenant-wrap")
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, w := range all {
		k, err := Open(wrap, tenantPlace(w.PuskesmasID, w.Version), w.Wrapped)
		if err != nil {
			return fmt.Errorf("key %d of puskesmas %d does not open with this master key: %w", w.Version, w.PuskesmasID,
				err)
		}
		old := t.keys[w.PuskesmasID]
		next := Tenant{id: w.PuskesmasID, blind: old.blind, versions: maps.Clone(old.versions)}
		if next.versions == nil {
			next.versions = map[byte]version{}
		}
		if w.Version == BlindVersion {
			next.blind = k
		} else {
			next.versions[byte(w.Version)] = version{key: k, opener: gcm(k), from: w.ActiveFrom}
		}
		t.keys[w.PuskesmasID] = next
	}
	return nil
}

// For returns the keys of one tenant. Error: ErrSealed when none was loaded.
func (t *Tenants) For(puskesmasID int16) (Tenant, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	k, ok := t.keys[puskesmasID]
	if !ok {
		return Tenant{}, fmt.Errorf("no key for puskesmas %d: %w", puskesmasID, ErrSealed)
	}
	return k, nil
}

func tenantPlace(id, version int16) string {
	return "tenant/" + strconv.Itoa(int(id)) + "/" + strconv.Itoa(int(version))
}

type version struct {
	key    []byte
	opener cipher.AEAD // for key, made once: a list opens one data key per person
	from   time.Time
}

// Tenant seals for one tenant with the newest active version of its key, whose
// number is the first byte of the seal. It opens what any version sealed.
type Tenant struct {
	id       int16
	blind    []byte
	versions map[byte]version // an entry never changes
}

// Version is the version that seals now.
func (t Tenant) Version() int16 {
	newest, now := byte(0), time.Now()
	for n, v := range t.versions {
		if n > newest && !v.from.After(now) {
			newest = n
		}
	}
	return int16(newest)
}

// Seal encrypts under the tenant's own key (answers kept for replay, frozen
// letters, raw import rows, files).
func (t Tenant) Seal(place string, plain []byte) []byte {
	n := byte(t.Version())
	return append([]byte{n}, Seal(t.versions[n].key, place, plain)...)
}

// Open decrypts what Seal made.
func (t Tenant) Open(place string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, ErrSealed
	}
	v, ok := t.versions[sealed[0]]
	if !ok {
		return nil, fmt.Errorf("key %d of puskesmas %d is not loaded: %w", sealed[0], t.id, ErrSealed)
	}
	return open(v.opener, place, sealed[1:])
}

// Reseal seals the plain value of a seal by an older version with the newest. A
// seal by the newest is returned unchanged.
func (t Tenant) Reseal(place string, sealed []byte) ([]byte, error) {
	if len(sealed) > 0 && int16(sealed[0]) == t.Version() {
		return sealed, nil
	}
	plain, err := t.Open(place, sealed)
	if err != nil {
		return nil, err
	}
	return t.Seal(place, plain), nil
}

// NewPerson creates a person's data key. wrapped is for the person's row.
func (t Tenant) NewPerson(id string) (key, wrapped []byte) {
	key = NewKey()
	return key, t.Seal(PersonPlace(id), key)
}

// Person opens a person's data key.
func (t Tenant) Person(id string, wrapped []byte) ([]byte, error) {
	return t.Open(PersonPlace(id), wrapped)
}

// PersonPlace is the place to which a person's wrapped key is bound.
func PersonPlace(id string) string { return "person/" + id }

// Blind returns the blind index of an identity number, 16 bytes. Equal numbers
// of one tenant have equal indexes; those of two tenants are unrelated. kind
// separates numbers of two kinds with the same digits.
func (t Tenant) Blind(kind, number string) []byte {
	return MAC(t.blind, []byte(kind+"\x00"+number))[:16]
}
