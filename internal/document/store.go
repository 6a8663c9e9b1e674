package document

import (
	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const columns = `d.id, d.kind, d.number, d.subject_kind, d.subject_id, coalesce(d.case_id::text, '') as case_id,
	d.state, d.issued_on::text as issued_on,
	d.issued_at, d.issued_by, d.code, coalesce(encode(d.pdf_sha256, 'hex'), '') as sha256,
	coalesce(d.signed_attachment_id::text, '') as signed_attachment_id,
	d.signed_at, coalesce(d.void_reason, '') as void_reason, d.changed_at as updated_at, d.version`

// seen is the condition of a document that the caller may see: as its case. The staff of
// the puskesmas see every document without a case.
var seen = `(d.case_id is null or exists (select from care_case c where c.puskesmas_id = d.puskesmas_id
	and c.id = d.case_id and ` + access.Case("c") + `))`

func documentIn(tx pg.Tx, id string) (homecare.Document, error) {
	return pg.Row[homecare.Document](tx, `select `+columns+` from document d where d.id = $1 and `+seen, id)
}

func lock(tx pg.Tx, id string) (homecare.Document, error) {
	return pg.Row[homecare.Document](tx, `select `+columns+` from document d where d.id = $1
		and `+seen+` for update of d`, id)
}

// sealedRow is a document's content.
type sealedRow struct {
	ID, Kind, Number        string
	CaseID                  string // whom the letter is about; empty for a team's
	FrozenSealed, PDFSealed []byte
}

func contentIn(tx pg.Tx, id string) (sealedRow, error) {
	return pg.Row[sealedRow](tx, `select d.id, d.kind, d.number, coalesce(d.case_id::text, '') as case_id,
		d.frozen_sealed, d.pdf_sealed from document d where d.id = $1 and `+seen, id)
}

// unit is the puskesmas as its letterhead names it.
type unit struct{ Slug, Name, Address, DistrictName string }

func unitIn(tx pg.Tx) (unit, error) {
	return pg.Row[unit](tx, `select slug, name, address, district_name from puskesmas where id = $1`,
		tx.Principal().PuskesmasID)
}

// sop is what a letter says of the SOP version it stands on.
type sop struct {
	ProgrammeName, DocumentNumber string
	LegalBasis                    []struct {
		Text       string `json:"text"`
		ReplacedBy string `json:"replaced_by"`
	}
	Distribution []string
}

func sopIn(tx pg.Tx, id string) (sop, error) {
	return pg.Row[sop](tx, `select g.name as programme_name, s.document_number, s.legal_basis, s.distribution
		from sop_version s join programme g on g.code = s.programme_code where s.id = $1`, id)
}

// inForce is a programme's SOP version of a business day.
type inForce struct{ ID, ProgrammeName string }

func sopInForce(tx pg.Tx, programme, day string) (inForce, error) {
	return pg.Row[inForce](tx, `select s.id, g.name as programme_name from sop_version s
		join programme g on g.code = s.programme_code
		where s.programme_code = $1 and s.effective_from <= $2::text::date order by s.effective_from desc,
		s.revision desc limit 1`, programme, day)
}

// villageNames returns the names of villages by code, in the order of codes, "" for an
// unknown code.
func villageNames(tx pg.Tx, codes []string) ([]string, error) {
	type village struct{ Name string }
	rows, err := pg.Rows[village](tx, `select coalesce(v.name, '') as name from unnest($1::text[]) with ordinality as w
		(code, n) left join village v on v.code = w.code order by w.n`, codes)
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Name
	}
	return names, err
}
