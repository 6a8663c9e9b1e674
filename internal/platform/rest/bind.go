package rest

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/visible"
)

// Limits of a request body, in bytes.
const (
	BodyLimit   = 1 << 20  // JSON
	UploadLimit = 20 << 20 // files: imports, photos, scans
)

// The faults of an unreadable request.
var (
	ErrBodyUnreadable = fault.Define(fault.Malformed, "body.unreadable",
		"Aplikasi mengirim data dalam bentuk yang tidak dapat dibaca. Perbarui aplikasi; bila tetap terjadi, hubungi pembuatnya.",
		"The application sent data in a form that cannot be read. Update it; if it happens again, tell its maker.").
		Hint("the body is no JSON that can be read: check brackets, commas and the UTF-8 encoding")
	ErrBodyDuplicate = fault.Define(fault.Malformed, "body.duplicate_key",
		"Aplikasi mengirim satu isian dua kali. Perbarui aplikasi; bila tetap terjadi, hubungi pembuatnya.",
		"The application sent one field twice. Update it; if it happens again, tell its maker.").
		Hint("an object of the body has the same key twice")
	ErrBodyTooLarge = fault.Define(fault.TooLarge, "body.too_large",
		"Isi permintaan lebih besar dari {limit} byte. Perkecil berkas atau bagi menjadi beberapa permintaan.",
		"The body is larger than {limit} bytes. Make the file smaller or send several requests.")
	ErrContentType = fault.Define(fault.WrongMedia, "body.content_type",
		"Kiriman ini tidak dalam bentuk yang diharapkan. Perbarui aplikasi; bila tetap terjadi, hubungi pembuatnya.", "This was not sent in the expected form. Update the application; if it happens again, tell its maker.").
		Hint("the Content-Type must be {want}")
	ErrKeyMissing = fault.Define(fault.Malformed, "idempotency.key_missing",
		"Aplikasi tidak memberi nomor pada kiriman ini, padahal tanpa nomor kiriman ulang dapat tercatat dua kali. Perbarui aplikasi.",
		"The application gave this request no number, without which a repetition might be recorded twice. Update the application.").
		Hint("send the header Idempotency-Key: 8 to 255 characters, such as a UUID")
	ErrKeyForm = fault.Define(fault.Malformed, "idempotency.key_form",
		"Nomor kiriman dari aplikasi tidak dapat dibaca. Perbarui aplikasi.",
		"The number that the application gave this request cannot be read. Update the application.").
		Hint("the header Idempotency-Key holds exactly one key of 8 to 255 characters, such as a UUID")
	ErrIfMatchMissing = fault.Define(fault.Required, "if_match.missing",
		"Aplikasi tidak menyebut versi data yang diubah. Muat ulang datanya, lalu kirim lagi; bila tetap terjadi, perbarui aplikasi.",
		"The application did not say which version of the record it changes. Reload the record and send again; if it happens again, update the application.").
		Hint("send the header If-Match with the ETag of the record as last read")
	ErrIfMatchUnreadable = fault.Define(fault.Malformed, "if_match.unreadable",
		"Versi data yang dikirim aplikasi tidak dapat dibaca. Muat ulang datanya, lalu kirim lagi; bila tetap terjadi, perbarui aplikasi.",
		"The version of the record that the application sent cannot be read. Reload the record and send again; if it happens again, update the application.").
		Hint("the header If-Match holds exactly one ETag of this record, without W/ before it, such as \"3\"")
)

// shape is how a request struct is filled. It is computed once per route.
type shape struct {
	places []place
	body   bool // has JSON members
}

type place struct {
	index []int
	in    string // path, query, header
	name  string
	rules string // its validate tag
	known string // its known tag (Known)
}

func shapeOf(t reflect.Type) shape {
	var s shape
	if t.Kind() == reflect.Struct {
		s.walk(t, nil)
	}
	return s
}

