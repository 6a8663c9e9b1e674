package homecare

import (
	"time"
)

// Document (surat) is a numbered letter or document. Its content is frozen when
// it is issued. The PDF is rendered once and then never changes.
type Document struct {
	ID          string    `json:"id" validate:"required" format:"uuid"`
	Kind        string    `json:"kind" validate:"required" enums:"assignment_letter,refusal_letter,referral_letter,anamnesis_sheet,activity_report,monthly_report"`
	Number      string    `json:"number" validate:"required" example:"440/012/ST/PKM-THB/2026"`
	SubjectKind string    `json:"subject_kind" validate:"required" enums:"case,team,visit,report,activity"`
	SubjectID   string    `json:"subject_id" validate:"required" format:"uuid"`
	CaseID      string    `json:"case_id,omitempty" format:"uuid"`
	State       string    `json:"state" validate:"required" enums:"issued,signed,void"`
	IssuedOn    string    `json:"issued_on" validate:"required" format:"date"`
	IssuedAt    time.Time `json:"issued_at" validate:"required" format:"date-time"`
	IssuedBy    string    `json:"issued_by" validate:"required" format:"uuid"`
	// Code is the verification code, for GET /verify/{code} and the QR code.
	Code string `json:"code" validate:"required" example:"MFRGGZDFMZTWQ2LKNNWG23TPOA"`
	// SHA256 of the PDF, known from its first download.
	SHA256             string     `json:"sha256,omitempty"`
	SignedAttachmentID string     `json:"signed_attachment_id,omitempty" format:"uuid"`
	SignedAt           *time.Time `json:"signed_at,omitempty" format:"date-time"`
	VoidReason         string     `json:"void_reason,omitempty"`
	Version            int64      `json:"version" validate:"required"`
	// Warnings are in the answer to a signed copy: the changed months whose
	// report was submitted or sent.
	Warnings []Warning `json:"warnings,omitempty"`
}

// SignedCopy is the body of POST /v1/documents/{id}/signed-copy: the attachment.
type SignedCopy struct {
	AttachmentID string `json:"attachment_id" validate:"required,uuid" format:"uuid"`
}

// NewActivityReport is the body of POST /v1/activity-reports: one day of one
// programme, in one village or in all.
type NewActivityReport struct {
	Programme string `json:"programme" validate:"required,code" example:"kupinang"`
	// Village is a Kemendagri code without dots; absent: all villages.
	Village string `json:"village,omitempty" validate:"omitempty,numeric,len=10" example:"6311052001" minLength:"10" maxLength:"10"`
	Date    string `bounds:"act" json:"date" validate:"required,date" format:"date"`
	// Obstacles and FollowUp are the writer's own words; no patient's name.
	Obstacles string `json:"obstacles,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	FollowUp  string `json:"follow_up,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// Verification is what anybody with the code of a letter may see.
type Verification struct {
	Kind      string `json:"kind" validate:"required" example:"assignment_letter"`
	Number    string `json:"number" validate:"required" example:"440/012/ST/PKM-THB/2026"`
	Puskesmas string `json:"puskesmas" validate:"required" example:"UPTD Puskesmas Tanah Habang"`
	IssuedOn  string `json:"issued_on" validate:"required" format:"date"`
	Status    string `json:"status" validate:"required" enums:"valid,void"`
	// SHA256Prefix is the first 16 hex digits of the PDF's SHA-256; empty
	// before the first download.
	SHA256Prefix string `json:"sha256_prefix,omitempty"`
}
