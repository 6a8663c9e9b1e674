package document

import (
	"context"

	"github.com/balangan/homecare/internal/attachment"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

type signedParams struct {
	ID string `param:"id" json:"-"`
	homecare.SignedCopy
}

// AttachSignedCopy marks a document signed: the attachment is its scan. For a
// refusal this closes the case (SOP HS 5g). Errors: fault.ErrNotFound,
// fault.ErrStale, fault.ErrState, ErrNotCopy, ErrOlder, ErrOtherCopy.
func (s *Service) AttachSignedCopy(ctx context.Context, in signedParams) (homecare.Document, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Document, error) {
		var none homecare.Document
		d, err := lock(tx, in.ID)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(d.Version); err != nil {
			return none, err
		}
		if d.State != issued {
			return none, fault.State(d.State)
		}
		a, err := attachment.ProofIn(tx, in.AttachmentID, attachment.SignedLetter)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return none, err
		}
		own := a.SubjectKind == "document" && a.SubjectID == d.ID || a.SubjectKind == "case" && a.SubjectID == d.CaseID
		if err != nil || !own {
			return none, atAttachment(ErrNotCopy, "not_its_copy")
		}
		if a.CreatedAt.Before(d.IssuedAt) { // both times are the service's
			return none, atAttachment(ErrOlder, "copy_is_older")
		}
		if _, err := tx.Exec(`update document set state = $2, signed_attachment_id = $3, signed_at = $4, signed_by = $5,
			version = version + 1 where id = $1`,
			d.ID, signed, a.ID, tx.Now(), tx.Principal().UserID); err != nil {
			return none, err
		}
		if told := s.Signed[d.Kind]; told != nil {
			if err := told(tx, d.SubjectID); err != nil {
				return none, err
			}
		}
		after, err := documentIn(tx, d.ID)
		if err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "document.signed_copy", SubjectKind: "document",
			SubjectID: d.ID, Before: d, After: after}); err != nil {
			return none, err
		}
		after.Warnings, err = sentmonth.WarningsIn(tx)
		return after, err
	})
}
