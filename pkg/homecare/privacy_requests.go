package homecare

import (
	"context"
	"net/url"
	"time"
)

// NewConsent is the body of POST /v1/patients/{id}/consents: what the person consents
// to, and how.
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
	// WithdrawnOn is the day on which it was withdrawn; WithdrawnAt is when that was written down.
	WithdrawnOn     string `json:"withdrawn_on,omitempty" format:"date"`
	WithdrawnReason string `json:"withdrawn_reason,omitempty"`
	Version         int64  `json:"version" validate:"required"`
}

// ConsentWithdrawn is the body of POST
// /v1/patients/{id}/consents/{consent_id}/withdraw: why, and on which day.
type ConsentWithdrawn struct {
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// WithdrawnOn is the day on which the family said so, not before the consent was given; today by default.
	WithdrawnOn string `bounds:"happened" json:"withdrawn_on,omitempty" validate:"omitempty,date" format:"date"`
}

// RecordVersion is the version that If-Match names.
func (c Consent) RecordVersion() int64 { return c.Version }

// Consents lists what a person agreed to, newest first.
func (c *Client) Consents(ctx context.Context, patientID string) (Page[Consent], error) {
	return get[Page[Consent]](ctx, c, "/v1/patients/"+patientID+"/consents", nil)
}

// GiveConsent records a consent.
func (c *Client) GiveConsent(ctx context.Context, patientID string, in NewConsent) (Consent, error) {
	return post[Consent](ctx, c, "/v1/patients/"+patientID+"/consents", in)
}

// WithdrawConsent withdraws it; planned visits are cancelled where it was the
// consent to home visits.
func (c *Client) WithdrawConsent(ctx context.Context, patientID, id string, version int64, in ConsentWithdrawn) (Consent, error) {
	return act[Consent](ctx, c, "POST", "/v1/patients/"+patientID+"/consents/"+id+"/withdraw", version, in)
}

// NewDataSubjectRequest is the body of POST /v1/data-subject-requests: who asks for
// what.
type NewDataSubjectRequest struct {
	ID         string    `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	PatientID  string    `json:"patient_id" validate:"required,uuid" format:"uuid"`
	Kind       string    `json:"kind" validate:"required,oneof=access correction restriction withdraw_consent end" enums:"access,correction,restriction,withdraw_consent,end"`
	ReceivedAt time.Time `bounds:"happened" json:"received_at" validate:"required" format:"date-time"`
	Channel    string    `json:"channel" validate:"required,oneof=in_person letter phone mail other" enums:"in_person,letter,phone,mail,other"`
	Note       string    `json:"note,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// DataSubjectRequest (permintaan subjek data) is what a person asked about
// their data.
type DataSubjectRequest struct {
	ID         string    `json:"id" validate:"required" format:"uuid"`
	PatientID  string    `json:"patient_id" validate:"required" format:"uuid"`
	Kind       string    `json:"kind" validate:"required" enums:"access,correction,restriction,withdraw_consent,end"`
	ReceivedAt time.Time `json:"received_at" validate:"required" format:"date-time"`
	// DueAt is 3x24 hours after it was received; it is never extended.
	DueAt   time.Time `json:"due_at" validate:"required" format:"date-time"`
	Channel string    `json:"channel" validate:"required" example:"in_person"`
	Note    string    `json:"note,omitempty"`
	State   string    `json:"state" validate:"required" enums:"open,started,done,refused"`
	// Overdue says that it is neither done nor refused and the time is over.
	Overdue  bool       `json:"overdue"`
	Outcome  string     `json:"outcome,omitempty"`
	ClosedAt *time.Time `json:"closed_at,omitempty" format:"date-time"`
	Version  int64      `json:"version" validate:"required"`
}

// RecordVersion is the version that If-Match names.
func (d DataSubjectRequest) RecordVersion() int64 { return d.Version }

// DataSubjectOutcome is the body of done and refuse: what came of it, or why it is
// refused.
type DataSubjectOutcome struct {
	Outcome string `json:"outcome" validate:"required,text,max=2000" maxLength:"2000" example:"Salinan diserahkan kepada keluarga"`
}

// PersonExport is the complete copy of what is held on a person.
type PersonExport struct {
	PatientID   string         `json:"patient_id" validate:"required" format:"uuid"`
	GeneratedAt time.Time      `json:"generated_at" validate:"required" format:"date-time"`
	Person      ExportIdentity `json:"person" validate:"required"`
	// Merged are the records that were merged into the person's, as they were.
	Merged []ExportIdentity `json:"merged" validate:"required"`
	// Tables has the rows of every table that reaches the person, by its name.
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

// ExportTable is what one table holds on the person.
type ExportTable struct {
	Name string `json:"name" validate:"required" example:"care_case"`
	// Says is the table's description.
	Says string           `json:"says" validate:"required"`
	Rows []map[string]any `json:"rows" validate:"required"`
}

// RequestAboutData records a request of a person.
func (c *Client) RequestAboutData(ctx context.Context, in NewDataSubjectRequest) (DataSubjectRequest, error) {
	return post[DataSubjectRequest](ctx, c, "/v1/data-subject-requests", in)
}

// DataSubjectRequests lists them by due time.
func (c *Client) DataSubjectRequests(ctx context.Context, query url.Values) (Page[DataSubjectRequest], error) {
	return get[Page[DataSubjectRequest]](ctx, c, "/v1/data-subject-requests", query)
}

// DataSubjectRequest returns one.
func (c *Client) DataSubjectRequest(ctx context.Context, id string) (DataSubjectRequest, error) {
	return get[DataSubjectRequest](ctx, c, "/v1/data-subject-requests/"+id, nil)
}

// StartDataSubjectRequest takes it up.
func (c *Client) StartDataSubjectRequest(ctx context.Context, id string, version int64) (DataSubjectRequest, error) {
	return act[DataSubjectRequest](ctx, c, "POST", "/v1/data-subject-requests/"+id+"/start", version, nil)
}

// FinishDataSubjectRequest ends it as done.
func (c *Client) FinishDataSubjectRequest(ctx context.Context, id string, version int64, in DataSubjectOutcome) (DataSubjectRequest, error) {
	return act[DataSubjectRequest](ctx, c, "POST", "/v1/data-subject-requests/"+id+"/done", version, in)
}

// RefuseDataSubjectRequest ends it as refused, with the reason.
func (c *Client) RefuseDataSubjectRequest(ctx context.Context, id string, version int64, in DataSubjectOutcome) (DataSubjectRequest, error) {
	return act[DataSubjectRequest](ctx, c, "POST", "/v1/data-subject-requests/"+id+"/refuse", version, in)
}

// ExportPerson answers the complete copy for a request of kind access.
func (c *Client) ExportPerson(ctx context.Context, requestID string) (PersonExport, error) {
	return get[PersonExport](ctx, c, "/v1/data-subject-requests/"+requestID+"/export", nil)
}

// LiftRestriction ends the restriction of a person.
func (c *Client) LiftRestriction(ctx context.Context, patientID string, version int64, in Why) (Patient, error) {
	return act[Patient](ctx, c, "POST", "/v1/patients/"+patientID+"/lift-restriction", version, in)
}
