package document

import (
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/attachment"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of documents. Signed is set once, at wiring.
type Service struct {
	db        *pg.DB
	sealer    *page.Sealer
	trail     *audit.Trail
	publicURL string

	// Signed is told, by kind of document, that the signed copy of the letter
	// about subjectID is there; it runs in the same transaction.
	Signed map[string]func(tx pg.Tx, subjectID string) error
}

// NewService returns the use cases over db. publicURL is the address that the
// QR codes name.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail, publicURL string) *Service {
	return &Service{db: db, sealer: sealer, trail: trail, publicURL: strings.TrimRight(publicURL, "/")}
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

// Get returns one document. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Document, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Document, error) { return documentIn(tx, in.ID) })
}

type listParams struct {
	// Only of this case.
	CaseID string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	// Only about this record.
	SubjectID string `query:"subject_id" json:"-" validate:"omitempty,uuid"`
	// Only of this kind.
	Kind string `query:"kind" json:"-" validate:"omitempty,oneof=assignment_letter refusal_letter referral_letter anamnesis_sheet activity_report monthly_report"`
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
		w.Given(`d.kind = $`, in.Kind)
		return documents.Read(tx, s.sealer, in, `select `+columns+` from document d`, &w)
	})
}

// PDF returns the document as a file. The first call renders and keeps it;
// every later one answers the same bytes. Error: fault.ErrNotFound.
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
		if len(row.FrozenSealed) == 0 { // went with the record (package retention)
			return call.File{}, fault.ErrNotFound
		}
		b, err := keys.Open(pdfPlace(row.ID), row.PDFSealed)
		var shown access.Persons
		shown.AddSubject("case", row.CaseID)
		return call.File{ContentType: call.PDF, Name: strings.ReplaceAll(row.Number, "/", "-") + ".pdf", Bytes: b, Inline: true, Subjects: shown}, err
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
	if len(row.FrozenSealed) == 0 { // went with the record (package retention)
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
	if _, err := tx.Exec(`update document set pdf_sealed = $2, pdf_sha256 = $3 where id = $1`, id, row.PDFSealed, sum[:]); err != nil {
		return row, err
	}
	return row, s.trail.Record(tx, audit.Event{Action: "document.render", SubjectKind: "document", SubjectID: id})
}

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
		if _, err := tx.Exec(`update document set state = $2, signed_attachment_id = $3, signed_at = $4, signed_by = $5, version = version + 1 where id = $1`,
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
		if err := s.trail.Record(tx, audit.Event{Action: "document.signed_copy", SubjectKind: "document", SubjectID: d.ID, Before: d, After: after}); err != nil {
			return none, err
		}
		after.Warnings, err = sentmonth.WarningsIn(tx)
		return after, err
	})
}

type assignParams struct {
	ID string `param:"id" json:"-"`
	homecare.TeamAssignment
}

// AssignTeam issues a surat tugas to a standing team for a period and
// villages. Errors: fault.ErrNotFound, team.ErrPerCase, fault.ErrInvalid.
func (s *Service) AssignTeam(ctx context.Context, in assignParams) (homecare.Document, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Document, error) {
		t, err := team.In(tx, in.ID)
		if err != nil {
			return homecare.Document{}, err
		}
		if t.Mode != team.Standing {
			return homecare.Document{}, team.ErrPerCase
		}
		names, err := villageNames(tx, in.Villages)
		if err != nil {
			return homecare.Document{}, err
		}
		var check fault.Check
		check.That(in.PeriodEnd >= in.PeriodStart, "/period_end", "before_start", "Tidak boleh sebelum period_start.", "This must not be before period_start.")
		check.That(in.PeriodStart >= t.ValidFrom && (t.ValidUntil == "" || in.PeriodEnd <= t.ValidUntil), "/period_start", "not_in_force",
			"Di luar masa berlaku surat keputusan tim.", "Outside the time in which the team's decree is in force.")
		for i, n := range names {
			check.That(n != "", fmt.Sprintf("/villages/%d", i), "unknown",
				"Desa ini tidak dikenal. Pilih dari daftar desa.", "This village is not known. Choose one from the list.").
				Hint("GET /v1/villages")
		}
		if err := check.Err(); err != nil {
			return homecare.Document{}, err
		}
		members, err := serving(tx, t)
		if err != nil {
			return homecare.Document{}, err
		}
		version, err := sopInForce(tx, t.Programme, clock.Day(tx.Now()))
		if err != nil {
			return homecare.Document{}, err
		}
		a := episode.Assignment{SOPVersionID: version.ID, ProgrammeName: version.ProgrammeName, Members: members, Villages: names, Order: in.AssignmentOrder}
		return s.assign(tx, a, Draft{Kind: AssignmentLetter, SubjectKind: "team", SubjectID: t.ID})
	})
}

var codeForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)

type codeParams struct {
	// The code under the QR code.
	Code string `param:"code" json:"-" maxLength:"26"`
}

// Verify tells the holder of a letter whether it was issued and stands; it
// names no person. Error: fault.ErrNotFound.
func (s *Service) Verify(ctx context.Context, in codeParams) (homecare.Verification, error) {
	code := strings.ToUpper(in.Code)
	if !codeForm.MatchString(code) {
		return homecare.Verification{}, fault.ErrNotFound
	}
	return pg.System(ctx, s.db, "verify a letter", func(tx pg.Tx) (homecare.Verification, error) {
		return pg.Row[homecare.Verification](tx, `select d.kind, d.number, p.name as puskesmas, d.issued_on::text as issued_on,
				case d.state when 'void' then 'void' else 'valid' end as status, coalesce(left(encode(d.pdf_sha256, 'hex'), 16), '') as sha256_prefix
			from document d join puskesmas p on p.id = d.puskesmas_id where d.code = $1`, code)
	})
}
