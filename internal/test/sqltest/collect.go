package sqltest

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Statement is one SQL text, its place and the database roles that run it
// (without "homecare_"); no role where the text runs outside the scopes of
// package pg.
type Statement struct {
	SQL   string
	Place string // file and line, from the root of the repository
	Roles []string
	Built bool // built at run time and not one constant
	// Into is the struct into which its rows are read, "" for none; Fields are
	// the columns for which the struct has fields.
	Into   string
	Fields []string
	List   *Listed // nil if it reads no list
	Row    *Model  // the row type from which GORM makes the text; nil for our own text
}

// queries are the calls that run a text, with the index of the text's argument;
// for a method the receiver is the first.
var queries = map[string]int{
	"(" + pgPath + ".Tx).Exec":               1,
	"(" + pgPath + ".Tx).Query":              1,
	"(" + pgPath + ".Tx).QueryRow":           1,
	"(" + pgPath + ".Tx).AtCommit":           1,
	"(" + pgPath + ".Tx).AtCommitEvenDry":    1,
	pgPath + ".Rows":                         1,
	pgPath + ".Row":                          1,
	pgPath + ".Scalar":                       1,
	pgPath + ".Read":                         2,
	"(*github.com/jackc/pgx/v5.Batch).Queue": 1,
}

// Unresolved is a place where not all texts were found.
type Unresolved struct{ Place, Why string }

// Collect returns the statements of a main package, sorted by place, and the
// unresolved places.
func Collect(pattern string) ([]Statement, []Unresolved, error) {
	p, err := load(pattern)
	if err != nil {
		return nil, nil, err
	}
	var found []Statement
	var missed []Unresolved
	for f := range p.funcs {
		if inPackage(f, pgPath) || inPackage(f, listPath) || f.TypeParams().Len() > 0 && len(f.TypeArgs()) == 0 {
			continue // package pg passes the texts of others
		}
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(ssa.CallInstruction)
				if !ok || call.Common().StaticCallee() == nil {
					continue
				}
				name := fullName(call.Common().StaticCallee())
				if name == listRead {
					more, why := p.pages(call)
					found, missed = append(found, more...), append(missed, why...)
					continue
				}
				if name == pgInsert || name == pgUpdate {
					row, texts, err := p.stored(call.Common())
					if err != nil {
						missed = append(missed, Unresolved{p.place(call), err.Error()})
					}
					for _, sql := range texts {
						found = append(found, Statement{SQL: sql, Place: p.place(call), Roles: p.roles[f], Row: row})
					}
					continue
				}
				at, ok := queries[name]
				if !ok {
					continue
				}
				roles := p.roles[f]
				if name == pgPath+".Read" {
					roles = roleSet{"app"}
				}
				query := call.Common().Args[at]
				texts, why := p.texts(query)
				place := p.place(call)
				if !call.Pos().IsValid() {
					continue // a method as a value: its caller is followed instead
				}
				_, constant := query.(*ssa.Const)
				into, fields := mapped(call.Common().StaticCallee())
				for _, sql := range texts {
					found = append(found, Statement{SQL: sql, Place: place, Roles: roles, Built: !constant, Into: into,
						Fields: fields})
				}
				for _, w := range why {
					missed = append(missed, Unresolved{place, w})
				}
				if len(texts) == 0 && len(why) == 0 {
					missed = append(missed, Unresolved{place, "no text"})
				}
			}
		}
	}
	return merged(found), missed, nil
}

func (p *program) place(in ssa.CallInstruction) string {
	at := p.fset.Position(in.Pos())
	_, file, ok := strings.Cut(filepath.ToSlash(at.Filename), "/internal/")
	if ok {
		file = "internal/" + file
	} else {
		file = filepath.Base(filepath.Dir(at.Filename)) + "/" + filepath.Base(at.Filename)
	}
	return fmt.Sprintf("%s:%d", file, at.Line)
}

// merged has each text of a place once, with all its roles.
func merged(all []Statement) []Statement {
	slices.SortFunc(all, func(a, b Statement) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.SQL, b.SQL))
	})
	var out []Statement
	for _, s := range all {
		if n := len(out); n > 0 && out[n-1].Place == s.Place && out[n-1].SQL == s.SQL {
			out[n-1].Roles, _ = roleSet(out[n-1].Roles).with(s.Roles)
			continue
		}
		out = append(out, s)
	}
	return out
}
