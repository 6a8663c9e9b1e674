// Package sqltest collects every SQL text of the product from its source and
// prepares it as the database role that runs it. It is for tests only.
//
// The texts are found in the product's SSA form: the query argument of a
// statement is followed back through constants, concatenations, branches,
// parameters, returned values, tables of statements and fields. The role follows
// from the scopes of package pg (Tenant, District, System and so on) down the
// call graph.
package sqltest

import (
	"errors"
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/cha"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

const (
	module = "github.com/balangan/homecare/"
	pgPath = module + "internal/platform/pg"
)

// Product are the packages of the delivered program.
const Product = module + "cmd/homecare"

// program is the product as SSA, with the indexes of the collection.
type program struct {
	fset    *token.FileSet
	funcs   map[*ssa.Function]bool
	graph   *callgraph.Graph
	stores  map[string][]ssa.Value // into the fields of structs, by fieldKey
	globals map[*ssa.Global][]ssa.Value
	roles   map[*ssa.Function]roleSet
	cells   map[*ssa.Alloc]*row
	rows    map[string][]*row // of the catalogues, by name of the struct
}

// load builds the program of a main package: our own packages with bodies, other
// packages only with their types.
func load(pattern string) (*program, error) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax | packages.NeedDeps | packages.NeedModule},
		pattern)
	if err != nil {
		return nil, err
	}
	if packages.PrintErrors(pkgs) > 0 {
		return nil, errors.New("sqltest: the product does not compile")
	}
	var paths []string
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		if strings.HasPrefix(p.PkgPath, module) && !strings.HasPrefix(p.PkgPath, module+"internal/test/") {
			paths = append(paths, p.PkgPath)
		}
	})
	ours, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, paths...)
	if err != nil {
		return nil, err
	}
	if packages.PrintErrors(ours) > 0 {
		return nil, errors.New("sqltest: the product does not compile")
	}
	prog, built := ssautil.Packages(ours, ssa.InstantiateGenerics)
	prog.Build()
	for i, p := range built {
		if p == nil {
			return nil, fmt.Errorf("sqltest: %s has no SSA form", ours[i].PkgPath)
		}
	}
	all := ssautil.AllFunctions(prog)
	p := &program{fset: prog.Fset, funcs: all, graph: vta.CallGraph(all, cha.CallGraph(prog)),
		stores: map[string][]ssa.Value{}, globals: map[*ssa.Global][]ssa.Value{},
		cells: map[*ssa.Alloc]*row{}, rows: map[string][]*row{}}
	p.index()
	p.assignRoles()
	return p, nil
}

// index notes the values stored in fields and package variables.
func (p *program) index() {
	for f := range p.funcs {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				st, ok := in.(*ssa.Store)
				if !ok {
					continue
				}
				switch a := st.Addr.(type) {
				case *ssa.FieldAddr:
					k := fieldKey(a.X.Type(), a.Field)
					p.stores[k] = append(p.stores[k], st.Val)
					p.noteCell(a, st.Val)
				case *ssa.Global:
					p.globals[a] = append(p.globals[a], st.Val)
				}
			}
		}
	}
}

// origin is the generic function of which f is an instance, or f.
func origin(f *ssa.Function) *ssa.Function {
	if o := f.Origin(); o != nil {
		return o
	}
	return f
}

// fullName is a function's name with its package and receiver, without type
// arguments.
func fullName(f *ssa.Function) string { return origin(f).RelString(nil) }

func inPackage(f *ssa.Function, path string) bool {
	for f.Parent() != nil {
		f = f.Parent()
	}
	f = origin(f)
	return f.Pkg != nil && f.Pkg.Pkg.Path() == path
}
