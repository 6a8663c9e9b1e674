package list

import (
	"net/url"
	"reflect"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
)

// MaxCount is the highest count: nobody reads a badge of a thousand.
const MaxCount = 1000

// QueueCount queues the count of the rows of a list, at most MaxCount. query is the
// statement of List.Read.
func QueueCount(b *pgx.Batch, query string, w *pg.Where, into *int) {
	b.Queue(`select count(*)::int from (`+query+w.SQL()+` limit `+strconv.Itoa(MaxCount)+`) n`, w.Args...).
		QueryRow(func(row pgx.Row) error { return row.Scan(into) })
}

// Address is the address of a list with a filter: /v1/sessions?mine=true.
func Address(path string, filter any) string {
	query := url.Values{}
	addressed(reflect.ValueOf(filter), query)
	return (&url.URL{Path: path, RawQuery: query.Encode()}).String()
}

func addressed(v reflect.Value, query url.Values) {
	for f, value := range v.Fields() {
		name := f.Tag.Get("query")
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			addressed(value, query)
		case name == "" || value.IsZero():
		case f.Type == reflect.TypeFor[call.Many]():
			query.Set(name, value.Interface().(call.Many).String())
		case value.Kind() == reflect.Bool:
			query.Set(name, "true")
		case value.Kind() == reflect.String:
			query.Set(name, value.String())
		}
	}
}
