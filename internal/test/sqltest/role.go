package sqltest

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// roleSet are database roles, sorted, without their prefix "homecare_".
type roleSet []string

func (s roleSet) with(more roleSet) (roleSet, bool) {
	grown := false
	for _, r := range more {
		if i, there := slices.BinarySearch(s, r); !there {
			s, grown = slices.Insert(slices.Clone(s), i, r), true
		}
	}
	return s, grown
}

// scopes are the functions that make a pg.Tx, with their roles.
var scopes = map[string]roleSet{
	pgPath + ".Tenant":        {"app"},
	pgPath + ".Snapshot":      {"app"},
	pgPath + ".Read":          {"app"},
	pgPath + ".District":      {"report"},
	pgPath + ".DistrictWrite": {"district"},
	pgPath + ".Reference":     {"app", "report"},
	pgPath + ".System":        {"system"},
	pgPath + ".SystemFor":     {"system"},
	pgPath + ".SystemAs":      {"system"},
	pgPath + ".SystemOnce":    {"system"},
	// The check before a stored answer is shown again.
	"(*" + pgPath + ".DB).SetAgain": {"app"},
}

// assignRoles finds the roles in which each function runs its statements: those
// of its scope, and of all functions that call it.
func (p *program) assignRoles() {
	p.roles = map[*ssa.Function]roleSet{}
	var todo []*ssa.Function
	give := func(f *ssa.Function, r roleSet) {
		if inPackage(f, pgPath) {
			return
		}
		next, grown := p.roles[f].with(r)
		if grown {
			p.roles[f] = next
			todo = append(todo, f)
		}
	}
	for f := range p.funcs {
		if inPackage(f, pgPath) {
			continue
		}
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(ssa.CallInstruction)
				if !ok || call.Common().IsInvoke() {
					continue
				}
				var r roleSet // a scope may be chosen before the call
				for _, callee := range p.functionsOf(call.Common().Value, map[ssa.Value]bool{}) {
					r, _ = r.with(scopes[fullName(callee)])
				}
				if len(r) == 0 {
					continue
				}
				for _, a := range call.Common().Args {
					for _, g := range p.functionsOf(a, map[ssa.Value]bool{}) {
						give(g, r)
					}
				}
			}
		}
	}
	for len(todo) > 0 {
		f := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, inner := range f.AnonFuncs { // functions that a library calls back
			if len(p.roles[inner]) == 0 {
				give(inner, p.roles[f])
			}
		}
		if n := p.graph.Nodes[f]; n != nil {
			for _, e := range n.Out {
				give(e.Callee.Func, p.roles[f])
			}
		}
	}
}

// functionsOf are the functions that v may be.
func (p *program) functionsOf(v ssa.Value, seen map[ssa.Value]bool) []*ssa.Function {
	if seen[v] {
		return nil
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Function:
		return []*ssa.Function{v}
	case *ssa.MakeClosure:
		return []*ssa.Function{v.Fn.(*ssa.Function)}
	case *ssa.ChangeType:
		return p.functionsOf(v.X, seen)
	case *ssa.Phi:
		var out []*ssa.Function
		for _, e := range v.Edges {
			out = append(out, p.functionsOf(e, seen)...)
		}
		return out
	case *ssa.Parameter:
		var out []*ssa.Function
		for _, a := range p.argumentsFor(v) {
			out = append(out, p.functionsOf(a, seen)...)
		}
		return out
	case *ssa.FreeVar:
		var out []*ssa.Function
		for _, b := range p.bindings(v) {
			out = append(out, p.functionsOf(b, seen)...)
		}
		return out
	case *ssa.UnOp:
		var out []*ssa.Function
		for _, s := range p.loaded(v.X) {
			out = append(out, p.functionsOf(s, seen)...)
		}
		return out
	}
	return nil
}
