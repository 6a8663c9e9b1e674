package rest

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

var rules = newRules()

func newRules() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { // field names as in the request
		for tag, prefix := range map[string]string{"param": "path/", "query": "query/", "header": "header/"} {
			if name := f.Tag.Get(tag); name != "" {
				return prefix + name
			}
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			return embedded
		}
		return name
	})
	for name, pattern := range Patterns {
		form := regexp.MustCompile(pattern)
		must(v.RegisterValidation(name, func(fl validator.FieldLevel) bool {
			return form.MatchString(fl.Field().String())
		}))
	}
	must(v.RegisterValidation("list", func(fl validator.FieldLevel) bool {
		_, codes := Codes(fl.Param())
		return slices.Contains(codes, fl.Field().String())
	}))
	v.RegisterCustomTypeFunc(func(v reflect.Value) any { // null passes: the rules are for values
		return v.Interface().(homecare.Opt[string]).V
	}, homecare.Opt[string]{})
	must(v.RegisterValidation("anyof", func(fl validator.FieldLevel) bool {
		return anyOf(fl.Field().String(), fl.Param())
	}))
	must(v.RegisterValidation("date", func(fl validator.FieldLevel) bool {
		s := fl.Field().String()
		_, err := time.ParseInLocation(time.DateOnly, s, clock.WITA)
		return err == nil && len(s) == len(time.DateOnly)
	}))
	return v
}

// Patterns are the rules of validate tags that are regular expressions. The
// OpenAPI document contains them unchanged, so they use the common subset of Go
// and JavaScript. A text for a person has a non-blank character and no control
// characters; a name is one line. Other invisible characters are refused in
// every text (unseen).
var Patterns = map[string]string{
	"month":   `^[0-9]{4}-(0[1-9]|1[0-2])$`,
	"clock":   `^([01][0-9]|2[0-3]):[0-5][0-9]$`,
	"code":    `^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$`,
	"numeric": `^[0-9]+$`,
	"name":    `^[^\x00-\x1f]*[^\s\x00-\x1f\xa0][^\x00-\x1f]*$`,
	"text":    `^[^\x00-\x08\x0b\x0c\x0e-\x1f]*[^\s\x00-\x1f\xa0][^\x00-\x08\x0b\x0c\x0e-\x1f]*$`,
}

const embedded = "~" // an embedded struct is not part of a pointer

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// said is the message of each rule; {param} is the rule's parameter. A limit of
// length has its own message for texts and for lists.
var said = map[string]fault.Text{
	"min of a text": {ID: "Paling sedikit {param} karakter.", EN: "This needs at least {param} characters."},
	"max of a text": {ID: "Paling banyak {param} karakter.", EN: "This may have at most {param} characters."},
	"min of a list": {ID: "Isi paling sedikit {param}.", EN: "Give at least {param} of these."},
	"max of a list": {ID: "Isi paling banyak {param}.", EN: "Give at most {param} of these."},
	"len of a list": {ID: "Isi tepat {param}.", EN: "Give exactly {param} of these."},

	"required": {ID: "Wajib diisi.", EN: "This is required."},
	"uuid": {ID: "Nomor data ini tidak dapat dibaca. Pilih lagi dari daftarnya.",
		EN: "The number of this record cannot be read. Choose it from the list again."},
	"min":   {ID: "Paling sedikit {param}.", EN: "This must be at least {param}."},
	"max":   {ID: "Paling banyak {param}.", EN: "This must be at most {param}."},
	"len":   {ID: "Panjangnya harus {param} karakter.", EN: "This must have {param} characters."},
	"gte":   {ID: "Paling sedikit {param}.", EN: "This must be at least {param}."},
	"lte":   {ID: "Paling banyak {param}.", EN: "This must be at most {param}."},
	"gt":    {ID: "Harus lebih dari {param}.", EN: "This must be more than {param}."},
	"oneof": {ID: "Pilih salah satu dari pilihan yang ada.", EN: "Choose one of the choices that there are."},
	"date": {ID: "Harus tanggal yang ada, misalnya 2026-03-01.",
		EN: "This must be an existing date, such as 2026-03-01."},
	"month": {ID: "Harus bulan, misalnya 2026-03.", EN: "This must be a month, such as 2026-03."},
	"clock": {ID: "Harus jam, misalnya 08:30.", EN: "This must be a time of day, such as 08:30."},
	"name": {ID: "Tuliskan dalam satu baris, dengan huruf yang terlihat.",
		EN: "Write this in one line, with letters that can be seen."},
	"text": {ID: "Tuliskan keterangan yang dapat dibaca.", EN: "Write something that can be read."},
	"code": {ID: "Harus berupa kode: huruf, angka, titik, garis.",
		EN: "This must be a code: letters, digits, dots, dashes."},
	"numeric": {ID: "Hanya boleh angka.", EN: "Digits only."},
	"email":   {ID: "Harus alamat surel.", EN: "This must be an e-mail address."},
	"isdefault": {ID: "Server yang mengisi ini. Hilangkan dari kiriman.",
		EN: "The server sets this. Leave it out."},
	"unique": {ID: "Tidak boleh ada yang sama.", EN: "No two may be the same."},
}

// written is how a developer writes what a rule asks for.
var written = map[string]string{"uuid": "a UUID", "date": "YYYY-MM-DD", "month": "YYYY-MM", "clock": "HH:MM"}

var otherwise = fault.Text{ID: "Nilai ini tidak dapat diterima.", EN: "This value cannot be accepted."}

// validate returns the fields of req that break their `validate` tag or their union.
func validate(req any) error {
	if reflect.Indirect(reflect.ValueOf(req)).Kind() != reflect.Struct {
		return nil
	}
	failed, _ := errors.AsType[validator.ValidationErrors](rules.Struct(req))
	var fields []fault.Field
	for _, b := range failed {
		fields = append(fields, broken(pointer(b.Namespace()), b.Tag(), b.Param(), b.Kind()))
	}
	if fields = inUnion(fields, unionFields(reflect.Indirect(reflect.ValueOf(req)), fields)); len(fields) == 0 {
		return nil
	}
	return fault.ErrInvalid.At(fields...)
}

// broken tells a person that a field, of that kind, does not keep a rule.
func broken(pointer, rule, param string, kind reflect.Kind) fault.Field {
	switch rule {
	case "anyof": // each name in a list must be one of these, as in ?fields=
		rule = "oneof"
	case "list":
		_, codes := Codes(param)
		rule, param = "oneof", strings.Join(codes, " ")
	}
	of := rule
	switch kind {
	case reflect.String:
		of += " of a text"
	case reflect.Slice:
		of += " of a list"
	}
	text, known := said[of]
	if !known {
		text, known = said[rule]
	}
	if !known {
		text = otherwise
	}
	f := fault.Field{Pointer: pointer, Code: rule, Text: text, Args: map[string]any{"param": param},
		Advice: written[rule]}
	if rule == "oneof" {
		f.Advice = "one of " + strings.ReplaceAll(param, " ", ", ")
	}
	return f
}

// pointer turns validator's Req.~.vitals[0].code into /vitals/0/code.
func pointer(namespace string) string {
	parts := strings.Split(namespace, ".")[1:]
	var b strings.Builder
	for _, p := range parts {
		if p == embedded {
			continue
		}
		if strings.Contains(p, "/") { // query/limit, path/id; query/state[1] is a part of one value
			p, _, _ = strings.Cut(p, "[")
			return p
		}
		p = strings.ReplaceAll(p, "]", "")
		for s := range strings.SplitSeq(p, "[") {
			b.WriteByte('/')
			b.WriteString(s)
		}
	}
	return b.String()
}
