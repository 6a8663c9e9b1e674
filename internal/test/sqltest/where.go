package sqltest

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const (
	whereSQL   = "(*" + pgPath + ".Where).SQL"
	whereAnd   = "(*" + pgPath + ".Where).And"
	whereGiven = "(*" + pgPath + ".Where).Given"
)

// clause are the texts of a pg.Where with every condition that is ever added to
// it: a column that is misspelt in any of them is misspelt in the text.
func (e *evaluation) clause(c *ssa.Call, in *frame) []string {
	self := e.variables(c.Call.Args[0], map[ssa.Value]bool{})
	type added struct {
		call  *ssa.CallCommon
		given bool
	}
	var all []added
	for f := range e.funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(*ssa.Call)
				if !ok || call.Call.StaticCallee() == nil || inPackage(f, pgPath) {
					continue
				}
				name := fullName(call.Call.StaticCallee())
				if name != whereAnd && name != whereGiven {
					continue
				}
				if of := e.variables(call.Call.Args[0], map[ssa.Value]bool{}); slices.ContainsFunc(of, func(v ssa.Value) bool {
					return slices.Contains(self, v)
				}) {
					all = append(all, added{&call.Call, name == whereGiven})
				}
			}
		}
	}
	if len(all) == 0 {
		return e.fail(c, "no condition is known of it")
	}
	slices.SortFunc(all, func(a, b added) int { return cmp.Compare(a.call.Pos(), b.call.Pos()) })
	out := []string{""}
	for i, a := range all {
		terms := e.of(a.call.Args[1], in)
		if a.given {
			for j := range terms {
				terms[j] = strings.ReplaceAll(terms[j], "$", "$"+number)
			}
		}
		between := " and "
		if i == 0 {
			between = " where "
		}
		out = e.cross(c, e.cross(c, out, []string{between}), terms)
	}
	return out
}

// variables are the local variables that an address may be of.
func (p *program) variables(v ssa.Value, seen map[ssa.Value]bool) []ssa.Value {
	if seen[v] {
		return nil
	}
	seen[v] = true
	var from []ssa.Value
	switch v := v.(type) {
	case *ssa.Alloc:
		return []ssa.Value{v}
	case *ssa.FreeVar:
		from = p.bindings(v)
	case *ssa.Parameter:
		from = p.argumentsFor(v)
	case *ssa.Phi:
		from = v.Edges
	}
	var out []ssa.Value
	for _, x := range from {
		out = append(out, p.variables(x, seen)...)
	}
	return out
}