func (s *shape) walk(t reflect.Type, index []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(append([]int{}, index...), i)
		found := false
		for tag, in := range map[string]string{"param": "path", "query": "query", "header": "header"} {
			if name := f.Tag.Get(tag); name != "" {
				s.places = append(s.places, place{at, in, name, f.Tag.Get("validate"), f.Tag.Get("known")})
				found = true
			}
		}
		switch {
		case found:
		case f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("json") == "":
			s.walk(f.Type, at)
		case f.Tag.Get("json") != "" && f.Tag.Get("json") != "-":
			s.body = true
		}
	}
}

// bind fills req (a pointer) and returns the body it read. A body never sets a
// path field: those are json:"-", which an architecture test checks.
func bind(c echo.Context, r Route, s shape, req any) ([]byte, error) {
	v := reflect.ValueOf(req).Elem()
	if err := bindPlaces(c, r, s, v); err != nil {
		return nil, err
	}
	var body []byte
	if r.Method != http.MethodGet && r.Method != http.MethodDelete {
		var err error
		if body, err = bindBody(c, r, s, req); err != nil {
			return nil, err
		}
	}
	if err := validate(req); err != nil {
		return body, sentZero(c.Request().Context(), req, body, err)
	}
	if err := bounded(c.Request().Context(), req); err != nil {
		return body, err
	}
	return body, filtered(c.Request().Context(), r, s, v)
}

// Former is a request that reads its own body: a form of a media type, whose
// parts are the members of the request.
type Former interface {
	MediaType() string
	ReadBody(contentType string, body []byte) error
}

func bindBody(c echo.Context, r Route, s shape, req any) ([]byte, error) {
	limit := int64(BodyLimit)
	if r.Flags.Has(Upload) {
		limit = UploadLimit
	}
	body, err := readBody(c, limit)
	if err != nil {
		return nil, err
	}
	if form, ok := req.(Former); ok {
		return body, form.ReadBody(c.Request().Header.Get("Content-Type"), body)
	}
	if !s.body && (len(body) == 0 || string(body) == "{}") {
		return body, nil
	}
	said, alone := single(c.Request().Header, "Content-Type")
	if kind, _, err := mime.ParseMediaType(said); err != nil || !alone || kind != "application/json" {
		if !s.body {
			return nil, ErrBodyUnreadable // the route documents no media type
		}
		return nil, ErrContentType.With("want", "application/json")
	}
	if err := decode(body, req); err != nil {
		return body, err
	}
	if fields := append(empties(body, reflect.TypeOf(req)), unseen(body)...); len(fields) > 0 {
		return body, fault.ErrInvalid.At(fields...)
	}
	return body, nil
}

var noNull = fault.Text{ID: "Isian ini kosong. Isi nilainya, atau hilangkan isian ini bila tidak wajib.",
	EN: "This is empty. Give a value, or leave the field out if it is optional."}

var errNull = errors.New("null where the document allows none")

// refuseNull refuses null except for pointers, homecare.Opt and types that may
// hold any value.
var refuseNull = jsonv2.UnmarshalFromFunc(func(dec *jsontext.Decoder, v any) error {
	if dec.PeekKind() != 'n' {
		return errors.ErrUnsupported
	}
	switch t := reflect.TypeOf(v).Elem(); {
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Interface, strings.HasPrefix(t.Name(), "Opt["):
		return errors.ErrUnsupported
	}
	return errNull
})

// readWhole reads an integer as JSON Schema defines it: any number without a fraction, so
// also 1.0.
var readWhole = jsonv2.UnmarshalFromFunc(func(dec *jsontext.Decoder, v any) error {
	into := reflect.ValueOf(v).Elem()
	if dec.PeekKind() != '0' || !into.CanInt() {
		return errors.ErrUnsupported
	}
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(string(raw), 10, into.Type().Bits())
	if f, broken := strconv.ParseFloat(string(raw), 64); err != nil && broken == nil && f == math.Trunc(f) &&
		math.Abs(f) <= exact {
		n, err = int64(f), nil
	}
	if err != nil || into.OverflowInt(n) {
		return &jsonv2.SemanticError{GoType: into.Type(), Err: strconv.ErrRange}
	}
	into.SetInt(n)
	return nil
})

