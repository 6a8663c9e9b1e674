package rest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// fieldSet is the allow-list of ?fields= of a result: its own members or those of
// one item of a page, and its version member.
type fieldSet struct {
	names   []string
	paged   bool
	version []int // of the result (VersionOf)
}

var parkedFields = fieldsOf(reflect.TypeFor[homecare.ParkedAnswer]())

func fieldsOf(t reflect.Type) fieldSet {
	if t.Kind() != reflect.Struct {
		return fieldSet{}
	}
	if data, ok := t.FieldByName("Data"); ok && data.Type.Kind() == reflect.Slice &&
		data.Type.Elem().Kind() == reflect.Struct {
		return fieldSet{members(data.Type.Elem()), true, VersionOf(t)}
	}
	return fieldSet{members(t), false, VersionOf(t)}
}

func members(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			names = append(names, members(f.Type)...)
		case name != "" && name != "-":
			names = append(names, name)
		}
	}
	return names
}

func (s fieldSet) asked(c echo.Context, r Route) ([]string, error) {
	raw := c.QueryParam("fields")
	if raw == "" || r.Method != "GET" {
		return nil, nil
	}
	fields := strings.Split(raw, ",")
	for _, f := range fields {
		if !slices.Contains(s.names, f) {
			return nil, fault.ErrInvalid.At(fault.Field{Pointer: "query/fields", Code: "oneof",
				Text: said["oneof"], Args: map[string]any{"param": strings.Join(s.names, " ")}})
		}
	}
	return fields, nil
}

func (s fieldSet) cut(body []byte, fields []string) ([]byte, error) {
	if !s.paged {
		var all map[string]json.RawMessage
		if err := json.Unmarshal(body, &all); err != nil {
			return nil, err
		}
		return json.Marshal(only(all, fields))
	}
	var page struct {
		Data       []map[string]json.RawMessage `json:"data"`
		NextCursor string                       `json:"next_cursor,omitempty"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	for i, item := range page.Data {
		page.Data[i] = only(item, fields)
	}
	return json.Marshal(page)
}

func only(all map[string]json.RawMessage, fields []string) map[string]json.RawMessage {
	out := make(map[string]json.RawMessage, len(fields))
	for _, f := range fields {
		if v, ok := all[f]; ok {
			out[f] = v
		}
	}
	return out
}
