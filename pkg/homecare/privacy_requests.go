package homecare

import (
	"time"
)

// NewConsent is the body of POST /v1/patients/{id}/consents: the kind of consent and
// how it was given.
type NewConsent struct {
	// The id of the consent: a UUID that the client may choose.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// What the person agrees to: home visits, photos, passing data on, or something else.
	Kind string `json:"kind" validate:"required,list=consent_kind"`
	// The name of the person who gave it (nama pemberi persetujuan).
	GivenBy string `json:"given_by" validate:"required,name,max=200" maxLength:"200" example:"Siti Aminah"`
	// What that person is to the patient (hubungan); self: the patient.
	Relation string `json:"relation" validate:"required,list=consent_relation"`
	// The day on which it was given (tanggal persetujuan), not in the future.
	GivenOn string `bounds:"happened" json:"given_on" validate:"required,date" format:"date" example:"2026-11-03"`
	// The signed sheet (lembar persetujuan): an attachment of kind consent of this person, from
	// POST /v1/attachments. It can no longer be voided.
	AttachmentID string `json:"attachment_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// Consent (persetujuan) is what a person or family agreed to.
type Consent struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// What the person agreed to: home visits, photos, passing data on, or something else.
	Kind string `json:"kind" validate:"required,list=consent_kind"`
	// The name of the person who gave it (nama pemberi persetujuan).
	GivenBy string `json:"given_by" validate:"required"`
	// What that person is to the patient (hubungan); self: the patient.
	Relation string `json:"relation" validate:"required,list=consent_relation" example:"self"`
	// The day on which it was given (tanggal persetujuan).
	GivenOn string `json:"given_on" validate:"required" format:"date"`
	// The signed sheet (lembar persetujuan); absent: none was attached.
	AttachmentID string `json:"attachment_id,omitempty" format:"uuid"`
	// When the withdrawal (penarikan) was recorded; absent while the consent stands.
	WithdrawnAt *time.Time `json:"withdrawn_at,omitempty" format:"date-time"`
	// The day on which the family withdrew it (tanggal penarikan); absent while the consent
	// stands.
	WithdrawnOn string `json:"withdrawn_on,omitempty" format:"date"`
	// Why it was withdrawn (alasan); absent while the consent stands.
	WithdrawnReason string `json:"withdrawn_reason,omitempty"`
	Version         int64  `json:"version" validate:"required"`
}

// ConsentWithdrawn is the body of POST
// /v1/patients/{id}/consents/{consent_id}/withdraw: reason and day.
type ConsentWithdrawn struct {
	// Why it is withdrawn (alasan).
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// The day on which the family withdrew it (tanggal penarikan), not before the consent was
	// given; absent: today.
	WithdrawnOn string `bounds:"happened" json:"withdrawn_on,omitempty" validate:"omitempty,date" format:"date"`
}

// NewDataSubjectRequest is the body of POST /v1/data-subject-requests: the person
// and the request.
type NewDataSubjectRequest struct {
	// The id of the request: a UUID that the client may choose.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The person (sasaran) whose data it is about.
	PatientID string `json:"patient_id" validate:"required,uuid" format:"uuid"`
	// What the person asks for: a copy, a correction, a restriction, the withdrawal of a consent,
	// or the end of the processing (UU 27/2022 art. 5-13).
	Kind string `json:"kind" validate:"required,list=data_subject_request_kind"`
	// When the request came in (diterima), not in the future. The deadline counts from here.
	ReceivedAt time.Time `bounds:"happened" json:"received_at" validate:"required" format:"date-time"`
	// How the request came in (saluran).
	Channel string `json:"channel" validate:"required,list=data_subject_request_channel"`
	// What exactly was asked (catatan).
	Note string `json:"note,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// DataSubjectRequest (permintaan subjek data) is a request of a person about
// their data.
type DataSubjectRequest struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// What the person asks for: a copy, a correction, a restriction, the withdrawal of a consent,
	// or the end of the processing (UU 27/2022 art. 5-13).
	Kind string `json:"kind" validate:"required,list=data_subject_request_kind"`
	// When the request came in (diterima).
	ReceivedAt time.Time `json:"received_at" validate:"required" format:"date-time"`
	// Until when it must be answered (jatuh tempo): 3x24 hours after `received_at`. It is never
	// extended.
	DueAt time.Time `json:"due_at" validate:"required" format:"date-time"`
	// How the request came in (saluran).
	Channel string `json:"channel" validate:"required,list=data_subject_request_channel" example:"in_person"`
	// What exactly was asked (catatan).
	Note string `json:"note,omitempty"`
	// Open: not begun; started: in work; done: fulfilled; refused: closed with the reason.
	State string `json:"state" validate:"required,list=data_subject_request_state"`
	// Whether `due_at` has passed while it is neither done nor refused (lewat tempo).
	Overdue bool `json:"overdue"`
	// The result (hasil), or the reason of the refusal; absent until it is closed.
	Outcome string `json:"outcome,omitempty"`
	// When it was done or refused; absent before.
	ClosedAt *time.Time `json:"closed_at,omitempty" format:"date-time"`
	Version  int64      `json:"version" validate:"required"`
}

// DataSubjectOutcome is the body of done and refuse: the result, or the reason of
// the refusal.
type DataSubjectOutcome struct {
	// The result (hasil), or the reason of the refusal (alasan penolakan). When the end was asked
	// for, it says until when the law keeps the record.
	Outcome string `json:"outcome" validate:"required,text,max=2000" maxLength:"2000" example:"Salinan diserahkan kepada keluarga"`
}

// PersonExport is the complete copy of the data about a person.
type PersonExport struct {
	// The person (sasaran) of the request.
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// When the copy was made.
	GeneratedAt time.Time `json:"generated_at" validate:"required" format:"date-time"`
	// The person, with the numbers in full.
	Person ExportIdentity `json:"person" validate:"required"`
	// Merged are the records merged into the person's, as they were.
	Merged []ExportIdentity `json:"merged" validate:"required"`
	// What each table holds about the person, one entry for each table, also where it holds
	// nothing.
	Tables []ExportTable `json:"tables" validate:"required"`
}

// ExportIdentity is the person with the numbers in full.
type ExportIdentity struct {
	// The name (nama).
	Name      string `json:"name" validate:"required"`
	Sex       string `json:"sex" validate:"required,list=sex"`
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
	// The name of the table in the database.
	Name string `json:"name" validate:"required" example:"care_case"`
	// What the table holds, in English.
	Says string `json:"says" validate:"required"`
	// The rows about the person, by column, without empty columns, keys and ids of other persons.
	// What is stored sealed is readable in `content`; `file` is the address of a file.
	Rows []map[string]any `json:"rows" validate:"required"`
}
