package homecare

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"
)

// Attachment (lampiran) is a photo or scan of a record: who, when, where.
type Attachment struct {
	ID          string     `json:"id" validate:"required" format:"uuid"`
	Kind        string     `json:"kind" validate:"required" enums:"photo,scan,signed_letter,consent,lab_result,other"`
	SubjectKind string     `json:"subject_kind" validate:"required" enums:"case,visit,document,patient,follow_up"`
	SubjectID   string     `json:"subject_id" validate:"required" format:"uuid"`
	CaseID      string     `json:"case_id,omitempty" format:"uuid"`
	Caption     string     `json:"caption,omitempty"`
	MediaType   string     `json:"media_type" validate:"required" enums:"image/jpeg,image/png,image/webp,application/pdf"`
	Size        int        `json:"size" validate:"required"`
	SHA256      string     `json:"sha256" validate:"required"`
	TakenAt     *time.Time `json:"taken_at,omitempty" format:"date-time"`
	Latitude    *float64   `json:"latitude,omitempty"`
	Longitude   *float64   `json:"longitude,omitempty"`
	CreatedAt   time.Time  `json:"created_at" validate:"required" format:"date-time"`
	CreatedBy   string     `json:"created_by" validate:"required" format:"uuid"`
	VoidedAt    *time.Time `json:"voided_at,omitempty" format:"date-time"`
	VoidReason  string     `json:"void_reason,omitempty"`
	Version     int64      `json:"version" validate:"required"`
}

// NewAttachment is the form of POST /v1/attachments (multipart/form-data), the
// file in the part "file".
type NewAttachment struct {
	// The attachment's id, chosen by the client.
	ID string `json:"id" validate:"omitempty,uuid"`
	// Kind of file.
	Kind string `json:"kind" validate:"required,oneof=photo scan signed_letter consent lab_result other"`
	// Kind of record that it belongs to.
	SubjectKind string `json:"subject_kind" validate:"required,oneof=case visit document patient follow_up"`
	// Id of that record.
	SubjectID string `json:"subject_id" validate:"required,uuid"`
	// Description of the content; no identity numbers.
	Caption string `json:"caption" validate:"omitempty,text,max=500"`
	// When it was taken.
	TakenAt *time.Time `bounds:"done" json:"taken_at"`
	// Where it was taken.
	Latitude *float64 `json:"latitude" validate:"omitempty,min=-90,max=90"`
	// Where it was taken.
	Longitude *float64 `json:"longitude" validate:"omitempty,min=-180,max=180"`
	File      []byte   `json:"-"`
}

// Upload sends a file.
func (c *Client) Upload(ctx context.Context, in NewAttachment) (Attachment, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	field := func(name, value string) {
		if value != "" {
			_ = w.WriteField(name, value) // a bytes.Buffer never fails
		}
	}
	field("id", in.ID)
	field("kind", in.Kind)
	field("subject_kind", in.SubjectKind)
	field("subject_id", in.SubjectID)
	field("caption", in.Caption)
	if in.TakenAt != nil {
		field("taken_at", in.TakenAt.Format(time.RFC3339))
	}
	if in.Latitude != nil {
		field("latitude", strconv.FormatFloat(*in.Latitude, 'f', -1, 64))
	}
	if in.Longitude != nil {
		field("longitude", strconv.FormatFloat(*in.Longitude, 'f', -1, 64))
	}
	if part, err := w.CreateFormFile("file", "file"); err == nil {
		_, _ = part.Write(in.File)
	}
	_ = w.Close()
	var out Attachment
	err := c.Do(ctx, Call{Method: http.MethodPost, Path: "/v1/attachments", Raw: &b,
		ContentType: w.FormDataContentType(), Out: &out})
	return out, err
}
