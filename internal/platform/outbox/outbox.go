// Package outbox stores what must happen after the commit of a use case. The
// row is written in the same transaction; package job turns it into work.
package outbox

import (
	"encoding/json"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/pg"
)

// Event is an event: ids and codes only, never personal data.
type Event struct {
	Kind      string // "noun.verb"
	SubjectID string
	Body      map[string]string
}

// Emit queues the event for the transaction's COMMIT.
func Emit(tx pg.Tx, e Event) error {
	body := []byte("{}")
	if len(e.Body) > 0 {
		var err error
		if body, err = json.Marshal(e.Body); err != nil {
			return err
		}
	}
	var subject *string
	if e.SubjectID != "" {
		subject = &e.SubjectID
	}
	tx.AtCommit(`insert into outbox (puskesmas_id, id, kind, subject_id, body) values ($1, $2, $3, $4, $5)`,
		tx.Principal().PuskesmasID, uuid.Must(uuid.NewV7()).String(), e.Kind, subject, body)
	return nil
}
