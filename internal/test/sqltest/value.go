package sqltest

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// number replaces a number that is known only at run time: of a parameter,
// after a $, or a limit.
const number = "\x00"

// numbered gives the parameters without a known number those after the greatest
// known one.
func numbered(sql string) string {
	next := 0
	for _, m := range parameter.FindAllStringSubmatch(sql, -1) {
		n, _ := strconv.Atoi(m[1])
		next = max(next, n)
	}
	for strings.Contains(sql, "$"+number) {
		next++
		sql = strings.Replace(sql, "$"+number, "$"+strconv.Itoa(next), 1)
	}
	return strings.ReplaceAll(sql, number, "1")
}

var parameter = regexp.MustCompile(`\$(\d+)`)

// most is the maximum number of texts of one argument; more are reported as
// unresolved.
const most = 2_000

// frame is one call that is being evaluated: its parameters are the arguments of
// that call and not of all callers.
type frame struct {
	call *ssa.CallCommon
	fn   *ssa.Function
	up   *frame
}

// evaluation finds the possible texts of a value.
type evaluation struct {
	*program
	busy    map[ssa.Value]bool
	known   map[ssa.Value][]string // of a variable with appends, so far
	unknown []string               // what could not be resolved
	depth   int
	at      map[string]*row // the current row of each catalogue
	wants   string          // the catalogue without a current row
}

func (p *program) texts(v ssa.Value) (out, unknown []string) {
	out, unknown = p.byRow(v, nil)
	for i := range out {
		out[i] = numbered(out[i])
	}
	return distinct(out), distinct(unknown)
}

func distinct(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

func (e *evaluation) fail(v ssa.Value, why string) []string {
	e.unknown = append(e.unknown, fmt.Sprintf("%s: %s", e.fset.Position(v.Pos()), why))
	return nil
}

func (e *evaluation) all(of []ssa.Value, in *frame, v ssa.Value) []string {
	if len(of) == 0 {
		return e.fail(v, fmt.Sprintf("nothing is known of %s (%T)", v.Name(), v))
	}
	var out []string
	for _, x := range of {
		out = append(out, e.of(x, in)...)
	}
	return distinct(out)
}

// of are the possible texts of v, each once.
func (e *evaluation) of(v ssa.Value, in *frame) []string {
	if c, ok := v.(*ssa.Const); ok {
		if c.Value == nil {
			return []string{""}
		}
		if c.Value.Kind() == constant.String {
			return []string{constant.StringVal(c.Value)}
		}
		return []string{c.Value.ExactString()}
	}
	if e.busy[v] || e.depth > 60 {
		return e.known[v]
	}
	e.busy[v] = true
	e.depth++
	defer func() { e.busy[v] = false; e.depth-- }()
	if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsInteger != 0 {
		return []string{number}
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		return e.cross(v, e.of(v.X, in), e.of(v.Y, in))
	case *ssa.Phi:
		return e.grown(v, v.Edges, in)
	case *ssa.Parameter:
		for f := in; f != nil; f = f.up {
			if f.fn == v.Parent() {
				if i := slices.Index(f.fn.Params, v); i < len(f.call.Args) {
					return e.of(f.call.Args[i], f.up)
				}
			}
		}
		return e.all(e.argumentsFor(v), nil, v)
	case *ssa.FreeVar:
		return e.all(e.bindings(v), in, v)
	case *ssa.UnOp:
		if f, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL {
			if out, ok := e.rowOf(f.X.Type(), f.Field, in); ok {
				return out
			}
		}
		if v.Op == token.MUL {
			if p := e.loaded(v.X); len(p) > 0 {
				return e.grown(v.X, p, in)
			}
		}
		return e.fail(v, "loaded from "+fmt.Sprintf("%T", v.X))
	case *ssa.Field:
		if out, ok := e.rowOf(v.X.Type(), v.Field, in); ok {
			return out
		}
		return e.all(e.stores[fieldKey(v.X.Type(), v.Field)], in, v)
	case *ssa.Lookup:
		return e.all(e.elements(v.X, map[ssa.Value]bool{}), in, v)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Call:
			return e.returned(t, v.Index, in)
		case *ssa.Lookup:
			return e.all(e.elements(t.X, map[ssa.Value]bool{}), in, v)
		case *ssa.Next:
			if r, ok := t.Iter.(*ssa.Range); ok && v.Index == 1 {
				return e.all(e.keys(r.X), in, v)
			} else if ok {
				return e.all(e.elements(r.X, map[ssa.Value]bool{}), in, v)
			}
		}
	case *ssa.Call:
		return e.returned(v, 0, in)
	case *ssa.Convert:
		return e.of(v.X, in)
	case *ssa.ChangeType:
		return e.of(v.X, in)
	case *ssa.MakeInterface:
		return e.of(v.X, in)
	}
	return e.fail(v, fmt.Sprintf("made by %T", v))
}

