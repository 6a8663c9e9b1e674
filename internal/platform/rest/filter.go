package rest

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
)

// Known is a list of codes outside the code of the request. A field of a request
// names it in its tag `known`; an unknown code is refused, because an empty answer
// would look like a list without rows.
type Known struct {
	Has func(ctx context.Context, code string) (bool, error)
	// Hint says, to a developer, which codes the list has.
	Hint string
}

var (
	noSuchCode = fault.Text{ID: "Kode ini tidak ada dalam daftarnya.", EN: "The list has no such code."}
	reversed   = fault.Text{ID: "Rentang ini terbalik: batas akhirnya sebelum batas awalnya, {from}.",
		EN: "This range is reversed: it ends before its beginning, {from}."}
	emptyValue = fault.Text{ID: "Parameter ini kosong. Isi nilainya, atau hilangkan parameternya.",
		EN: "This parameter is empty. Give a value, or leave the parameter out."}
)

// filtered checks the codes of v, a valid request, and the ends of its ranges.
func filtered(ctx context.Context, r Route, s shape, v reflect.Value) error {
	var check fault.Check
	for _, p := range s.places {
		if err := p.checkKnown(ctx, r, v, &check); err != nil {
			return err
		}
		if begin, ok := s.beginOf(p); ok {
			from, to := v.FieldByIndex(begin.index).String(), v.FieldByIndex(p.index).String()
			if from != "" && to != "" && before(to, from) {
				check.Put(fault.Field{Pointer: "query/" + p.name, Code: "order", Text: reversed,
					Args: map[string]any{"from": from}})
			}
		}
	}
	return check.Err()
}

func (p place) checkKnown(ctx context.Context, r Route, v reflect.Value, check *fault.Check) error {
	if p.known == "" {
		return nil
	}
	var codes []string
	switch f := v.FieldByIndex(p.index).Interface().(type) {
	case call.Many:
		codes = f
	case string:
		if f != "" {
			codes = []string{f}
		}
	}
	for _, code := range codes {
		has, err := r.known[p.known].Has(ctx, code)
		if err != nil {
			return err
		}
		if !has {
			check.Put(fault.Field{Pointer: "query/" + p.name, Code: "oneof", Text: noSuchCode,
				Advice: r.known[p.known].Hint})
			return nil
		}
	}
	return nil
}

// beginOf is the parameter with the beginning of a range that ends with p:
// date_from for date_to.
func (s shape) beginOf(p place) (begin place, ok bool) {
	prefix, ends := strings.CutSuffix(p.name, "to")
	if p.in != "query" || !ends || prefix != "" && !strings.HasSuffix(prefix, "_") {
		return place{}, false
	}
	for _, b := range s.places {
		if b.in == "query" && b.name == prefix+"from" {
			return b, true
		}
	}
	return place{}, false
}

// before compares two numbers, or two days.
func before(a, b string) bool {
	m, err := strconv.Atoi(a)
	n, other := strconv.Atoi(b)
	if err == nil && other == nil {
		return m < n
	}
	return a < b
}
