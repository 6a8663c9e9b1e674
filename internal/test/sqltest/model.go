package sqltest

import (
	"errors"
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/go/ssa"
	"gorm.io/gorm"

	"github.com/balangan/homecare/internal/platform/pg"
)

const (
	pgInsert = pgPath + ".Insert"
	pgUpdate = pgPath + ".Update"
)

// Model is a row type of the product: the argument of pg.Insert and pg.Update.
type Model struct {
	Name, Table string
	Type        reflect.Type // with the fields of embedded structs
}

// orm is GORM with the product's settings, without a connection.
var orm = sync.OnceValues(pg.OpenGorm)

// Gorm is GORM for the table of a model.
func (m Model) Gorm(s gorm.Session) (*gorm.DB, error) {
	g, err := orm()
	if err != nil {
		return nil, err
	}
	s.NewDB, s.SkipHooks = true, true
	return g.Session(&s).Table(m.Table), nil
}

// New is a pointer to a row with empty fields.
func (m Model) New() any { return reflect.New(m.Type).Interface() }

// Columns are the columns of the model.
func (m Model) Columns() ([]string, error) {
	g, err := m.Gorm(gorm.Session{DryRun: true})
	if err != nil {
		return nil, err
	}
	err = g.Statement.Parse(m.New())
	return g.Statement.Schema.DBNames, err
}

// Insert is GORM's text for inserting a row with values in fields.
func (m Model) Insert(fields []string) (string, error) {
	g, err := m.Gorm(gorm.Session{DryRun: true})
	if err != nil {
		return "", err
	}
	row := reflect.New(m.Type)
	for _, f := range fields {
		if v := row.Elem().FieldByName(f); v.IsValid() {
			Fill(v, 1)
		}
	}
	g = g.Create(row.Interface())
	return g.Statement.SQL.String(), g.Error
}

// Updates is GORM's text for setting columns of a row.
func (m Model) Updates(columns []string) (string, error) {
	all, err := m.Columns()
	if err != nil {
		return "", err
	}
	set := map[string]any{}
	for _, c := range columns {
		if !slices.Contains(all, c) {
			return "", fmt.Errorf("%s has no field for the column %s", m.Name, c)
		}
		set[c] = nil
	}
	g, err := m.Gorm(gorm.Session{DryRun: true})
	if err != nil {
		return "", err
	}
	g = pg.Updated(g.Model(m.New()), "", set)
	return g.Statement.SQL.String(), g.Error
}

// stored are the statements of a call of pg.Insert or pg.Update.
func (p *program) stored(call *ssa.CallCommon) (m *Model, sql []string, err error) {
	f := call.StaticCallee()
	if m, err = modelOf(f.TypeArgs()[0]); err != nil {
		return nil, nil, err
	}
	if fullName(f) == pgInsert {
		for _, fields := range [][]string{nil, p.set(call.Args[1], map[ssa.Value]bool{})} {
			text, e := m.Insert(fields)
			sql, err = append(sql, text), errors.Join(err, e)
		}
		return m, distinct(sql), err
	}
	sets, err := p.sets(call.Args[2], map[ssa.Value]bool{})
	for _, columns := range sets {
		text, e := m.Updates(columns)
		sql, err = append(sql, text), errors.Join(err, e)
	}
	return m, sql, err
}

// set are the fields of a row that get a value before a call.
func (p *program) set(row ssa.Value, seen map[ssa.Value]bool) []string {
	if seen[row] {
		return nil
	}
	seen[row] = true
	var out []string
	switch v := row.(type) {
	case *ssa.UnOp:
		return p.set(v.X, seen)
	case *ssa.Alloc:
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.FieldAddr:
				out = append(out, v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct).
					Field(r.Field).Name())
			case *ssa.Store:
				out = append(out, p.set(r.Val, seen)...)
			}
		}
	case *ssa.Parameter:
		for _, x := range p.argumentsFor(v) {
			out = append(out, p.set(x, seen)...)
		}
	}
	return out
}

