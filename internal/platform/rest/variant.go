package rest

import (
	"encoding/json"
	"errors"
	"reflect"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Variant is a pointer to a struct whose member Data has the type that its member type
// names.
type Variant interface {
	// Kinds are the values of type.
	Kinds() []string
	// Choose sets Data to an empty value for a value of type, and returns the struct as a
	// type without methods.
	Choose(kind string) any
}

// readVariants reads a Variant as strictly as all else. Its type may stand behind its data,
// so it is read twice.
var readVariants = jsonv2.UnmarshalFromFunc(func(dec *jsontext.Decoder, v Variant) error {
	if dec.PeekKind() != '{' {
		return errors.ErrUnsupported
	}
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	at := dec.StackPointer()
	err = jsonv2.Unmarshal(raw, v.Choose(kindOf(raw)), strictly...)
	if se, ok := errors.AsType[*jsonv2.SemanticError](err); ok {
		se.JSONPointer = at + se.JSONPointer
	}
	return err
})

// kindOf is the member type of a Variant; "" where it is no text.
func kindOf(raw []byte) string {
	var sent struct {
		Type any `json:"type"`
	}
	_ = json.Unmarshal(raw, &sent) // the second reading reports what is wrong
	kind, _ := sent.Type.(string)
	return kind
}

// dataOf is the type of the member Data of a struct that is a Variant; nil for others.
func dataOf(t reflect.Type, kind any) reflect.Type {
	v := reflect.New(t)
	variant, ok := v.Interface().(Variant)
	text, _ := kind.(string)
	if !ok {
		return nil
	}
	variant.Choose(text)
	return v.Elem().FieldByName("Data").Elem().Type()
}
