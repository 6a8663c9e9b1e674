package rest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Limits of a multipart form, checked before a part is read.
const (
	FormParts     = 32       // parts of a form
	FormTextLimit = 64 << 10 // bytes of one part other than the file
)

// ErrForm is the fault of an unreadable form.
var ErrForm = fault.Define(fault.Malformed, "body.form",
	"Formulir ini tidak dapat dibaca atau terdiri atas lebih dari {limit} bagian. Perbarui aplikasi; bila tetap terjadi, hubungi pembuatnya.",
	"This form cannot be read or has more than {limit} parts. Update the application; if it happens again, tell its maker.").
	Hint("the body is a multipart form: check the boundary and the parts")

// FormType is the media type of a form with a file.
const FormType = "multipart/form-data"

// Form reads a multipart form with one file in the part "file", and passes each
// part to take. A repeated name and a text over FormTextLimit are errors of the
// field. Errors: ErrContentType, ErrForm, fault.ErrInvalid, those of take.
func Form(contentType string, body []byte, take func(name, fileName string, value []byte) error) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != FormType || params["boundary"] == "" {
		return ErrContentType.With("want", FormType)
	}
	unreadable := ErrForm.With("limit", FormParts)
	var check fault.Check
	seen := map[string]bool{}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for n := 0; ; n++ {
		part, err := r.NextRawPart() // it undoes no transfer encoding
		if errors.Is(err, io.EOF) {
			return check.Err()
		}
		if err != nil || n == FormParts {
			return unreadable
		}
		name := part.FormName()
		limit := int64(FormTextLimit)
		if name == "file" {
			limit = int64(len(body))
		}
		value, err := io.ReadAll(io.LimitReader(part, limit+1))
		switch {
		case err != nil:
			return unreadable
		case seen[name]:
			check.Add(FormField(name), "repeated", "Isian ini dikirim dua kali.", "This field was sent twice.")
		case int64(len(value)) > limit:
			check.Add(FormField(name), "too_long", "Isian ini terlalu panjang.", "This field is too long.")
		default:
			text := part.FileName()
			if name != "file" {
				text = string(value)
			}
			if f, wrong := unseenText(FormField(name), text); wrong {
				return fault.ErrInvalid.At(f)
			}
			if err := take(name, part.FileName(), value); err != nil {
				return err
			}
		}
		seen[name] = true
	}
}

// FormField is the pointer of a part. The caller chooses the name, so it is
// shortened and cleaned.
func FormField(name string) string {
	name = strings.ToValidUTF8(name, "?")
	for i := range name {
		if i >= 60 {
			return "/" + name[:i]
		}
	}
	return "/" + name
}
