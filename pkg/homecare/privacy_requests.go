package homecare

import (
	"time"
)

// NewConsent is the body of POST /v1/patients/{id}/consents: the kind of consent and
// how it was given.
type NewConsent struct {
	ID       string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Kind     string `json:"kind" validate:"required,oneof=home_visit photo data_sharing other" enums:"home_visit,photo,data_sharing,other"`
	GivenBy  string `json:"given_by" validate:"required,name,max=200" maxLength:"200" example:"Siti Aminah"`
	Relation string `json:"relation" validate:"required,oneof=self guardian spouse child parent other" enums:"self,guardian,spouse,child,parent,other"`
	GivenOn  string `bounds:"happened" json:"given_on" validate:"required,date" format:"date" example:"2026-11-03"`
	// AttachmentID is the signed sheet (POST /v1/attachments, kind consent).
	AttachmentID string `json:"attachment_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// Consent (persetujuan) is what a person or family agreed to.
type Consent struct {
	ID           string     `json:"id" validate:"required" format:"uuid"`
	PatientID    string     `json:"patient_id" validate:"required" format:"uuid"`
	Kind         string     `json:"kind" validate:"required" enums:"home_visit,photo,data_sharing,other"`
	GivenBy      string     `json:"given_by" validate:"required"`
	Relation     string     `json:"relation" validate:"required" example:"self"`
	GivenOn      string     `json:"given_on" validate:"required" format:"date"`
	AttachmentID string     `json:"attachment_id,omitempty" format:"uuid"`
	WithdrawnAt  *time.Time `json:"withdrawn_at,omitempty" format:"date-time"`
	// WithdrawnOn is the day on which it was withdrawn; WithdrawnAt is when
	// that was recorded.
	WithdrawnOn     string `json:"withdrawn_on,omitempty" format:"date"`
	WithdrawnReason string `json:"withdrawn_reason,omitempty"`
	Version         int64  `json:"version" validate:"required"`
}

// ConsentWithdrawn is the body of POST
// /v1/patients/{id}/consents/{consent_id}/withdraw: reason and day.
type ConsentWithdrawn struct {
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// WithdrawnOn is the day on which the family withdrew it, not before the
	// consent was given; default: today.
	WithdrawnOn string `bounds:"happened" json:"withdrawn_on,omitempty" validate:"omitempty,date" format:"date"`
}

// NewDataSubjectRequest is the body of POST /v1/data-subject-requests: the person
// and the request.
type NewDataSubjectRequest struct {
	ID         string    `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	PatientID  string    `json:"patient_id" validate:"required,uuid" format:"uuid"`
	Kind       string    `json:"kind" validate:"required,oneof=access correction restriction withdraw_consent end" enums:"access,correction,restriction,withdraw_consent,end"`
	ReceivedAt time.Time `bounds:"happened" json:"received_at" validate:"required" format:"date-time"`
	Channel    string    `json:"channel" validate:"required,oneof=in_person letter phone mail other" enums:"in_person,letter,phone,mail,other"`
	Note       string    `json:"note,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// DataSubjectRequest (permintaan subjek data) is a request of a person about
// their data.
type DataSubjectRequest struct {
	ID         string    `json:"id" validate:"required" format:"uuid"`
	PatientID  string    `json:"patient_id" validate:"required" format:"uuid"`
	Kind       string    `json:"kind" validate:"required" enums:"access,correction,restriction,withdraw_consent,end"`
	ReceivedAt time.Time `json:"received_at" validate:"required" format:"date-time"`
	// DueAt is 3x24 hours after receipt. It is never extended.
	DueAt   time.Time `json:"due_at" validate:"required" format:"date-time"`
	Channel string    `json:"channel" validate:"required" example:"in_person"`
	Note    string    `json:"note,omitempty"`
	State   string    `json:"state" validate:"required" enums:"open,started,done,refused"`
	// Overdue says that it is neither done nor refused after DueAt.
	Overdue  bool       `json:"overdue"`
	Outcome  string     `json:"outcome,omitempty"`
	ClosedAt *time.Time `json:"closed_at,omitempty" format:"date-time"`
	Version  int64      `json:"version" validate:"required"`
}

// DataSubjectOutcome is the body of done and refuse: the result, or the reason of
// the refusal.
type DataSubjectOutcome struct {
	Outcome string `json:"outcome" validate:"required,text,max=2000" maxLength:"2000" example:"Salinan diserahkan kepada keluarga"`
}

// PersonExport is the complete copy of the data about a person.
type PersonExport struct {
	PatientID   string         `json:"patient_id" validate:"required" format:"uuid"`
	GeneratedAt time.Time      `json:"generated_at" validate:"required" format:"date-time"`
	Person      ExportIdentity `json:"person" validate:"required"`
	// Merged are the records merged into the person's, as they were.
	Merged []ExportIdentity `json:"merged" validate:"required"`
	// Tables has, by name, the rows of every table with data about the person.
	Tables []ExportTable `json:"tables" validate:"required"`
}

// ExportIdentity is the person with the numbers in full.
type ExportIdentity struct {
	Name      string `json:"name" validate:"required"`
	Sex       string `json:"sex" validate:"required" enums:"male,female,unknown"`
	BirthDate string `json:"birth_date,omitempty" format:"date"`
	NIK       string `json:"nik,omitempty"`
	KK        string `json:"kk,omitempty"`
	BPJSCard  string `json:"bpjs_card,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Address   string `json:"address,omitempty"`
	MotherNIK string `json:"mother_nik,omitempty"`
	Village   string `json:"village,omitempty"`
}

// ExportTable is the data of one table about the person.
type ExportTable struct {
	Name string `json:"name" validate:"required" example:"care_case"`
	// Says is the description of the table.
	Says string           `json:"says" validate:"required"`
	Rows []map[string]any `json:"rows" validate:"required"`
}
