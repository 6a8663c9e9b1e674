package rest

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/visible"
)

var hiddenText = fault.Text{ID: "Teks ini memuat karakter yang tidak terlihat ({character}). Ketik ulang teks ini.",
	EN: "This text holds a character that cannot be seen ({character}). Type it again."}

// maxHidden is the maximum number of members named in one answer.
const maxHidden = 20

// unseen are the texts of a JSON body with a character that a reader cannot see
// (visible.Hidden), or with no visible character. It checks the body and not
// the struct, to include texts within an open object.
func unseen(body []byte) []fault.Field {
	if !mayHide(body) {
		return nil
	}
	var out []fault.Field
	d := jsontext.NewDecoder(bytes.NewReader(body))
	for len(out) < maxHidden {
		token, err := d.ReadToken()
		if err != nil {
			break // the end; decode reports invalid JSON
		}
		if token.Kind() != '"' {
			continue
		}
		if kind, n := d.StackIndex(d.StackDepth()); kind == '{' && n%2 == 1 {
			continue // a member's name
		}
		if f, ok := unseenText(string(d.StackPointer()), token.String()); ok {
			out = append(out, f)
		}
	}
	return out
}

// mayHide says whether a body contains more than non-empty plain ASCII texts.
// Most do not and are not read twice.
func mayHide(body []byte) bool {
	for i, b := range body {
		if b >= 0x7f || b == '\\' || b == '"' && i+1 < len(body) && body[i+1] == ' ' {
			return true
		}
	}
	return false
}

// unseenText is the error of a text that a person should be able to see.
func unseenText(pointer, s string) (fault.Field, bool) {
	if r, ok := visible.Hidden(s); ok {
		return fault.Field{Pointer: pointer, Code: "hidden", Text: hiddenText,
			Args: map[string]any{"character": fmt.Sprintf("%U", r)}}, true
	}
	return fault.Field{Pointer: pointer, Code: "text", Text: said["text"]}, s != "" && !visible.Shows(s)
}
