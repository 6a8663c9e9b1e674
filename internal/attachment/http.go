package attachment

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostAttachment uploads a file.
//
//	@Summary		Upload a file
//	@Description	Unggah lampiran (foto, hasil pindai). JPEG, PNG, WebP or PDF, recognised by its bytes; at most 20
//					MB with the form. Camera metadata (place, device) is removed from pictures; send the place as
//					latitude and longitude.
//	@ID				uploadAttachment
//	@Tags			attachments
func (s *Service) PostAttachment() rest.Handler { return rest.Handle(http.StatusCreated, s.Upload) }

// GetAttachments lists a record's files.
//
//	@Summary		List the files of a record
//	@Description	Daftar lampiran satu data. Oldest first, at most 500.
//	@ID				listAttachments
//	@Tags			attachments
func (s *Service) GetAttachments() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetAttachment answers the description of a file.
//
//	@Summary		Get an attachment
//	@Description	Keterangan satu lampiran. The file has its own address.
//	@ID				getAttachment
//	@Tags			attachments
func (s *Service) GetAttachment() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetContent answers the file.
//
//	@Summary		Download an attachment
//	@Description	Unduh berkas lampiran. A voided attachment answers 404.
//	@ID				downloadAttachment
//	@Tags			attachments
func (s *Service) GetContent() rest.Handler {
	return rest.HandleFile(s.Content, jpegType, pngType, webpType, pdfType)
}

// PostVoid voids a file.
//
//	@Summary		Void an attachment
//	@Description	Batalkan lampiran, dengan alasan. Its description stays readable. The signed copy of a letter and
//					the sheet of a consent cannot be voided.
//	@ID				voidAttachment
//	@Tags			attachments
func (s *Service) PostVoid() rest.Handler { return rest.Handle(http.StatusOK, s.Void) }

// GetCaseAttachments lists the files of a case.
//
//	@Summary		List the files of a case
//	@Description	Foto dan lampiran satu kasus: its own files and those of its visits, documents and follow-ups.
//	@ID				listCaseAttachments
//	@Tags			attachments
func (s *Service) GetCaseAttachments() rest.Handler { return rest.Handle(http.StatusOK, s.OfCase) }
