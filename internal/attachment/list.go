package attachment

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/call"
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

type caseParams struct {
	ID string `param:"id" json:"-"`
	// Only of this kind.
	Kind call.Many `query:"kind" json:"-" validate:"omitempty,max=20,dive,list=attachment_kind"`
}

// OfCase returns the files of a case, its visits, documents and follow-ups, oldest first,
// at most 500. Error: fault.ErrNotFound.
func (s *Service) OfCase(ctx context.Context, in caseParams) (homecare.Page[homecare.Attachment], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Attachment], error) {
		var none homecare.Page[homecare.Attachment]
		if err := access.SeeCaseIn(tx, in.ID); err != nil {
			return none, err
		}
		var w pg.Where
		w.Given(`a.case_id = $`, in.ID)
		w.And(seen)
		w.Given(`a.kind = $`, in.Kind...)
		all, err := pg.Rows[homecare.Attachment](tx, `select `+columns+` from attachment a`+w.SQL()+
			` order by a.created_at, a.id limit 500`, w.Args...)
		return homecare.Page[homecare.Attachment]{Data: all}, err
	})
}
