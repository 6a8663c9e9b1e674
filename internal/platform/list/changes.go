package list

import (
	"reflect"
	"strings"
	"time"
)

// Changes is embedded by the filter of a list that a client may read by change. Its
// rows have a field UpdatedAt, and its table has changed_at beside the last column of
// the key.
type Changes struct {
	// Only records that changed at or after this time, in the order of their last
	// change. Begin 60 seconds before the last answer: an act that was under way may
	// have an earlier time. A record that is gone is not in the list.
	UpdatedSince time.Time `query:"updated_since" json:"-"`
}

// Since is the time since which changes are asked for; zero for the whole list.
func (c Changes) Since() time.Time { return c.UpdatedSince }

type changing interface{ Since() time.Time }

// change is the position of a row in the order of changes.
type change struct {
	At time.Time
	ID string
}

// Changed is the order of a list by change, with the last column of its own order.
func (columns Columns) Changed() Columns {
	id := columns[len(columns)-1]
	table, _, prefixed := strings.Cut(id.name, ".")
	at := "changed_at"
	if prefixed {
		at = table + "." + at
	}
	return Columns{{name: at}, {name: id.name, cast: id.cast}}
}

// place is the position that a cursor of the filter holds.
func place[K any](f Filter, key *K, last *change) any {
	if c, ok := f.(changing); ok && !c.Since().IsZero() {
		return last
	}
	return key
}

// changeOf is the position of a row; zero in a list without changes.
func changeOf(row, key any) (c change) {
	v := reflect.ValueOf(row)
	if v.Kind() != reflect.Struct {
		return c
	}
	at := v.FieldByName("UpdatedAt")
	if !at.IsValid() {
		return c
	}
	k := reflect.ValueOf(key)
	c.At, _ = reflect.Indirect(at).Interface().(time.Time)
	c.ID, _ = k.Field(k.NumField() - 1).Interface().(string)
	return c
}
