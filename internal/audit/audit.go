// Package audit is the trail of what was done: who, when, why, before and
// after. Rows are append-only, sealed under the tenant's key, and carry a MAC
// under a key outside the database.
package audit

import (
	"encoding/binary"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Event is one act. Action is "noun.verb" ("case.approve"); Subject is the
// record it was done to.
type Event struct {
	Action      string
	SubjectKind string
	SubjectID   string // empty where the subject has no id
	Reason      string // the person's own words; no identity numbers
	Before      any    // nil at creation
	After       any    // nil where nothing remains to show
}

// Trail writes events. It keeps the key of every row ever written, by the
// row's key_id; new rows are under the current one.
type Trail struct {
	keys    map[int16][]byte
	current int16
}

// NewTrail returns a writer under its own MAC key, number 1.
func NewTrail(m *crypt.Master) *Trail { return NewTrailWith(1, map[int16][]byte{1: MACKey(m)}) }

// NewTrailWith returns a writer under keys[current] that can also check rows
// under the other keys: after the master key was changed.
func NewTrailWith(current int16, keys map[int16][]byte) *Trail { return &Trail{keys, current} }

// MACKey is the trail's key under a master key.
func MACKey(m *crypt.Master) []byte { return m.Derive("audit-mac") }

// Record queues the event with the transaction's COMMIT, without a round trip
// of its own; a dry run keeps it too, marked as such.
func (t *Trail) Record(tx pg.Tx, e Event) error {
	p := tx.Principal()
	id := uuid.Must(uuid.NewV7()).String()
	at := tx.Now()
	role := string(p.Role)
	if role == "" {
		role = "system"
	}
	trace := tx.Call().Trace
	change, err := sealChange(tx, id, e)
	if err != nil {
		return err
	}
	r := row{ID: id, At: at, ActorID: pg.Null(p.UserID), ActorRole: role, SessionID: pg.Null(p.SessionID), TraceID: trace, Action: e.Action, SubjectKind: e.SubjectKind,
		SubjectID: pg.Null(e.SubjectID), Reason: pg.Null(e.Reason), Change: change, DryRun: tx.Dry(), KeyID: t.current}
	r.Digest = t.digest(r)
	r.MAC = t.sum(p.PuskesmasID, r)
	if p.PuskesmasID == 0 {
		tx.AtCommitEvenDry(insertDistrict, r.ID, r.At, r.ActorID, r.ActorRole, r.SessionID, r.TraceID, r.Action, r.SubjectKind, r.SubjectID, r.Reason, r.Change, r.DryRun, r.KeyID, r.MAC, r.Digest)
		return nil
	}
	tx.AtCommitEvenDry(insertTenant, r.ID, r.At, r.ActorID, r.ActorRole, r.SessionID, r.TraceID, r.Action, r.SubjectKind, r.SubjectID, r.Reason, r.Change, r.DryRun, r.KeyID, r.MAC, p.PuskesmasID, r.Digest)
	return nil
}

// The row goes in together with its place on the list of what no seal covers
// yet.
const (
	insertDistrict = `with e as (insert into audit_event_district (id, at, actor_id, actor_role, session_id, trace_id, action, subject_kind, subject_id, reason, change, dry_run, key_id, mac, digest)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)) insert into audit_unsealed (puskesmas_id, source, id) values (0, 'audit', $1)`
	insertTenant = `with e as (insert into audit_event (puskesmas_id, id, at, actor_id, actor_role, session_id, trace_id, action, subject_kind, subject_id, reason, change, dry_run, key_id, mac, digest)
		values ($15, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16)) insert into audit_unsealed (puskesmas_id, source, id) values ($15, 'audit', $1)`
)

// sealChange returns before and after as sealed JSON; nil when there is
// neither. Dinkes's own acts concern no person and stay readable.
func sealChange(tx pg.Tx, id string, e Event) ([]byte, error) {
	if e.Before == nil && e.After == nil {
		return nil, nil
	}
	plain, err := json.Marshal(struct {
		Before any `json:"before,omitempty"`
		After  any `json:"after,omitempty"`
	}{e.Before, e.After})
	if err != nil {
		return nil, err
	}
	if tx.Principal().PuskesmasID == 0 {
		return plain, nil
	}
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	return k.Seal(place(id), plain), nil
}

func place(id string) string { return "audit/" + id }

// sum is the MAC of a row under its key: every field with its length, so that
// no two rows have the same bytes.
func (t *Trail) sum(puskesmas int16, r row) []byte {
	return crypt.MAC(t.keys[r.KeyID], framed(puskesmas, r.KeyID, r.ID, r.At.UTC().Format(time.RFC3339Nano), text(r.ActorID), r.ActorRole, text(r.SessionID), r.TraceID,
		r.Action, r.SubjectKind, strings.ToLower(text(r.SubjectID)), string(r.Digest), strconv.FormatBool(r.DryRun)))
}

// digest is the keyed digest of what goes when the record it tells of is
// destroyed: the row proves itself without it.
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

// StateOf is a record's state, as Before or After of an event.
func StateOf(s string) map[string]string { return map[string]string{"state": s} }