// grown are the texts of a variable with these values, some of which may be made
// from the variable itself: each append is followed until no new text appears.
func (e *evaluation) grown(key ssa.Value, values []ssa.Value, in *frame) []string {
	if e.known[key] == nil {
		defer delete(e.known, key)
	}
	for range 12 {
		out := e.all(values, in, key)
		if len(out) <= len(e.known[key]) || len(out) > most {
			return out
		}
		e.known[key] = out
		e.busy[key] = true
	}
	return e.known[key]
}

func (e *evaluation) cross(v ssa.Value, a, b []string) []string {
	if len(a)*len(b) > most {
		return e.fail(v, "too many texts")
	}
	var out []string
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return distinct(out)
}

// returned are the texts of one result of a call.
func (e *evaluation) returned(c *ssa.Call, index int, in *frame) []string {
	callee := c.Call.StaticCallee()
	if callee != nil && fullName(callee) == whereSQL {
		return e.clause(c, in)
	}
	if callee != nil && fullName(callee) == listQuery {
		var out []string
		for _, l := range e.lists(&c.Call, in) {
			out = append(out, l.sql)
		}
		return distinct(out)
	}
	if callee != nil && len(callee.Blocks) == 0 {
		return e.library(c, callee, in)
	}
	var callees []*ssa.Function
	if callee != nil {
		callees = append(callees, callee)
	} else if n := e.graph.Nodes[c.Parent()]; n != nil {
		for _, edge := range n.Out {
			if edge.Site == ssa.CallInstruction(c) {
				callees = append(callees, edge.Callee.Func)
			}
		}
	}
	var out []string
	for _, f := range callees {
		for _, b := range f.Blocks {
			if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(r.Results) {
				out = append(out, e.of(r.Results[index], &frame{&c.Call, f, in})...)
			}
		}
	}
	if len(callees) == 0 {
		return e.fail(c, "a call of "+c.Call.String())
	}
	return distinct(out)
}

// library are the texts of a call of the standard library.
func (e *evaluation) library(c *ssa.Call, f *ssa.Function, in *frame) []string {
	arg := func(i int) []string { return e.of(c.Call.Args[i], in) }
	var out []string
	switch fullName(f) {
	case "fmt.Sprintf":
		out = arg(0)
		parts := e.elements(c.Call.Args[1], map[ssa.Value]bool{})
		for _, x := range parts {
			var next []string
			for _, format := range out {
				at := strings.Index(format, "%")
				if at < 0 || at+1 >= len(format) || !strings.ContainsRune("sdqv", rune(format[at+1])) {
					return e.fail(c, "a format with more than %s and %d")
				}
				for _, s := range e.of(x, in) {
					next = append(next, format[:at]+s+format[at+2:])
				}
			}
			out = distinct(next)
		}
		return out
	case "cmp.Or": // the first of the parts set by one row
		for _, x := range e.elements(c.Call.Args[0], map[ssa.Value]bool{}) {
			if out = e.of(x, in); len(out) > 0 {
				return out
			}
		}
		return nil
	case "strconv.Itoa":
		return []string{number}
	case "strings.ReplaceAll":
		for _, s := range arg(0) {
			for _, from := range arg(1) {
				for _, to := range arg(2) {
					out = append(out, strings.ReplaceAll(s, from, to))
				}
			}
		}
		return distinct(out)
	case "strings.Join":
		// One element each, and all elements in order.
		parts := e.elements(c.Call.Args[0], map[ssa.Value]bool{})
		if len(parts) == 0 {
			return e.fail(c, "nothing is known of what is joined")
		}
		for _, sep := range arg(1) {
			joined := []string{""}
			for i, x := range parts {
				if i > 0 {
					joined = e.cross(c, joined, []string{sep})
				}
				joined = e.cross(c, joined, e.of(x, in))
			}
			out = append(out, joined...)
		}
		return distinct(out)
	}
	return e.fail(c, "a call of "+fullName(f))
}
