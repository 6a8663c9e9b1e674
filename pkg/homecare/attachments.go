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
	ID string `json:"id" validate:"required" format:"uuid"`
	// The kind of file (jenis lampiran). Only a `signed_letter` proves a signature, only a
	// `consent` a consent (bukti).
	Kind string `json:"kind" validate:"required,list=attachment_kind"`
	// The kind of record to which the file belongs.
	SubjectKind string `json:"subject_kind" validate:"required,list=attachment_subject"`
	// The id of the record to which the file belongs.
	SubjectID string `json:"subject_id" validate:"required" format:"uuid"`
	// The case of the record to which the file belongs (kasus); absent: it has none, for
	// example a person.
	CaseID string `json:"case_id,omitempty" format:"uuid"`
	// What the file shows (keterangan); absent: not said.
	Caption string `json:"caption,omitempty"`
	// The type of the file, which the server reads from its bytes.
	MediaType string `json:"media_type" validate:"required,list=media_type"`
	// The size of the stored file in bytes (ukuran), for a picture without the camera's
	// metadata.
	Size int `json:"size" validate:"required"`
	// The SHA-256 of the stored file in hexadecimal, for a picture without the camera's
	// metadata.
	SHA256 string `json:"sha256" validate:"required"`
	// When the picture was taken (waktu pengambilan), as the uploader said; absent: not said.
	TakenAt *time.Time `json:"taken_at,omitempty" format:"date-time"`
	// Where the picture was taken, as the uploader said: degrees north of the equator, WGS 84
	// (lintang). Absent: not said.
	Latitude *float64 `json:"latitude,omitempty"`
	// Where the picture was taken, as the uploader said: degrees east of Greenwich, WGS 84
	// (bujur). Absent: not said.
	Longitude *float64  `json:"longitude,omitempty"`
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
	CreatedBy string    `json:"created_by" validate:"required" format:"uuid"`
	// When the file was voided (dibatalkan), after which its content cannot be read; absent: it
	// was not.
	VoidedAt *time.Time `json:"voided_at,omitempty" format:"date-time"`
	// Why the file was voided (alasan pembatalan); absent: it was not.
	VoidReason string `json:"void_reason,omitempty"`
	Version    int64  `json:"version" validate:"required"`
}

// NewAttachment is the form of POST /v1/attachments (multipart/form-data), the
// file in the part "file".
type NewAttachment struct {
	// The id of the attachment: a UUID version 7; absent: the server makes it.
	ID string `json:"id" validate:"omitempty,uuid"`
	// The kind of file (jenis lampiran). Only a `signed_letter` proves a signature, only a
	// `consent` a consent (bukti).
	Kind string `json:"kind" validate:"required,list=attachment_kind"`
	// The kind of record to which the file belongs.
	SubjectKind string `json:"subject_kind" validate:"required,list=attachment_subject"`
	// The id of the record to which the file belongs, which the caller must see; also the id
	// that the caller gave a parked visit.
	SubjectID string `json:"subject_id" validate:"required,uuid"`
	// What the file shows (keterangan), without identity numbers.
	Caption string `json:"caption" validate:"omitempty,text,max=500"`
	// When the picture was taken (waktu pengambilan).
	TakenAt *time.Time `bounds:"done" json:"taken_at"`
	// Where the picture was taken: degrees north of the equator, WGS 84 (lintang). Only
	// together with `longitude`.
	Latitude *float64 `json:"latitude" validate:"omitempty,min=-90,max=90"`
	// Where the picture was taken: degrees east of Greenwich, WGS 84 (bujur). Only together
	// with `latitude`.
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
