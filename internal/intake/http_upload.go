package intake

import (
	"encoding/json"
	"strings"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// uploadParams is the request of POST /v1/imports.
type uploadParams struct{ homecare.NewImport }

// MediaType is the media type of a form with a file.
func (*uploadParams) MediaType() string { return rest.FormType }

// ReadBody fills the form of POST /v1/imports.
func (p *uploadParams) ReadBody(contentType string, body []byte) error {
	texts := map[string]*string{"id": &p.ID, "source": &p.Source, "data_source": &p.DataSource, "as_of": &p.AsOf}
	found := false
	if err := rest.Form(contentType, body, func(name, fileName string, value []byte) error {
		text, known := texts[name]
		switch {
		case name == "file":
			p.File, p.FileName, found = value, fileName, true
		case name == "columns" && json.Unmarshal(value, &p.Columns) == nil:
		case known:
			*text = strings.TrimSpace(string(value))
		default:
			return formFault(name)
		}
		return nil
	}); err != nil {
		return err
	}
	if !found {
		return fault.ErrInvalid.At(fault.Field{Pointer: "/file", Code: "required",
			Text: fault.Text{ID: "Sertakan berkasnya pada bagian file.", EN: "Send the file in the part file."}})
	}
	return nil
}

func formFault(name string) error {
	return fault.ErrInvalid.At(fault.Field{Pointer: rest.FormField(name), Code: "unknown",
		Text: fault.Text{ID: "Bagian formulir ini tidak dikenal atau tidak dapat dibaca.",
			EN: "This part of the form is unknown or cannot be read."}})
}
