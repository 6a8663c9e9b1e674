package attachment

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostAttachment uploads a file.
//
//	@Summary		Upload a file
//	@Description	Unggah lampiran (foto, hasil pindai): JPEG, PNG, WebP or PDF by its bytes, at most 20 MB with the form. Camera metadata (place, device) is removed from pictures; send the place as latitude and longitude.
//	@ID				uploadAttachment
//	@Tags			attachments
//	@Accept			mpfd
//	@Param			file			formData	file	true	"The file"
//	@Param			kind			formData	string	true	"What it is"	Enums(photo, scan, signed_letter, consent, lab_result, other)
//	@Param			subject_kind	formData	string	true	"What it belongs to"	Enums(case, visit, document, patient, follow_up)
//	@Param			subject_id		formData	string	true	"The record"	format(uuid)
//	@Param			id				formData	string	false	"The attachment's own id, made by the client"	format(uuid)
//	@Param			caption			formData	string	false	"What it shows; no identity numbers"	maxlength(500)
//	@Param			taken_at		formData	string	false	"When it was taken"	format(date-time)
//	@Param			latitude		formData	number	false	"Where it was taken"	minimum(-90)	maximum(90)
//	@Param			longitude		formData	number	false	"Where it was taken"	minimum(-180)	maximum(180)
//	@Success		201	{object}	homecare.Attachment
//	@Router			/v1/attachments [post]
func (s *Service) PostAttachment() rest.Handler { return rest.Handle(http.StatusCreated, s.Upload) }

// GetAttachments lists a record's files.
//
//	@Summary		List the files of a record
//	@Description	Daftar lampiran satu data, oldest first, at most 500.
//	@ID				listAttachments
//	@Tags			attachments
//	@Param			subject_kind	query		string	true	"What they belong to"	Enums(case, visit, document, patient, follow_up)
//	@Param			subject_id		query		string	true	"The record"	format(uuid)
//	@Success		200				{object}	homecare.Page[homecare.Attachment]
//	@Router			/v1/attachments [get]
func (s *Service) GetAttachments() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetAttachment answers what is known of a file.
//
//	@Summary		Get an attachment
//	@Description	Keterangan satu lampiran; the file has its own address.
//	@ID				getAttachment
//	@Tags			attachments
//	@Param			id	path		string	true	"Attachment"	format(uuid)
//	@Success		200	{object}	homecare.Attachment
//	@Router			/v1/attachments/{id} [get]
func (s *Service) GetAttachment() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetContent answers the file.
//
//	@Summary		Download an attachment
//	@Description	Unduh berkas lampiran. A voided one is no longer given out.
//	@ID				downloadAttachment
//	@Tags			attachments
//	@Produce		image/jpeg
//	@Produce		image/png
//	@Produce		image/webp
//	@Produce		application/pdf
//	@Param			id	path	string	true	"Attachment"	format(uuid)
//	@Success		200	{file}	file
//	@Router			/v1/attachments/{id}/content [get]
func (s *Service) GetContent() rest.Handler { return rest.HandleFile(s.Content) }

// PostVoid takes a file out of use.
//
//	@Summary		Void an attachment
//	@Description	Batalkan lampiran, dengan alasan. Its row stays; the signed copy of a letter and the sheet of a consent cannot be voided.
//	@ID				voidAttachment
//	@Tags			attachments
//	@Param			id		path		string			true	"Attachment"	format(uuid)
//	@Param			body	body		homecare.Why	true	"Why"
//	@Success		200		{object}	homecare.Attachment
//	@Router			/v1/attachments/{id}/void [post]
func (s *Service) PostVoid() rest.Handler { return rest.Handle(http.StatusOK, s.Void) }
