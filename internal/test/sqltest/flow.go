package sqltest

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// argumentsFor are the values that the callers of a function pass for a
// parameter.
func (p *program) argumentsFor(v *ssa.Parameter) []ssa.Value {
	f := v.Parent()
	at := -1
	for i, q := range f.Params {
		if q == v {
			at = i
		}
	}
	n := p.graph.Nodes[f]
	if n == nil {
		return nil
	}
	var out []ssa.Value
	for _, e := range n.In {
		if e.Site == nil {
			continue
		}
		c := e.Site.Common()
		i := at
		if c.IsInvoke() {
			i--
		}
		if i < 0 {
			out = append(out, c.Value)
		} else if i < len(c.Args) {
			out = append(out, c.Args[i])
		}
	}
	return out
}

// bindings are the values bound to a free variable of closures.
func (p *program) bindings(v *ssa.FreeVar) []ssa.Value {
	f := v.Parent()
	at := -1
	for i, q := range f.FreeVars {
		if q == v {
			at = i
		}
	}
	var out []ssa.Value
	for _, b := range f.Parent().Blocks {
		for _, in := range b.Instrs {
			if m, ok := in.(*ssa.MakeClosure); ok && m.Fn == f {
				out = append(out, m.Bindings[at])
			}
		}
	}
	return out
}

// loaded are the possible values at an address.
func (p *program) loaded(addr ssa.Value) []ssa.Value {
	switch a := addr.(type) {
	case *ssa.Global:
		return p.globals[a]
	case *ssa.FieldAddr:
		return p.stores[fieldKey(a.X.Type(), a.Field)]
	case *ssa.IndexAddr:
		return p.elements(a.X, map[ssa.Value]bool{})
	case *ssa.Alloc:
		return p.storedInto(a, map[ssa.Value]bool{})
	case *ssa.FreeVar:
		var out []ssa.Value
		for _, b := range p.bindings(a) {
			out = append(out, p.loaded(b)...)
		}
		return out
	}
	return nil
}

// storedInto are the values stored in a local variable, here and in closures.
func (p *program) storedInto(a ssa.Value, seen map[ssa.Value]bool) []ssa.Value {
	if seen[a] {
		return nil
	}
	seen[a] = true
	var out []ssa.Value
	for _, r := range *a.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Addr == a {
				out = append(out, r.Val)
			}
		case *ssa.MakeClosure:
			for i, b := range r.Bindings {
				if b == a {
					out = append(out, p.storedInto(r.Fn.(*ssa.Function).FreeVars[i], seen)...)
				}
			}
		}
	}
	return out
}

// elements are the elements of a slice, an array or a map.
func (p *program) elements(v ssa.Value, seen map[ssa.Value]bool) []ssa.Value {
	if seen[v] {
		return nil
	}
	seen[v] = true
	var out []ssa.Value
	more := func(of ...ssa.Value) {
		for _, x := range of {
			out = append(out, p.elements(x, seen)...)
		}
	}
	switch v := v.(type) {
	case *ssa.Alloc:
		for _, r := range *v.Referrers() {
			if ix, ok := r.(*ssa.IndexAddr); ok {
				out = append(out, p.storedInto(ix, map[ssa.Value]bool{})...)
			}
		}
		more(p.storedInto(v, map[ssa.Value]bool{})...)
	case *ssa.MakeMap:
		for _, r := range *v.Referrers() {
			if u, ok := r.(*ssa.MapUpdate); ok {
				out = append(out, u.Value)
			}
		}
	case *ssa.Slice:
		more(v.X)
	case *ssa.UnOp:
		more(p.loaded(v.X)...)
	case *ssa.Phi:
		more(v.Edges...)
	case *ssa.Parameter:
		more(p.argumentsFor(v)...)
	case *ssa.FreeVar:
		more(p.bindings(v)...)
	case *ssa.Global:
		more(p.globals[v]...)
	case *ssa.FieldAddr:
		more(p.loaded(v)...)
	case *ssa.Field:
		more(p.stores[fieldKey(v.X.Type(), v.Field)]...)
	case *ssa.ChangeType:
		more(v.X)
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			more(v.Call.Args...)
		}
	}
	return out
}

// keys are the keys of a map.
func (p *program) keys(v ssa.Value) []ssa.Value {
	var out []ssa.Value
	switch v := v.(type) {
	case *ssa.MakeMap:
		for _, r := range *v.Referrers() {
			if u, ok := r.(*ssa.MapUpdate); ok {
				out = append(out, u.Key)
			}
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			for _, x := range p.loaded(v.X) {
				out = append(out, p.keys(x)...)
			}
		}
	}
	return out
}

// fieldKey identifies a field of a struct type, for any value of the type.
func fieldKey(t types.Type, field int) string {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if n, ok := t.(*types.Named); ok {
		t = n.Origin()
	}
	return fmt.Sprintf("%s#%d", t.String(), field)
}
