package rest

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
)

// DateField is a date, month or time in a request.
type DateField struct {
	Name  string // type and member: homecare.Week.starts_at
	Bound string // key of Bounds
}

// DateFields lists the date fields of a request's type, including those inside
// lists and members.
func DateFields(t reflect.Type) []DateField {
	var out []DateField
	eachType(t, map[reflect.Type]bool{}, func(owner reflect.Type, f reflect.StructField) {
		out = append(out, DateField{owner.String() + "." + wireName(f), f.Tag.Get("bounds")})
	})
	return out
}

// eachType calls f for every date field below t, once per type.
func eachType(t reflect.Type, seen map[reflect.Type]bool, f func(reflect.Type, reflect.StructField)) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == timeType || seen[t] {
		return
	}
	seen[t] = true
	for sf := range t.Fields() {
		if !sf.IsExported() || wireName(sf) == "-" {
			continue
		}
		if layoutOf(sf) != "" {
			f(t, sf)
			continue
		}
		eachType(sf.Type, seen, f)
	}
	if v, ok := reflect.New(t).Interface().(Variant); ok {
		for kind, version := range v.Kinds() {
			eachType(dataOf(t, kind, version), seen, f)
		}
	}
}

var timeType = reflect.TypeFor[time.Time]()

// wireName is the caller's name of the field: query/from, or a member; "-" for
// none, "" for an embedded struct.
func wireName(f reflect.StructField) string {
	for tag, in := range map[string]string{"query": "query/", "param": "path/", "header": "header/"} {
		if name := f.Tag.Get(tag); name != "" {
			return in + name
		}
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" && !f.Anonymous {
		return "-"
	}
	return name
}

// layoutOf is the layout of a date field; "" for other fields. A time.Time is
// already parsed.
func layoutOf(f reflect.StructField) string {
	t := f.Type
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t == timeType {
		return time.RFC3339
	}
	rules := strings.Split(f.Tag.Get("validate"), ",")
	text := t.Kind() == reflect.String
	if strings.HasPrefix(t.Name(), "Opt[") {
		v, _ := t.FieldByName("V")
		text = v.Type.Kind() == reflect.String
	}
	for _, r := range append(rules, f.Tag.Get("format")) {
		switch {
		case r == "date" && text:
			return time.DateOnly
		case r == "month" && text:
			return "2006-01"
		}
	}
	return ""
}

// bounded checks every date of req against its bound. An absent time is not a
// date: validate says whether it may be absent.
func bounded(ctx context.Context, req any) error {
	today := clock.Now(ctx).In(clock.WITA)
	var broken []fault.Field
	walkDates(reflect.ValueOf(req), "", func(at time.Time, pointer, name string, empty bool) {
		if empty {
			return
		}
		if told, out := outside(today, at, pointer, name); out {
			broken = append(broken, told)
		}
	})
	if len(broken) == 0 {
		return nil
	}
	return fault.ErrInvalid.At(broken...)
}

// sentZero corrects validate's errors for zero values, which it takes for absent ones: a
// time of year 1 in body is too early, a number 0 in body is too small, and a number that
// body does not have is missing.
func sentZero(ctx context.Context, req any, body []byte, err error) error {
	f := fault.From(err)
	var sent any
	if f == nil || json.Unmarshal(body, &sent) != nil {
		return err
	}
	today := clock.Now(ctx).In(clock.WITA)
	early := map[string]fault.Field{}
	walkDates(reflect.ValueOf(req), "", func(at time.Time, pointer, name string, empty bool) {
		if told, out := outside(today, at, pointer, name); out && empty && sentAt(sent, pointer) != nil {
			early[pointer] = told
		}
	})
	fields := slices.Clone(f.Fields)
	for i, x := range fields {
		if !strings.HasPrefix(x.Pointer, "/") {
			continue
		}
		value := sentAt(sent, x.Pointer)
		told, early := early[x.Pointer]
		switch {
		case early && x.Code == "required":
			fields[i] = told
		case value == 0.0 && x.Code == "required":
			fields[i] = broken(x.Pointer, "min", "1", reflect.Int)
		case value == nil && slices.Contains([]string{"min", "gte"}, x.Code):
			fields[i] = broken(x.Pointer, "required", "", reflect.Int)
		}
	}
	return fault.ErrInvalid.At(fields...)
}

// sentAt is the value of JSON at a pointer; nil for none.
func sentAt(v any, pointer string) any {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(x) {
				return nil
			}
			v = x[n]
		default:
			return nil
		}
	}
	return v
}

// step is a field with a date in it or below it.
type step struct {
	index               int
	name, layout, bound string // layout is "" for a field to descend into
}

var steps sync.Map // by type: []step

// stepsOf are the steps of a struct, found once per type.
func stepsOf(t reflect.Type) []step {
	if known, ok := steps.Load(t); ok {
		return known.([]step)
	}
	var out []step
	for i := range t.NumField() {
		f := t.Field(i)
		name := wireName(f)
		if !f.IsExported() || name == "-" {
			continue
		}
		layout := layoutOf(f)
		if layout != "" || len(DateFields(f.Type)) > 0 || f.Type.Kind() == reflect.Interface {
			out = append(out, step{i, name, layout, f.Tag.Get("bounds")})
		}
	}
	steps.Store(t, out)
	return out
}

// walkDates calls f for every date of v. empty marks the zero time, which is
// also an absent one.
func walkDates(v reflect.Value, base string, f func(at time.Time, pointer, bound string, empty bool)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walkDates(v.Elem(), base, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkDates(v.Index(i), base+"/"+strconv.Itoa(i), f)
		}
	case reflect.Struct:
		for _, s := range stepsOf(v.Type()) {
			at := base + "/" + s.name
			switch {
			case strings.Contains(s.name, "/"):
				at = s.name
			case s.name == "":
				at = base
			}
			if s.layout == "" {
				walkDates(v.Field(s.index), at, f)
				continue
			}
			eachDate(v.Field(s.index), s.layout, at, func(t time.Time, pointer string, empty bool) {
				f(t, pointer, s.bound, empty)
			})
		}
	}
}

func eachDate(v reflect.Value, layout, pointer string, f func(at time.Time, pointer string, empty bool)) {
	switch {
	case v.Type() == timeType:
		t := v.Interface().(time.Time)
		f(t, pointer, t.IsZero())
	case v.Type() == reflect.PointerTo(timeType):
		if !v.IsNil() {
			f(v.Elem().Interface().(time.Time), pointer, false)
		}
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			eachDate(v.Elem(), layout, pointer, f)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			eachDate(v.Index(i), layout, pointer+"/"+strconv.Itoa(i), f)
		}
	case v.Kind() == reflect.Struct: // an Opt
		eachDate(v.FieldByName("V"), layout, pointer, f)
	case v.Kind() == reflect.String:
		if t, err := time.ParseInLocation(layout, v.String(), clock.WITA); err == nil {
			f(t, pointer, false)
		}
	}
}
