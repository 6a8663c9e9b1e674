package list

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Columns are the columns of an order.
type Columns []column

// column is one column of an order.
type column struct {
	name, cast string
	desc       bool
	found      string // see Found
}

// Found is the type of a column whose value a cursor must not contain, such as a
// name. Its tag `found` is the statement that finds the value by the last column,
// whose value replaces the $:
//
//	Name list.Found `list:"p.name_search" found:"(select name_search from person where id = $)"`
type Found struct{}

// columnsOf returns the columns in the tags of K's fields, with the values of
// key.
func columnsOf[K any](key K) (columns Columns, values []any) {
	v := reflect.ValueOf(key)
	tags := make([]reflect.StructTag, v.NumField())
	for i := range tags {
		tags[i] = v.Type().Field(i).Tag
		values = append(values, v.Field(i).Interface())
	}
	return ColumnsOf(tags), values
}

// ColumnsOf reads the tags of the fields of a key.
func ColumnsOf(tags []reflect.StructTag) Columns {
	out := make(Columns, len(tags))
	for i, tag := range tags {
		words := strings.Fields(tag.Get("list"))
		c := column{name: words[0], found: tag.Get("found")}
		for _, w := range words[1:] {
			if w == "desc" {
				c.desc = true
			} else {
				c.cast = "::" + w
			}
		}
		out[i] = c
	}
	return out
}

// Order is the ORDER BY clause.
func (columns Columns) Order() string {
	by := make([]string, len(columns))
	for i, c := range columns {
		by[i] = c.name
		if c.desc {
			by[i] += " desc"
		}
	}
	return " order by " + strings.Join(by, ", ")
}

// Beyond is the condition of the rows after one with these values. Columns in one
// direction are compared as a row, which an index can read from that position. In
// mixed directions, the first column limits the index.
func (columns Columns) Beyond(key []any, w *pg.Where) string {
	names, values := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range slices.Backward(columns) {
		names[i] = c.name
		if c.found != "" {
			values[i] = strings.ReplaceAll(c.found, "$", values[len(columns)-1])
			continue
		}
		values[i] = w.Arg(key[i])
		if _, isText := key[i].(string); isText && c.cast != "" {
			values[i] += "::text"
		}
		values[i] += c.cast
	}
	sign := map[bool]string{false: ">", true: "<"}
	if !slices.ContainsFunc(columns, func(c column) bool { return c.desc != columns[0].desc }) {
		return "(" + strings.Join(names, ", ") + ") " + sign[columns[0].desc] + " (" + strings.Join(values, ", ") + ")"
	}
	last := len(columns) - 1
	term := names[last] + " " + sign[columns[last].desc] + " " + values[last]
	for i, c := range slices.Backward(columns[:last]) {
		term = fmt.Sprintf("%[1]s %[2]s= %[3]s and (%[1]s %[2]s %[3]s or %[4]s)", names[i], sign[c.desc], values[i],
			term)
	}
	return "(" + term + ")"
}

// scope identifies the list with all its filters.
func (l List[R, K]) scope(f Filter) string {
	var b strings.Builder
	b.WriteString(l.Name)
	write(&b, reflect.Indirect(reflect.ValueOf(f)))
	return b.String()
}

func write(b *strings.Builder, v reflect.Value) {
	if v.Type() == reflect.TypeFor[page.Request]() {
		return // a page size does not change the list
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Type == reflect.TypeFor[call.Expand]() {
			continue // nor do the records included in each row
		}
		name := f.Tag.Get("query") + f.Tag.Get("param")
		switch {
		case name != "":
			fmt.Fprintf(b, "?%s=%q", name, fmt.Sprint(v.Field(i)))
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			write(b, v.Field(i))
		}
	}
}
