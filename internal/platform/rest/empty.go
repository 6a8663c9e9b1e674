package rest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Validator treats the empty text and 0 of an optional member as absent, and
// the decoder does so for null of any pointer; the OpenAPI document does not.
// So the members of a body with one of these values are checked once more: a
// member that was sent must obey its rule.

var mayHoldEmpty = regexp.MustCompile(`""|:\s*-?0(?:[,}\s.]|$)|null`)

// empties are the optional members of body that were sent empty against their
// own rule.
func empties(body []byte, t reflect.Type) []fault.Field {
	if !mayHoldEmpty.Match(body) {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var sent any
	if d.Decode(&sent) != nil {
		return nil // decode reports it
	}
	var out []fault.Field
	emptyIn(sent, t, "", &out)
	return out
}

func emptyIn(v any, t reflect.Type, at string, out *[]fault.Field) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := v.(type) {
	case []any:
		if t.Kind() == reflect.Slice {
			for i, x := range v {
				emptyIn(x, t.Elem(), at+"/"+strconv.Itoa(i), out)
			}
		}
	case map[string]any:
		if t.Kind() == reflect.Struct {
			emptyMembers(v, t, at, out)
		}
	}
}

func emptyMembers(sent map[string]any, t reflect.Type, at string, out *[]fault.Field) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" && f.Anonymous && f.Type.Kind() == reflect.Struct {
			emptyMembers(sent, f.Type, at, out)
			continue
		}
		v, ok := sent[name]
		if !ok || name == "" || name == "-" {
			continue
		}
		if v == nil && f.Type.Kind() == reflect.Pointer && strings.Contains(options, "omit") {
			*out = append(*out, fault.Field{Pointer: at + "/" + name, Code: "null", Text: noNull})
			continue
		}
		if rule, param := brokenByEmpty(v, f.Tag.Get("validate")); rule != "" {
			kind := reflect.String
			if v != "" {
				kind = reflect.Float64
			}
			*out = append(*out, broken(at+"/"+name, rule, param, kind))
			continue
		}
		of := f.Type
		if of.Kind() == reflect.Interface {
			kind, _ := sent["type"].(string)
			number, _ := sent["schema_version"].(json.Number)
			version, _ := number.Float64()
			of = cmp.Or(dataOf(t, kind, int(version)), of)
		}
		emptyIn(v, of, at+"/"+name, out)
	}
}

// formRules are the rules that no empty text obeys.
var formRules = []string{"uuid", "date", "month", "clock", "code", "numeric", "name", "text", "email", "oneof", "list",
	"len", "isdefault"}

// brokenByEmpty is the rule that the empty value of an optional member breaks.
func brokenByEmpty(v any, tag string) (rule, param string) {
	own, _, _ := strings.Cut(tag, "dive")
	if !strings.Contains(own, "omitempty") {
		return "", "" // validate has checked it
	}
	number, isNumber := v.(json.Number)
	if isNumber {
		n, err := number.Float64()
		isNumber = err == nil && n == 0
	}
	for r := range strings.SplitSeq(own, ",") {
		name, param, _ := strings.Cut(r, "=")
		n, err := strconv.ParseFloat(param, 64)
		switch {
		case v == "" && slices.Contains(formRules, name):
			return name, param
		case (v == "" || isNumber) && (name == "min" || name == "gte") && err == nil && n > 0,
			isNumber && name == "gt" && err == nil && n >= 0,
			isNumber && name == "isdefault":
			return name, param
		}
	}
	return "", ""
}
