package sqltest

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/pg"
)

const (
	listPath  = module + "internal/platform/list"
	listRead  = "(" + listPath + ".List[R, K]).Read"
	listQuery = "(" + listPath + ".List[R, K]).Query"
)

// Listed is how a statement reads a list.
type Listed struct {
	Key   string // the first column of the order
	After bool   // the page after a cursor, not the first
	Only  bool   // with at most one filter, as a client requests it
}

// asked are the texts of a list, without its order, and with the position of a
// cursor where the page is not the first.
type asked struct {
	Listed
	sql string
}

// lists are the texts of a call of List.Read or List.Query: the first page and a
// following one, with each filter alone and with all of them.
func (e *evaluation) lists(c *ssa.CallCommon, in *frame) []asked {
	columns := list.ColumnsOf(keyTags(c.Args[0].Type()))
	out := e.ordered(c, in, columns, nil)
	if byChange(c.Args[3]) {
		changed := columns.Changed()
		key, _, _ := strings.Cut(strings.TrimPrefix(changed.Order(), " order by "), ",")
		out = append(out, e.ordered(c, in, changed, []string{key + " >= $" + number})...)
	}
	return out
}

// byChange says whether the filter of a list embeds list.Changes.
func byChange(filter ssa.Value) bool {
	m, ok := filter.(*ssa.MakeInterface)
	if !ok {
		return false
	}
	s, ok := m.X.Type().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if f.Embedded() && f.Type().String() == listPath+".Changes" {
			return true
		}
	}
	return false
}

// ordered are the texts of a list in one order, with conditions that come with it.
func (e *evaluation) ordered(c *ssa.CallCommon, in *frame, columns list.Columns, with []string) []asked {
	first, _, _ := strings.Cut(strings.TrimPrefix(columns.Order(), " order by "), ",")
	key := strings.TrimSuffix(first, " desc")
	zero := make([]any, len(columns))
	for i := range zero {
		zero[i] = ""
	}
	var w pg.Where
	beyond := unnumbered(columns.Beyond(zero, &w))
	heads := e.of(c.Args[4], in)
	always, filters := e.conditions(c.Args[5], in)
	if len(with) > 0 {
		always = append(slices.Clone(always), with)
	}
	variants := [][][]string{always}
	for i := range filters {
		variants = append(variants, slices.Concat(always, filters[i:i+1]))
	}
	if len(filters) > 1 {
		variants = append(variants, slices.Concat(always, filters))
	}
	var out []asked
	for n, v := range variants {
		for _, after := range []bool{false, true} {
			terms := slices.Clone(v)
			if after {
				terms = append(terms, []string{beyond})
			}
			for _, clause := range e.joined(c.Args[5], terms) {
				for _, head := range heads {
					out = append(out, asked{Listed{key, after, n <= len(filters)}, head + clause + columns.Order() +
						" limit 51"})
				}
			}
		}
	}
	return out
}

// pages are the statements of a call of List.Read.
func (p *program) pages(call ssa.CallInstruction) (out []Statement, missed []Unresolved) {
	c := call.Common()
	e := &evaluation{program: p, busy: map[ssa.Value]bool{}, known: map[ssa.Value][]string{}}
	place, roles := p.place(call), p.roles[call.Parent()]
	into, fields := rowOf(c.Args[0].Type().(*types.Named).TypeArgs().At(0))
	for _, l := range e.lists(c, nil) {
		listed := l.Listed
		out = append(out, Statement{SQL: numbered(l.sql), Place: place, Roles: roles, Built: true,
			Into: into, Fields: fields, List: &listed})
	}
	for _, w := range distinct(e.unknown) {
		missed = append(missed, Unresolved{place, w})
	}
	if len(out) == 0 && len(missed) == 0 {
		missed = append(missed, Unresolved{place, "no text"})
	}
	return out, missed
}

// unnumbered removes the numbers of a text's parameters.
func unnumbered(sql string) string { return parameter.ReplaceAllString(sql, "$$"+number) }

// keyTags are the tags of the key of a list type.
func keyTags(t types.Type) []reflect.StructTag {
	s := t.(*types.Named).TypeArgs().At(1).Underlying().(*types.Struct)
	out := make([]reflect.StructTag, s.NumFields())
	for i := range out {
		out[i] = reflect.StructTag(s.Tag(i))
	}
	return out
}
