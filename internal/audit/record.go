package audit

import (
	"encoding/json"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/pg"
)

// Record queues the event with the transaction's COMMIT, without a round trip
// of its own. A dry run keeps the event too, marked as such.
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
	r := row{ID: id, At: at, ActorID: pg.Null(p.UserID), ActorRole: role, SessionID: pg.Null(p.SessionID),
		TraceID: trace, Action: e.Action, SubjectKind: e.SubjectKind,
		SubjectID: pg.Null(e.SubjectID), Reason: pg.Null(e.Reason), Change: change, DryRun: tx.Dry(), KeyID: t.current}
	r.Digest = t.digest(r)
	r.MAC = t.sum(p.PuskesmasID, r)
	if p.PuskesmasID == 0 {
		tx.AtCommitEvenDry(insertDistrict, r.ID, r.At, r.ActorID, r.ActorRole, r.SessionID, r.TraceID, r.Action,
			r.SubjectKind, r.SubjectID, r.Reason, r.Change, r.DryRun, r.KeyID, r.MAC, r.Digest)
		return nil
	}
	tx.AtCommitEvenDry(insertTenant, r.ID, r.At, r.ActorID, r.ActorRole, r.SessionID, r.TraceID, r.Action,
		r.SubjectKind, r.SubjectID, r.Reason, r.Change, r.DryRun, r.KeyID, r.MAC, p.PuskesmasID, r.Digest)
	return nil
}

// The row is inserted together with its entry in audit_unsealed, the list of rows that no
// seal covers yet.
const (
	insertDistrict = `with e as (insert into audit_event_district (id, at, actor_id, actor_role, session_id, trace_id,
		action, subject_kind, subject_id, reason, change, dry_run, key_id, mac, digest)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)) insert into audit_unsealed
		(puskesmas_id, source, id) values (0, 'audit', $1)`
	insertTenant = `with e as (insert into audit_event (puskesmas_id, id, at, actor_id, actor_role, session_id,
		trace_id, action, subject_kind, subject_id, reason, change, dry_run, key_id, mac, digest)
		values ($15, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16)) insert into audit_unsealed
		(puskesmas_id, source, id) values ($15, 'audit', $1)`
)

// sealChange returns before and after as sealed JSON; nil when there is
// neither. Acts of Dinkes concern no person and stay readable.
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
