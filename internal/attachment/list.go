package attachment

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	// What they belong to; with `subject_id`.
	SubjectKind string `query:"subject_kind" json:"-" validate:"omitempty,list=attachment_subject"`
	// The record; with `subject_kind`.
	SubjectID string `query:"subject_id" json:"-" validate:"omitempty,uuid"`
	// Instead: a case, for its own files and those of its visits, documents and follow-ups.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only of this kind.
	Kind call.Many `query:"kind" json:"-" validate:"omitempty,max=20,dive,list=attachment_kind"`
}

// List returns the files of one record, or all of a case, oldest first, at most 500.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Attachment], error) {
	var check fault.Check
	const id, en = "Sebutkan satu catatan (subject_kind dan subject_id) atau satu kasus (case_id).",
		"Name one record (subject_kind and subject_id) or one case (case_id)."
	check.That(in.CaseID == "" || in.SubjectKind+in.SubjectID == "", "query/case_id", "one_of", id, en)
	check.That(in.CaseID != "" || in.SubjectKind != "", "query/subject_kind", "required", id, en)
	check.That(in.CaseID != "" || in.SubjectID != "", "query/subject_id", "required", id, en)
	if err := check.Err(); err != nil {
		return homecare.Page[homecare.Attachment]{}, err
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Attachment], error) {
		all, err := of(tx, in)
		return homecare.Page[homecare.Attachment]{Data: all}, err
	})
}
