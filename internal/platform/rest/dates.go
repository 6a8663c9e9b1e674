package rest

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
)

// Bound is the first and the last day that a date, month or time of a request
// may have, from today in Asia/Makassar.
type Bound struct {
	From, To func(today time.Time) time.Time
	Early    fault.Text // told before From; {from} and {to} are filled in
	Late     fault.Text
}

// Bounds are the rules by the name in a field's tag `bounds`; a field without
// the tag has the one without a name. They only keep out what cannot be meant:
// a use case draws its own, narrower lines.
var Bounds = map[string]Bound{
	"": {day(1900, 1, 1), years(2),
		fault.Text{ID: "Tanggal ini terlalu lama: paling awal {from}. Periksa tahunnya.", EN: "This date is too long ago: {from} at the earliest. Check the year."},
		fault.Text{ID: "Tanggal ini terlalu jauh: paling akhir {to}. Periksa tahunnya.", EN: "This date is too far ahead: {to} at the latest. Check the year."}},
	// An act of the programmes, which began in 2022.
	"act": {day(2022, 1, 1), years(2),
		fault.Text{ID: "Layanan ini dimulai {from}, jadi tidak ada kegiatan sebelum itu. Periksa tanggalnya.", EN: "This service began on {from}, so nothing can have happened before. Check the date."},
		fault.Text{ID: "Tanggal ini terlalu jauh: paling akhir {to}. Periksa tahunnya.", EN: "This date is too far ahead: {to} at the latest. Check the year."}},
	"plan": {years(-1), years(2),
		fault.Text{ID: "Rencana ini lebih dari setahun yang lalu: paling awal {from}. Periksa tahunnya.", EN: "This plan is more than a year ago: {from} at the earliest. Check the year."},
		fault.Text{ID: "Rencana ini lebih dari dua tahun lagi: paling akhir {to}. Periksa tahunnya.", EN: "This plan is more than two years ahead: {to} at the latest. Check the year."}},
}

// clockReset is told instead of Early for the years in which the clock of a
// device starts that has lost its battery.
var clockReset = fault.Text{
	ID: "Jam perangkat tampaknya kembali ke awal: waktu ini tahun {year}. Atur jam perangkat, lalu perbaiki waktunya.",
	EN: "The device's clock seems to have been reset: this time is of the year {year}. Set the clock of the device and correct the time."}

var resetYears = map[int]bool{1969: true, 1970: true, 1980: true, 1999: true, 2000: true, 2001: true}

func day(y int, m time.Month, d int) func(time.Time) time.Time {
	return func(time.Time) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, clock.WITA) }
}

func years(n int) func(time.Time) time.Time {
	return func(today time.Time) time.Time { return today.AddDate(n, 0, 0) }
}

// DateField is a date, month or time that a request may carry.
type DateField struct {
	Name  string // type and member: homecare.PlanVisit.starts_at
	Bound string // key of Bounds
}

// DateFields lists those of a request's type, also inside lists and members.
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
}

var timeType = reflect.TypeFor[time.Time]()

// wireName is how a caller names the field: query/from, or a member; "-" for
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

// layoutOf is how a date field is written; "" for a field that is none. A
// time.Time is read already.
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

// bounded holds every date of req against its bound.
func bounded(ctx context.Context, req any) error {
	today := clock.Now(ctx).In(clock.WITA)
	var broken []fault.Field
	walkDates(reflect.ValueOf(req), "", func(at time.Time, pointer, name string) {
		b, known := Bounds[name]
		if !known {
			panic("rest: there is no bound " + name)
		}
		from, to := clock.Day(b.From(today)), clock.Day(b.To(today))
		year := at.In(clock.WITA).Year() // of five digits, or none, where days cannot be compared as text
		told := fault.Field{Pointer: pointer, Args: map[string]any{"from": from, "to": to, "year": year}}
		switch {
		case name == "act" && resetYears[year]:
			told.Code, told.Text = "clock", clockReset
		case year > 9999 || year > 0 && clock.Day(at) > to:
			told.Code, told.Text = "late", b.Late
		case year < 1 || clock.Day(at) < from:
			told.Code, told.Text = "early", b.Early
		default:
			return
		}
		broken = append(broken, told)
	})
	if len(broken) == 0 {
		return nil
	}
	return fault.ErrInvalid.At(broken...)
}

// step is a field in which a date is, or somewhere below.
type step struct {
	index               int
	name, layout, bound string // layout is "" for a field to go down into
}

var steps sync.Map // by type: []step

// stepsOf are those of a struct; found once per type.
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
		if layout != "" || len(DateFields(f.Type)) > 0 {
			out = append(out, step{i, name, layout, f.Tag.Get("bounds")})
		}
	}
	steps.Store(t, out)
	return out
}

func walkDates(v reflect.Value, base string, f func(at time.Time, pointer, bound string)) {
	switch v.Kind() {
	case reflect.Pointer:
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
			eachDate(v.Field(s.index), s.layout, at, func(t time.Time, pointer string) { f(t, pointer, s.bound) })
		}
	}
}

func eachDate(v reflect.Value, layout, pointer string, f func(time.Time, string)) {
	switch {
	case v.Type() == timeType:
		if t := v.Interface().(time.Time); !t.IsZero() { // an absent one: validate says whether it may be
			f(t, pointer)
		}
	case v.Type() == reflect.PointerTo(timeType):
		if !v.IsNil() {
			f(v.Elem().Interface().(time.Time), pointer)
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
			f(t, pointer)
		}
	}
}
