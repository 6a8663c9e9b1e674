package audit

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/platform/crypt"
)

// Trail writes events. It keeps every key under which rows were written, by key_id; new
// rows are under the current one.
type Trail struct {
	keys    map[int16][]byte
	current int16
}

// NewTrail returns a writer under its own MAC key, number 1.
func NewTrail(m *crypt.Master) *Trail { return NewTrailWith(1, map[int16][]byte{1: MACKey(m)}) }

// NewTrailWith returns a writer under keys[current] that can also check rows
// under the other keys, for use after a change of the master key.
func NewTrailWith(current int16, keys map[int16][]byte) *Trail { return &Trail{keys, current} }

// MACKey is the trail's key under a master key.
func MACKey(m *crypt.Master) []byte { return m.Derive("audit-mac") }

// sum is the MAC of a row under its key, over every field with its length: no two rows
// have the same bytes.
func (t *Trail) sum(puskesmas int16, r row) []byte {
	return crypt.MAC(t.keys[r.KeyID], framed(puskesmas, r.KeyID, r.ID, r.At.UTC().Format(time.RFC3339Nano),
		text(r.ActorID), r.ActorRole, text(r.SessionID), r.TraceID,
		r.Action, r.SubjectKind, strings.ToLower(text(r.SubjectID)), string(r.Digest), strconv.FormatBool(r.DryRun)))
}

// digest is the keyed digest of reason and change, which are removed when their record is
// destroyed: the MAC covers the digest, so the row can still be checked.
func (t *Trail) digest(r row) []byte {
	return crypt.MAC(t.keys[r.KeyID], framed(0, r.KeyID, "content", r.ID, text(r.Reason), string(r.Change)))
}

func framed(puskesmas, keyID int16, parts ...string) []byte {
	var b []byte
	for _, part := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(puskesmas))
	return binary.BigEndian.AppendUint16(b, uint16(keyID))
}

func place(id string) string { return "audit/" + id }
