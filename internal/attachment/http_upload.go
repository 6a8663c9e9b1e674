package attachment

import (
	"strconv"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// upload is the request of POST /v1/attachments.
type upload struct{ homecare.NewAttachment }

// MediaType is that of a form with a file.
func (*upload) MediaType() string { return rest.FormType }

// ReadBody reads the multipart form.
func (u *upload) ReadBody(contentType string, body []byte) error {
	var check fault.Check
	if err := rest.Form(contentType, body, func(name, _ string, value []byte) error {
		if name == "file" {
			u.File = value
		} else {
			u.field(&check, name, string(value))
		}
		return nil
	}); err != nil {
		return err
	}
	check.That(len(u.File) > 0, "/file", "required", "Wajib diisi.", "This is required.")
	return check.Err()
}

func (u *upload) field(check *fault.Check, name, value string) {
	number := func() *float64 {
		f, err := strconv.ParseFloat(value, 64)
		check.That(err == nil && f == f, "/"+name, "type", "Harus berupa angka.", "This must be a number.")
		return &f
	}
	switch name {
	case "id":
		u.ID = strings.ToLower(value)
	case "kind":
		u.Kind = value
	case "subject_kind":
		u.SubjectKind = value
	case "subject_id":
		u.SubjectID = strings.ToLower(value)
	case "caption":
		u.Caption = value
	case "taken_at":
		t, err := time.Parse(time.RFC3339, value)
		check.That(err == nil, "/taken_at", "type", "Harus waktu RFC 3339.", "This must be an RFC 3339 time.")
		u.TakenAt = &t
	case "latitude":
		u.Latitude = number()
	case "longitude":
		u.Longitude = number()
	default:
		check.Add(rest.FormField(name), "unknown", "Isian ini tidak dikenal.", "This field is not known.")
	}
}
