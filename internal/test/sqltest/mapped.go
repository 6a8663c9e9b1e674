package sqltest

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// mapped are the name and the columns of the struct into which a reading function
// of package pg collects rows.
func mapped(f *ssa.Function) (name string, columns []string) {
	if n := fullName(f); n != pgPath+".Rows" && n != pgPath+".Row" || len(f.TypeArgs()) == 0 {
		return "", nil
	}
	return rowOf(f.TypeArgs()[0])
}

// rowOf are the name and the columns of a type into which rows are read.
func rowOf(t types.Type) (name string, columns []string) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return "", nil
	}
	return types.TypeString(t, (*types.Package).Name), columnsOf(s)
}

// columnsOf are the columns for which a struct has fields, as pgx finds them: by
// the name of the field or its tag, including embedded structs.
func columnsOf(s *types.Struct) []string {
	var out []string
	for i := range s.NumFields() {
		f := s.Field(i)
		tag, tagged := reflect.StructTag(s.Tag(i)).Lookup("db")
		if inner, ok := f.Type().Underlying().(*types.Struct); ok && f.Embedded() && !tagged {
			out = append(out, columnsOf(inner)...)
			continue
		}
		if !f.Exported() || tag == "-" {
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		if name == "" {
			name = f.Name()
		}
		out = append(out, column(name))
	}
	return out
}

// column is a name as pgx compares it: without underscores and case.
func column(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// Unmapped are the columns of a statement's rows without a field, and the fields
// without a column.
func Unmapped(s Statement, columns []string) (lost, unread []string) {
	read := map[string]bool{}
	for _, c := range columns {
		read[column(c)] = true
		if !slices.Contains(s.Fields, column(c)) {
			lost = append(lost, c)
		}
	}
	for _, f := range s.Fields {
		if !read[f] {
			unread = append(unread, f)
		}
	}
	return lost, unread
}
