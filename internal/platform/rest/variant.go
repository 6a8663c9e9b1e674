package rest

import (
	"encoding/json"
	"errors"
	"reflect"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Variant is a pointer to a struct whose member Data has the type that its members type and
// schema_version name.
type Variant interface {
	// Kinds are the values of type, each with its newest version.
	Kinds() map[string]int
	// Choose sets Data to an empty value for a type and version, and returns the struct as a
	// type without methods.
	Choose(kind string, version int) any
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
	var sent map[string]json.RawMessage
	_ = json.Unmarshal(raw, &sent) // the second reading reports what is wrong
	kind, version := named(sent)
	err = jsonv2.Unmarshal(raw, v.Choose(kind, version), strictly...)
	if se, ok := errors.AsType[*jsonv2.SemanticError](err); ok {
		se.JSONPointer = at + se.JSONPointer
	}
	if sent["data"] == nil {
		reflect.ValueOf(v).Elem().FieldByName("Data").SetZero()
	}
	return err
})

// named are the members type and schema_version of a Variant; the zero value where one is
// of another type.
func named(sent map[string]json.RawMessage) (kind string, version int) {
	_ = json.Unmarshal(sent["type"], &kind)
	var number float64 // 1.0 is version 1
	_ = json.Unmarshal(sent["schema_version"], &number)
	return kind, int(number)
}

// dataOf is the type of the member Data of a struct that is a Variant; nil for others.
func dataOf(t reflect.Type, kind string, version int) reflect.Type {
	v := reflect.New(t)
	variant, ok := v.Interface().(Variant)
	if !ok {
		return nil
	}
	variant.Choose(kind, version)
	return v.Elem().FieldByName("Data").Elem().Type()
}