// exact is the greatest number below which a float64 holds every integer.
const exact = 1 << 53

// strictly are the options of a decoder of what a client sent.
var strictly = []jsonv2.Options{jsonv2.RejectUnknownMembers(true), jsonv2.WithUnmarshalers(
	jsonv2.JoinUnmarshalers(readWhole, refuseNull))}

func decode(body []byte, into any) error {
	err := jsonv2.Unmarshal(body, into, append(slices.Clone(strictly),
		jsonv2.WithUnmarshalers(jsonv2.JoinUnmarshalers(readVariants, readWhole, refuseNull)))...)
	if err == nil {
		return nil
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return ErrBodyDuplicate
	}
	if se, ok := errors.AsType[*jsonv2.SemanticError](err); ok {
		pointer := string(se.JSONPointer)
		if errors.Is(err, errNull) {
			return fault.ErrInvalid.At(fault.Field{Pointer: pointer, Code: "null",
				Text: noNull})
		}
		if errors.Is(err, jsonv2.ErrUnknownName) {
			return fault.ErrInvalid.At(fault.Field{Pointer: pointer, Code: "unknown",
				Text:   fault.Text{ID: "Isian ini tidak dikenal.", EN: "This field is not known."},
				Advice: known(se.GoType)})
		}
		return fault.ErrInvalid.At(fault.Field{Pointer: pointer, Code: "type",
			Text: wanted(se.GoType), Advice: "the type in the OpenAPI document, or in the schema of the service"})
	}
	return ErrBodyUnreadable // the cause contains bytes of the body
}

// known lists the members that an object may have.
func known(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return ""
	}
	return knownNames(members(t, func(string, reflect.Type) {}))
}

func knownNames(names []string) string {
	return "known: " + strings.Join(slices.Sorted(slices.Values(names)), ", ")
}

var onceOnly = fault.Text{ID: "Parameter ini hanya boleh dikirim sekali.", EN: "Send this parameter once."}

