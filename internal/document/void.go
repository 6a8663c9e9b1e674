package document

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// VoidIn makes the documents of one kind and subject void, with a reason. Verify then
// reports them as void.
func (s *Service) VoidIn(tx pg.Tx, kind, subjectID, reason string) error {
	docs, err := pg.Rows[homecare.Document](tx, `update document d set state = 'void', void_reason = $3, voided_at = $4,
		voided_by = $5, version = version + 1
		where kind = $1 and subject_id = $2 and state <> 'void'
		returning `+columns, kind, subjectID, reason, tx.Now(), tx.Principal().UserID)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if err := s.trail.Record(tx, audit.Event{Action: "document.void", SubjectKind: "document", SubjectID: d.ID,
			Reason: reason, After: d}); err != nil {
			return err
		}
	}
	return nil
}

// VoidRefusalIn voids the surat pernyataan menolak of a case, with a reason. It implements
// episode.Letters.
func (s *Service) VoidRefusalIn(tx pg.Tx, caseID, reason string) error {
	return s.VoidIn(tx, RefusalLetter, caseID, reason)
}
