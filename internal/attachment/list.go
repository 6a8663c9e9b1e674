package attachment

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	// What they belong to.
	SubjectKind string `query:"subject_kind" json:"-" validate:"required,list=attachment_subject"`
	// The record.
	SubjectID string `query:"subject_id" json:"-" validate:"required,uuid"`
}

// List returns the files of one record, oldest first, at most 500.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Attachment], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Attachment], error) {
		all, err := of(tx, in.SubjectKind, in.SubjectID)
		return homecare.Page[homecare.Attachment]{Data: all}, err
	})
}