// sets are the keys of each map that v may be.
func (p *program) sets(v ssa.Value, seen map[ssa.Value]bool) ([][]string, error) {
	if seen[v] {
		return nil, nil
	}
	seen[v] = true
	var from []ssa.Value
	switch v := v.(type) {
	case *ssa.Const: // nil
		return [][]string{nil}, nil
	case *ssa.MakeMap:
		var columns []string
		for _, r := range *v.Referrers() {
			u, ok := r.(*ssa.MapUpdate)
			if !ok {
				continue
			}
			names, unknown := p.texts(u.Key)
			if len(unknown) > 0 || len(names) == 0 {
				return nil, fmt.Errorf("a column of the map cannot be found: %v", unknown)
			}
			columns = append(columns, names...)
		}
		return [][]string{columns}, nil
	case *ssa.Parameter:
		from = p.argumentsFor(v)
	case *ssa.Phi:
		from = v.Edges
	}
	if len(from) == 0 {
		return nil, fmt.Errorf("nothing is known of the map (%T)", v)
	}
	var out [][]string
	for _, x := range from {
		more, err := p.sets(x, seen)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// modelOf is a row type for GORM.
func modelOf(t types.Type) (*Model, error) {
	n, ok := t.(*types.Named)
	if !ok {
		return nil, fmt.Errorf("%s is no named struct", t)
	}
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return nil, fmt.Errorf("%s is no named struct", t)
	}
	if n.NumMethods() > 0 {
		return nil, fmt.Errorf("%s has methods; a row is data", t)
	}
	fields, err := fieldsOf(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t, err)
	}
	g, err := orm()
	if err != nil {
		return nil, err
	}
	return &Model{Name: types.TypeString(t, (*types.Package).Name), Table: g.NamingStrategy.TableName(n.Obj().Name()),
		Type: reflect.StructOf(fields)}, nil
}

func fieldsOf(s *types.Struct) ([]reflect.StructField, error) {
	var out []reflect.StructField
	for i := range s.NumFields() {
		f := s.Field(i)
		if inner, ok := f.Type().Underlying().(*types.Struct); ok && f.Embedded() {
			more, err := fieldsOf(inner)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
			continue
		}
		t, err := columnType(f.Type())
		if err != nil || !f.Exported() {
			return nil, fmt.Errorf("the field %s is of no type of a column: %w", f.Name(), err)
		}
		out = append(out, reflect.StructField{Name: f.Name(), Type: t, Tag: reflect.StructTag(s.Tag(i))})
	}
	return out, nil
}

var columnTypes = map[string]reflect.Type{
	"string": reflect.TypeFor[string](), "bool": reflect.TypeFor[bool](), "float64": reflect.TypeFor[float64](),
	"int": reflect.TypeFor[int](), "int16": reflect.TypeFor[int16](), "int64": reflect.TypeFor[int64](),
	"[]byte": reflect.TypeFor[[]byte](), "[]string": reflect.TypeFor[[]string](),
	"time.Time": reflect.TypeFor[time.Time](), pgPath + ".Array": reflect.TypeFor[pg.Array](),
}

// columnType is the reflection type of a field: types of columns, and pointers to
// them where a column may be NULL. Relations are excluded.
func columnType(t types.Type) (reflect.Type, error) {
	if p, ok := t.(*types.Pointer); ok {
		of, err := columnType(p.Elem())
		if err != nil {
			return nil, err
		}
		return reflect.PointerTo(of), nil
	}
	if of, ok := columnTypes[t.String()]; ok {
		return of, nil
	}
	return nil, fmt.Errorf("%s is not known", t)
}

// Fill gives a field a non-empty value made from n.
func Fill(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		Fill(v.Elem(), n)
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", n))
	case reflect.Int, reflect.Int16, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Float64:
		v.SetFloat(float64(n) + 0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{byte(n)})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		Fill(v.Index(0), n)
		Fill(v.Index(1), n+1000)
	default:
		v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 0, 0, n, 123456000, time.UTC)))
	}
}

// Models are the row types of statements, by name.
func Models(all []Statement) []Model {
	var out []Model
	for _, s := range all {
		if s.Row != nil && !slices.ContainsFunc(out, func(m Model) bool { return m.Name == s.Row.Name }) {
			out = append(out, *s.Row)
		}
	}
	slices.SortFunc(out, func(a, b Model) int { return strings.Compare(a.Name, b.Name) })
	return out
}
