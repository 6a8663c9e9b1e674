package sqltest

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A catalogue is a table of structs in the source; a text is made from each of
// its rows. Its fields are read row by row, because table and column of one line
// belong together. Sealed are rows inside a row of Holding.
const (
	holding = module + "internal/patient.Holding"
	sealed  = module + "internal/patient.Sealed"
)

// row is one struct of a catalogue, with the fields set by the source.
type row struct {
	list   ssa.Value // the array that contains it
	fields map[int]ssa.Value
}

// noteCell notes a field that the source sets in a struct of a catalogue.
func (p *program) noteCell(a *ssa.FieldAddr, v ssa.Value) {
	t := structName(a.X.Type())
	if t != holding && t != sealed {
		return
	}
	literal, ok := a.X.(*ssa.Alloc)
	if !ok {
		return
	}
	if p.cells[literal] == nil {
		p.cells[literal] = &row{listOf(literal), map[int]ssa.Value{}}
		p.rows[t] = append(p.rows[t], p.cells[literal])
	}
	p.cells[literal].fields[a.Field] = v
}

// listOf is the array into which a struct is stored, nil for none.
func listOf(literal *ssa.Alloc) ssa.Value {
	for _, r := range *literal.Referrers() {
		load, ok := r.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, r := range *load.Referrers() {
			if st, ok := r.(*ssa.Store); ok {
				if ix, ok := st.Addr.(*ssa.IndexAddr); ok {
					return ix.X
				}
			}
		}
	}
	return nil
}

func structName(t types.Type) string {
	name, _, _ := strings.Cut(fieldKey(t, 0), "#")
	return name
}

// rowOf are the texts of a field of a struct in a catalogue: of the current row,
// none where the row does not set it. ok is false for other structs.
func (e *evaluation) rowOf(t types.Type, field int, in *frame) (out []string, ok bool) {
	name := structName(t)
	if len(e.rows[name]) == 0 {
		return nil, false
	}
	at := e.at[name]
	if at == nil {
		e.wants = name
		return nil, true
	}
	if v := at.fields[field]; v != nil {
		return e.of(v, in), true
	}
	return nil, true
}

// byRow are the texts of v for each row of its catalogue.
func (p *program) byRow(v ssa.Value, at map[string]*row) (out, unknown []string) {
	e := &evaluation{program: p, busy: map[ssa.Value]bool{}, known: map[ssa.Value][]string{}, at: at}
	out = e.of(v, nil)
	if e.wants == "" {
		return out, e.unknown
	}
	out, unknown = nil, nil
	for _, r := range p.rows[e.wants] {
		next := map[string]*row{e.wants: r}
		for k, x := range at {
			next[k] = x
		}
		if outer, inner := next[holding], next[sealed]; outer != nil && inner != nil && !holds(outer, inner) {
			continue
		}
		more, missed := p.byRow(v, next)
		out, unknown = append(out, more...), append(unknown, missed...)
	}
	return out, unknown
}

// holds says whether a row is in a list that is a field of another row.
func holds(outer, inner *row) bool {
	for _, v := range outer.fields {
		if s, ok := v.(*ssa.Slice); ok && s.X == inner.list {
			return true
		}
	}
	return false
}
