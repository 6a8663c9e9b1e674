// Package audit is the trail of what was done: who, when, why, before and
// after. Rows are append-only, sealed under the tenant's key, and carry a MAC
// under a key outside the database.
package audit

import (
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
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

// Trail writes events.
type Trail struct{ mac []byte }

// NewTrail returns a writer under its own MAC key.
func NewTrail(m *crypt.Master) *Trail { return &Trail{m.Derive("audit-mac")} }

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
	trace := rest.TraceID(tx.Context())
	change, err := sealChange(tx, id, e)
	if err != nil {
		return err
	}
	mac := t.sum(p.PuskesmasID, id, at, p.UserID, role, p.SessionID, trace, e, tx.Dry(), change)
	if p.PuskesmasID == 0 {
		tx.AtCommitEvenDry(`insert into audit_event_district (id, at, actor_id, actor_role, session_id, trace_id, action, subject_kind, subject_id, reason, change, dry_run, mac)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			id, at, null(p.UserID), role, null(p.SessionID), trace, e.Action, e.SubjectKind, null(e.SubjectID), null(e.Reason), change, tx.Dry(), mac)
		return nil
	}
	tx.AtCommitEvenDry(`insert into audit_event (puskesmas_id, id, at, actor_id, actor_role, session_id, trace_id, action, subject_kind, subject_id, reason, change, dry_run, mac)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		p.PuskesmasID, id, at, null(p.UserID), role, null(p.SessionID), trace, e.Action, e.SubjectKind, null(e.SubjectID), null(e.Reason), change, tx.Dry(), mac)
	return nil
}

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

// sum is the MAC of a row: every field with its length, so that no two rows
// have the same bytes.
func (t *Trail) sum(puskesmas int16, id string, at time.Time, actor, role, session, trace string, e Event, dry bool, change []byte) []byte {
	var b []byte
	for _, part := range []string{id, at.UTC().Format(time.RFC3339Nano), actor, role, session, trace, e.Action, e.SubjectKind, e.SubjectID, e.Reason, string(change)} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(puskesmas))
	if dry {
		b = append(b, 1)
	}
	return crypt.MAC(t.mac, b)
}

func null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
