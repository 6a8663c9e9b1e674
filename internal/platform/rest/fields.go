package rest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// fieldSet is the allow-list of ?fields= of a result: its own members or those of
// one item of a page, and those of the records within (owner.name); and its
// version member.
type fieldSet struct {
	names   []string
	within  map[string][]string // by the member that is a record or a list of records
	expands []string            // the records that ?expand= may name
	paged   bool
	version []int // of the result (VersionOf)
}

// MaxFields is the greatest length of ?fields=, in bytes.
const MaxFields = 500

var notExpanded = fault.Text{ID: "Isian catatan lain hanya ada bila catatan itu ikut diminta.",
	EN: "What belongs to another record is there only where that record is asked for too."}

var parkedFields = fieldsOf(reflect.TypeFor[homecare.ParkedAnswer](), nil)

// fieldsOf is the allow-list of a result. req is the type of the request; nil: none.
func fieldsOf(t, req reflect.Type) fieldSet {
	if t.Kind() != reflect.Struct {
		return fieldSet{}
	}
	set := fieldSet{within: map[string][]string{}, version: VersionOf(t)}
	if req != nil && req.Kind() == reflect.Struct {
		if f, ok := req.FieldByName("Expand"); ok {
			_, names, _ := strings.Cut(f.Tag.Get("validate"), "anyof=")
			set.expands = strings.Fields(names)
		}
	}
	if data, ok := t.FieldByName("Data"); ok && data.Type.Kind() == reflect.Slice &&
		data.Type.Elem().Kind() == reflect.Struct {
		set.paged, t = true, data.Type.Elem()
	}
	set.names = members(t, func(name string, of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() == reflect.Struct && of != timeType {
			set.within[name] = members(of, func(string, reflect.Type) {})
		}
	})
	return set
}

func members(t reflect.Type, each func(name string, of reflect.Type)) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			names = append(names, members(f.Type, each)...)
		case name != "" && name != "-":
			names = append(names, name)
			each(name, f.Type)
		}
	}
	return names
}

func (s fieldSet) asked(c echo.Context, r Route) ([]string, error) {
	raw := c.QueryParam("fields")
	if raw == "" || r.Method != "GET" {
		return nil, nil
	}
	if len(raw) > MaxFields {
		return nil, fault.ErrInvalid.At(fault.Field{Pointer: "query/fields", Code: "max", Text: said["max of a text"],
			Args: map[string]any{"param": MaxFields}})
	}
	fields, expanded := strings.Split(raw, ","), strings.Split(c.QueryParam("expand"), ",")
	for _, f := range fields {
		known, name := s.names, f
		outer, inner, nested := strings.Cut(f, ".")
		if s.within[outer] != nil {
			if nested {
				known, name = s.within[outer], inner
			}
			record := strings.TrimSuffix(outer, "_record") // expand=team gives team_record
			if slices.Contains(s.expands, record) && !slices.Contains(expanded, record) {
				return nil, fault.ErrInvalid.At(fault.Field{Pointer: "query/fields", Code: "not_expanded",
					Text: notExpanded, Advice: "expand=" + record})
			}
		}
		if !slices.Contains(known, name) {
			return nil, fault.ErrInvalid.At(fault.Field{Pointer: "query/fields", Code: "oneof", Text: said["oneof"],
				Advice: name + " is none of " + strings.Join(known, ", ")})
		}
	}
	return fields, nil
}

// cut keeps the fields of a result; of a page, those of its rows.
func (s fieldSet) cut(body []byte, fields []string) ([]byte, error) {
	if !s.paged {
		return only(body, fields)
	}
	var page map[string]json.RawMessage
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	var err error
	if page["data"], err = only(page["data"], fields); err != nil {
		return nil, err
	}
	return json.Marshal(page)
}

// only keeps the fields of a record or of each record of a list.
func only(body []byte, fields []string) ([]byte, error) {
	if bytes.HasPrefix(body, []byte("[")) {
		var rows []json.RawMessage
		if err := json.Unmarshal(body, &rows); err != nil {
			return nil, err
		}
		for i := range rows {
			var err error
			if rows[i], err = only(rows[i], fields); err != nil {
				return nil, err
			}
		}
		return json.Marshal(rows)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil || all == nil {
		return body, err // null
	}
	out, within := map[string]json.RawMessage{}, map[string][]string{}
	for _, f := range fields {
		name, inner, nested := strings.Cut(f, ".")
		switch v, ok := all[name]; {
		case ok && nested && !slices.Contains(fields, name):
			within[name] = append(within[name], inner)
		case ok:
			out[name] = v
		}
	}
	for name, inner := range within {
		var err error
		if out[name], err = only(all[name], inner); err != nil {
			return nil, err
		}
	}
	return json.Marshal(out)
}
