package homecare

import (
	"time"
)

// Document (surat) is a numbered letter or document. Its content is frozen when
// it is issued. The PDF is rendered once and then never changes.
type Document struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The kind of letter or paper (jenis surat).
	Kind string `json:"kind" validate:"required,list=document_kind"`
	// The number of the letter (nomor surat); without gaps in each puskesmas, kind and year.
	Number string `json:"number" validate:"required" example:"440/012/ST/PKM-THB/2026"`
	// The kind of record that the paper is about. `activity`: a day of a programme (kegiatan).
	SubjectKind string `json:"subject_kind" validate:"required,list=document_subject"`
	// The id of the record that the paper is about. An activity has no record: its id follows
	// from programme, village and day.
	SubjectID string `json:"subject_id" validate:"required" format:"uuid"`
	// The case that the paper is about, or whose visit it shows (kasus); absent: none, for
	// example of a standing team.
	CaseID string `json:"case_id,omitempty" format:"uuid"`
	// The state of the paper (status). `signed`: its signed copy is attached; `void`: it was
	// replaced or taken back.
	State string `json:"state" validate:"required,list=document_state"`
	// The business day on which the paper was issued (tanggal surat).
	IssuedOn string `json:"issued_on" validate:"required" format:"date"`
	// When the paper was issued, by the server's clock.
	IssuedAt time.Time `json:"issued_at" validate:"required" format:"date-time"`
	// The account whose act issued the paper.
	IssuedBy string `json:"issued_by" validate:"required" format:"uuid"`
	// The verification code (kode verifikasi), for GET /verify/{code} and the QR code.
	Code string `json:"code" validate:"required" example:"MFRGGZDFMZTWQ2LKNNWG23TPOA"`
	// The SHA-256 of the PDF in hexadecimal; absent before the first download.
	SHA256 string `json:"sha256,omitempty"`
	// The attachment with the signed copy (salinan bertanda tangan); absent: none yet.
	SignedAttachmentID string `json:"signed_attachment_id,omitempty" format:"uuid"`
	// When the signed copy was attached, by the server's clock.
	SignedAt *time.Time `json:"signed_at,omitempty" format:"date-time"`
	// Why the paper is void (alasan pembatalan); absent: it is not.
	VoidReason string `json:"void_reason,omitempty"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
	// Warnings are in the answer to a signed copy: the changed months whose
	// report was submitted or sent.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
}

// SignedCopy is the body of POST /v1/documents/{id}/signed-copy: the attachment.
type SignedCopy struct {
	// An attachment of the kind `signed_letter` of this document or its case, uploaded after
	// the document was issued and not the copy of another.
	AttachmentID string `json:"attachment_id" validate:"required,uuid" format:"uuid"`
}

// NewActivityReport is the body of POST /v1/activity-reports: one day of one
// programme, in one village or in all.
type NewActivityReport struct {
	Programme string `json:"programme" validate:"required,code" example:"homecare_sanggam"`
	// The code of the village (kode desa atau kelurahan), ten digits without dots; absent: all
	// villages.
	Village string `json:"village,omitempty" validate:"omitempty,numeric,len=10" example:"6311052001" minLength:"10" maxLength:"10"`
	// The business day to report (tanggal kegiatan); it must have a visit or an education
	// session of the programme.
	Date string `bounds:"act" json:"date" validate:"required,date" format:"date"`
	// What was an obstacle (kendala), in the writer's own words. A patient's name or number is
	// refused.
	Obstacles string `json:"obstacles,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// What is to follow (tindak lanjut), in the writer's own words. A patient's name or number
	// is refused.
	FollowUp string `json:"follow_up,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// Verification is what anybody with the code of a letter may see.
type Verification struct {
	// The kind of letter or paper (jenis surat), as `kind` of a document.
	Kind string `json:"kind" validate:"required,list=document_kind" example:"assignment_letter"`
	// The number of the letter (nomor surat).
	Number string `json:"number" validate:"required" example:"440/012/ST/PKM-THB/2026"`
	// The name of the puskesmas that issued the letter (nama puskesmas).
	Puskesmas string `json:"puskesmas" validate:"required" example:"UPTD Puskesmas Tanah Habang"`
	// The business day on which the letter was issued (tanggal surat).
	IssuedOn string `json:"issued_on" validate:"required" format:"date"`
	// Whether the letter is valid (berlaku); `void`: it was replaced or taken back.
	Status string `json:"status" validate:"required,list=document_validity"`
	// The first 16 hexadecimal digits of the SHA-256 of the PDF; absent before the first
	// download.
	SHA256Prefix string `json:"sha256_prefix,omitempty"`
}
