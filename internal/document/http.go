package document

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
)

// GetDocuments lists documents.
//
//	@Summary		List documents, newest first
//	@Description	Daftar surat: surat tugas, surat pernyataan menolak, surat rujukan, lembar anamnese, laporan. A
//					petugas sees those of the cases they may see.
//	@ID				listDocuments
//	@Tags			documents
func (s *Service) GetDocuments() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetDocument answers one document.
//
//	@Summary		Get a document
//	@Description	Satu surat. It has number, state and verification code; the PDF has its own address.
//	@ID				getDocument
//	@Tags			documents
func (s *Service) GetDocument() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetPDF answers the PDF.
//
//	@Summary		Download a document
//	@Description	Unduh surat sebagai PDF. It is rendered once; every download has the same bytes.
//	@ID				downloadDocument
//	@Tags			documents
func (s *Service) GetPDF() rest.Handler { return rest.HandleFile(s.PDF, call.PDF) }

// PostSignedCopy attaches the signed copy.
//
//	@Summary		Attach the signed copy of a letter
//	@Description	Lampirkan surat yang sudah ditandatangani. The attachment is of kind signed_letter, belongs to the
//					letter or its case, was uploaded after the letter was issued, and is not the copy of another
//					letter. It cannot be voided afterwards. For a surat pernyataan menolak this closes the case (SOP
//					HS 5g).
//	@ID				attachSignedCopy
//	@Tags			documents
func (s *Service) PostSignedCopy() rest.Handler {
	return rest.Handle(http.StatusOK, s.AttachSignedCopy)
}

// PostTeamAssignment issues a letter of assignment.
//
//	@Summary		Issue a letter of assignment to a standing team
//	@Description	Terbitkan surat tugas bagi tim tetap untuk suatu masa dan desa. It names staff and villages,
//					never patients.
//	@ID				assignTeam
//	@Tags			documents
func (s *Service) PostTeamAssignment() rest.Handler {
	return rest.Handle(http.StatusCreated, s.AssignTeam)
}

// PostAnamnesisSheet issues the anamnesis sheet of a visit.
//
//	@Summary		Issue the anamnesis sheet of a completed visit
//	@Description	Terbitkan lembar anamnese (SOP HS 8), ditandatangani pemanggil. A second call returns the same
//					sheet. If the visit was amended since, a new sheet is issued and the old one becomes void.
//	@ID				issueAnamnesisSheet
//	@Tags			documents
func (s *Service) PostAnamnesisSheet() rest.Handler {
	return rest.Handle(http.StatusOK, s.IssueAnamnesis)
}

// PostActivityReport issues the report of a day's activity.
//
//	@Summary		Issue the activity report of a day
//	@Description	Terbitkan laporan kegiatan (SOP HS 8) atas kunjungan dan penyuluhan suatu program pada satu hari.
//					It names staff and villages, never patients. A later report of the same day, programme and village
//					replaces it.
//	@ID				issueActivityReport
//	@Tags			documents
func (s *Service) PostActivityReport() rest.Handler {
	return rest.Handle(http.StatusCreated, s.IssueActivity)
}

// GetVerify checks a letter.
//
//	@Summary		Check a letter by its code
//	@Description	Periksa keaslian surat. The answer has kind, number, puskesmas, date, status, and the start of the
//					PDF's SHA-256. It needs no sign-in and names no person.
//	@ID				verifyDocument
//	@Tags			documents
func (s *Service) GetVerify() rest.Handler { return rest.Handle(http.StatusOK, s.Verify) }
