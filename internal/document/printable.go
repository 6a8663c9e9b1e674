package document

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrUnprintable is the fault of a paper with characters that its typeface lacks; they
// would print as boxes.
var ErrUnprintable = fault.Define(fault.Invalid, "document.unprintable",
	"Surat belum diterbitkan karena memuat karakter yang tidak dapat dicetak. Tulis ulang bagian yang ditandai dengan huruf Latin, tanpa emoji.",
	"The letter was not issued because it holds characters that cannot be printed. Rewrite the marked parts in Latin letters, without emoji.").
	Hint("errors names each part")

var unprintableText = fault.Text{ID: "Karakter ini tidak dapat dicetak: {characters}",
	EN: "These characters cannot be printed: {characters}"}

// The most that one answer names: fields, and characters of a field.
const (
	maxFields     = 20
	maxCharacters = 10
)

// printable checks every text of a paper's frozen content against its typeface.
// A field is named by its place on the paper, as letter/patient/name. Error:
// ErrUnprintable.
func printable(frozen []byte) error {
	var fields []fault.Field
	d := jsontext.NewDecoder(bytes.NewReader(frozen))
	for len(fields) < maxFields {
		token, err := d.ReadToken()
		if err != nil {
			break // the end: the content was encoded a moment ago
		}
		if token.Kind() != '"' {
			continue
		}
		if f, wrong := unprintable("letter"+string(d.StackPointer()), token.String()); wrong {
			fields = append(fields, f)
		}
	}
	if fields != nil {
		return ErrUnprintable.At(fields...)
	}
	return nil
}

// Printable checks one text that will stand on a paper. Error: ErrUnprintable
// with the field at pointer.
func Printable(pointer, text string) error {
	if f, wrong := unprintable(pointer, text); wrong {
		return ErrUnprintable.At(f)
	}
	return nil
}

func unprintable(pointer, text string) (fault.Field, bool) {
	lacks := paper.Unprintable(text)
	if len(lacks) == 0 {
		return fault.Field{}, false
	}
	shown := strings.Split(string(lacks[:min(len(lacks), maxCharacters)]), "")
	return fault.Field{Pointer: pointer, Code: "unprintable", Text: unprintableText,
		Args: map[string]any{"characters": strings.Join(shown, " ")}}, true
}