func bindPlaces(c echo.Context, r Route, s shape, v reflect.Value) error {
	query := c.QueryParams()
	var check fault.Check
	known := map[string]bool{"dry_run": r.Flags.Has(DryRun), "fields": r.Method == http.MethodGet &&
		len(r.Handler.Files) == 0}
	for _, p := range s.places {
		var raw string
		switch p.in {
		case "path":
			raw = c.Param(p.name)
		case "header":
			raw = c.Request().Header.Get(p.name)
		case "query":
			known[p.name] = true
			values := query[p.name]
			if len(values) > 1 {
				check.Put(fault.Field{Pointer: "query/" + p.name, Code: "repeated", Text: onceOnly})
				continue
			}
			if len(values) == 1 {
				raw = values[0]
			}
		}
		if raw == "" && p.in == "path" {
			return fault.ErrNotFound // two slashes beside each other
		}
		if raw == "" {
			continue
		}
		if p.in == "path" && (p.name == "id" || strings.HasSuffix(p.name, "_id")) {
			if _, err := uuid.Parse(raw); err != nil || len(raw) != 36 {
				return fault.ErrNotFound // a malformed id is no record
			}
			raw = strings.ToLower(raw)
		}
		f := v.FieldByIndex(p.index)
		if _, hidden := visible.Hidden(raw); hidden || !utf8.ValidString(raw) {
			check.Add(p.in+"/"+p.name, "type", "Nilai parameter tidak dapat dibaca.",
				"The parameter's value cannot be read.")
		} else if !set(f, raw) {
			wrong := fault.Field{Pointer: p.in + "/" + p.name, Code: "type", Text: wanted(f.Type())}
			switch {
			case f.Kind() == reflect.Bool:
				wrong.Advice = "true or false"
			case f.Type() == timeType:
				wrong.Advice = "RFC 3339; in an address a plus is written %2B"
			}
			check.Put(wrong)
		} else if f.CanInt() && f.IsZero() { // validate takes it for absent
			if rule, param := brokenByEmpty(json.Number("0"), p.rules); rule != "" {
				check.Put(broken(p.in+"/"+p.name, rule, param, f.Kind()))
			}
		}
	}
	if dry := query.Get("dry_run"); r.Flags.Has(DryRun) && dry != "" && dry != "true" && dry != "false" {
		check.Put(fault.Field{Pointer: "query/dry_run", Code: "oneof", Text: said["oneof"], Advice: "true or false"})
	}
	for _, name := range []string{"fields", "dry_run"} {
		if len(query[name]) > 1 {
			check.Put(fault.Field{Pointer: "query/" + name, Code: "repeated", Text: onceOnly})
		}
	}
	maps.DeleteFunc(known, func(_ string, taken bool) bool { return !taken })
	takes := knownNames(slices.Collect(maps.Keys(known)))
	for name, values := range query {
		if known[name] && values[0] == "" && name != "cursor" { // an empty cursor begins the list
			check.Put(fault.Field{Pointer: "query/" + name, Code: "empty", Text: emptyValue})
		}
		if !known[name] {
			check.That(false, "query/"+strings.ToValidUTF8(name, "?"), "unknown", "Parameter ini tidak dikenal.",
				"This parameter is not known.").Hint(takes)
		}
	}
	return check.Err()
}

func set(f reflect.Value, raw string) bool {
	if f.Type() == reflect.TypeFor[call.Many]() {
		f.Set(reflect.ValueOf(call.ManyOf(raw)))
		return true
	}
	if f.Type() == timeType {
		at, err := time.Parse(time.RFC3339, raw)
		f.Set(reflect.ValueOf(at))
		return err == nil
	}
	switch f.Kind() {
	case reflect.String:
		f.SetString(raw)
	case reflect.Bool:
		f.SetBool(raw == "true")
		return raw == "true" || raw == "false"
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(raw, 10, f.Type().Bits())
		if err != nil {
			return false
		}
		f.SetInt(n)
	default:
		panic("rest: a parameter of kind " + f.Kind().String())
	}
	return true
}

// wanted tells a person what to write in a field of type t.
func wanted(t reflect.Type) fault.Text {
	if t == nil {
		return fault.Text{ID: "Isi dengan nilai yang sesuai.", EN: "Give a value of the right type."}
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return fault.Text{ID: "Isi dengan tanggal dan jam, misalnya 2026-03-01T08:30:00+08:00.",
			EN: "Give a date and a time, such as 2026-03-01T08:30:00+08:00."}
	case t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64:
		return fault.Text{ID: "Isi dengan angka, memakai titik, misalnya 36.6.",
			EN: "Give a number, with a point, such as 36.6."}
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64:
		return fault.Text{ID: "Isi dengan bilangan bulat, misalnya 36.", EN: "Give a whole number, such as 36."}
	case t.Kind() == reflect.Bool:
		return fault.Text{ID: "Isi dengan ya atau tidak.", EN: "Give yes or no."}
	case t.Kind() == reflect.String:
		return fault.Text{ID: "Isi dengan teks.", EN: "Give a text."}
	case t.Kind() == reflect.Slice:
		return fault.Text{ID: "Isi dengan daftar, juga bila hanya ada satu nilai.",
			EN: "Give a list, also where there is only one value."}
	}
	return fault.Text{ID: "Isian ini terdiri atas beberapa isian. Isi satu per satu.",
		EN: "This consists of several fields. Fill in each."}
}
