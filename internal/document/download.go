package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// PDF returns the document as a file. The first call renders and keeps it;
// later ones return the same bytes. Error: fault.ErrNotFound.
func (s *Service) PDF(ctx context.Context, in idParams) (call.File, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (call.File, error) {
		row, err := contentIn(tx, in.ID)
		if err != nil {
			return call.File{}, err
		}
		if row.PDFSealed == nil {
			if row, err = s.renderIn(tx, in.ID); err != nil {
				return call.File{}, err
			}
		}
		keys, err := tx.Keys()
		if err != nil {
			return call.File{}, err
		}
		if len(row.FrozenSealed) == 0 { // destroyed with the record (package retention)
			return call.File{}, fault.ErrNotFound
		}
		b, err := keys.Open(pdfPlace(row.ID), row.PDFSealed)
		var shown access.Persons
		shown.AddSubject("case", row.CaseID)
		return call.File{ContentType: call.PDF, Name: strings.ReplaceAll(row.Number, "/", "-") + ".pdf", Bytes: b,
			Inline: true, Subjects: shown}, err
	})
}

// renderIn renders and keeps the PDF, unless another request has meanwhile.
func (s *Service) renderIn(tx pg.Tx, id string) (sealedRow, error) {
	if _, err := lock(tx, id); err != nil {
		return sealedRow{}, err
	}
	row, err := contentIn(tx, id)
	if err != nil || row.PDFSealed != nil {
		return row, err
	}
	keys, err := tx.Keys()
	if err != nil {
		return row, err
	}
	if len(row.FrozenSealed) == 0 { // destroyed with the record (package retention)
		return row, fault.ErrNotFound
	}
	frozen, err := keys.Open(frozenPlace(id), row.FrozenSealed)
	if err != nil {
		return row, err
	}
	b, err := render(row.Kind, frozen)
	if err != nil {
		return row, fmt.Errorf("render %s: %w", row.Kind, err)
	}
	sum := sha256.Sum256(b)
	row.PDFSealed = keys.Seal(pdfPlace(id), b)
	if _, err := tx.Exec(`update document set pdf_sealed = $2, pdf_sha256 = $3 where id = $1`, id, row.PDFSealed,
		sum[:]); err != nil {
		return row, err
	}
	return row, s.trail.Record(tx, audit.Event{Action: "document.render", SubjectKind: "document", SubjectID: id})
}

// render makes the PDF of frozen content.
func render(kind string, frozen []byte) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch kind {
	case AssignmentLetter:
		err = pdf[paper.AssignmentLetter](&b, frozen)
	case RefusalLetter:
		err = pdf[paper.RefusalLetter](&b, frozen)
	case ReferralLetter:
		err = pdf[paper.ReferralLetter](&b, frozen)
	case AnamnesisSheet:
		err = pdf[paper.AnamnesisSheet](&b, frozen)
	case ActivityReport:
		err = pdf[paper.ActivityReport](&b, frozen)
	case MonthlyReport:
		err = pdf[paper.MonthlyReport](&b, frozen)
	default:
		err = fmt.Errorf("document: unknown kind %q", kind)
	}
	return b.Bytes(), err
}

func pdf[P interface{ PDF(w io.Writer) error }](w io.Writer, frozen []byte) error {
	var p P
	if err := json.Unmarshal(frozen, &p); err != nil {
		return err
	}
	return p.PDF(w)
}

func pdfPlace(id string) string { return "document-pdf/" + id }
