package document

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only about this record.
	SubjectID string `query:"subject_id" json:"-" validate:"omitempty,uuid"`
	// Only of this kind.
	Kind call.Many `query:"kind" json:"-" validate:"omitempty,max=20,dive,list=document_kind"`
	list.Changes
	page.Request
}

// List returns the documents that the caller may see, newest first.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Document], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Document], error) {
		var w pg.Where
		w.And(seen)
		w.And(ofPersonInUse)
		w.Given(`d.case_id = $`, in.CaseID)
		w.Given(`d.subject_id = $`, in.SubjectID)
		w.Given(`d.kind = $`, in.Kind...)
		return documents.Read(tx, s.sealer, in, `select `+columns+` from document d`, &w)
	})
}

var documents = list.List[homecare.Document, key]{
	Name: "documents", Key: func(d homecare.Document) key { return key{d.IssuedAt, d.ID} },
}

type key struct {
	At time.Time `list:"d.issued_at desc"`
	ID string    `list:"d.id uuid desc"`
}

// ofPersonInUse leaves out of a list the letters about a voided person.
const ofPersonInUse = `not exists (select from care_case c join patient p on p.puskesmas_id = c.puskesmas_id
	and p.id = c.patient_id
	where c.puskesmas_id = d.puskesmas_id and c.id = d.case_id and p.voided_reason is not null)`
