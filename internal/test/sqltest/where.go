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

// clause are the texts of a pg.Where with every condition that may be added: a
// misspelt column in any of them is misspelt in the text.
func (e *evaluation) clause(c *ssa.Call, in *frame) []string {
	always, filters := e.conditions(c.Call.Args[0], in)
	if len(always)+len(filters) == 0 {
		return e.fail(c, "no condition is known of it")
	}
	return e.joined(c, slices.Concat(always, filters))
}

// joined are the clauses of conditions, each of which may have several texts.
func (e *evaluation) joined(at ssa.Value, terms [][]string) []string {
	out := []string{""}
	for i, t := range terms {
		between := " and "
		if i == 0 {
			between = " where "
		}
		out = e.cross(at, e.cross(at, out, []string{between}), t)
	}
	return out
}

// conditions are the texts of each condition added to the pg.Where at an
// address: the constant ones, and the filters, which are in a branch or left out
// for an empty value.
func (e *evaluation) conditions(where ssa.Value, in *frame) (always, filters [][]string) {
	self := e.variables(where, map[ssa.Value]bool{})
	type added struct {
		call  *ssa.Call
		given bool
	}
	var all []added
	for f := range e.funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(*ssa.Call)
				if !ok || call.Call.StaticCallee() == nil || inPackage(f, pgPath) || inPackage(f, listPath) {
					continue
				}
				name := fullName(call.Call.StaticCallee())
				if name != whereAnd && name != whereGiven {
					continue
				}
				if of := e.variables(call.Call.Args[0], map[ssa.Value]bool{}); slices.ContainsFunc(of,
					func(v ssa.Value) bool {
						return slices.Contains(self, v)
					}) {
					all = append(all, added{call, name == whereGiven})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b added) int { return cmp.Compare(a.call.Pos(), b.call.Pos()) })
	for _, a := range all {
		if ranged(a.call.Block()) {
			e.fail(a.call, "a condition in a loop: the order of the conditions may differ from call to call")
		}
		terms := e.of(a.call.Call.Args[1], in)
		if a.given {
			if _, one := a.call.Call.Args[2].(*ssa.Slice); !one { // a list of values (call.Many)
				filters = append(filters, replaced(terms, "any($"+number+")"))
			}
			terms = replaced(terms, "$"+number)
		}
		if a.given || branch(a.call.Block()) {
			filters = append(filters, terms)
		} else {
			always = append(always, terms)
		}
	}
	return always, filters
}

// replaced are terms with a value in place of their $.
func replaced(terms []string, value string) []string {
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = strings.ReplaceAll(t, "$", value)
	}
	return out
}

// ranged says whether a block is in a loop.
func ranged(b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var reach func(*ssa.BasicBlock) bool
	reach = func(x *ssa.BasicBlock) bool {
		for _, s := range x.Succs {
			if s == b || !seen[s] && func() bool { seen[s] = true; return reach(s) }() {
				return true
			}
		}
		return false
	}
	return reach(b)
}

// branch says whether a block is the body of an if: entered only from a block that
// may also go elsewhere, other than to return.
func branch(b *ssa.BasicBlock) bool {
	for d := b; d.Idom() != nil; d = d.Idom() {
		up := d.Idom()
		if len(up.Succs) == 2 && !returns(up.Succs[0], d) && !returns(up.Succs[1], d) {
			if n := len(d.Preds); n == 1 {
				return true
			}
		}
	}
	return false
}

// returns says whether a block that is not d ends the function.
func returns(b, d *ssa.BasicBlock) bool {
	_, ends := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
	return b != d && ends
}

// variables are the local variables to which an address may refer.
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
