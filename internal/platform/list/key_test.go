package list

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// TestBeyond: columns in one direction are compared as a row, columns in mixed
// directions one by one. A value that a cursor must not contain is found by the
// last column.
func TestBeyond(t *testing.T) {
	t.Parallel()
	type up struct {
		On string `list:"f.due_on date"`
		ID string `list:"f.id uuid"`
	}
	type down struct {
		At time.Time `list:"c.at desc"`
		N  int       `list:"c.n smallint desc"`
	}
	type mixed struct {
		Score int    `list:"c.score int desc"`
		Name  string `list:"c.name"`
		ID    string `list:"c.id uuid"`
	}
	type hidden struct {
		Name Found  `list:"p.name" found:"(select name from patient where id = $)"`
		ID   string `list:"p.id uuid"`
	}
	for _, c := range []struct{ condition, order, wantCondition, wantOrder string }{
		{said(up{"2026-01-02", "x"}), ordered(up{}),
			`(f.due_on, f.id) > ($2::text::date, $1::text::uuid)`, ` order by f.due_on, f.id`},
		{said(down{}), ordered(down{}), `(c.at, c.n) < ($2, $1::smallint)`, ` order by c.at desc, c.n desc`},
		{said(mixed{}), ordered(mixed{}),
			`(c.score <= $3::int and (c.score < $3::int or c.name >= $2 and (c.name > $2 or c.id > $1::text::uuid)))`,
			` order by c.score desc, c.name, c.id`},
		{said(hidden{}), ordered(hidden{}),
			`(p.name, p.id) > ((select name from patient where id = $1::text::uuid), $1::text::uuid)`,
			` order by p.name, p.id`},
	} {
		if c.condition != c.wantCondition {
			t.Errorf("condition %s, want %s", c.condition, c.wantCondition)
		}
		if c.order != c.wantOrder {
			t.Errorf("order %s, want %s", c.order, c.wantOrder)
		}
	}
}

func said[K any](key K) string {
	columns, values := columnsOf(key)
	return columns.Beyond(values, &pg.Where{})
}

func ordered[K any](key K) string {
	columns, _ := columnsOf(key)
	return columns.Order()
}

// TestScope: a cursor belongs to the list with every filter, wherever the filter
// is. The page size and the expanded records do not matter.
func TestScope(t *testing.T) {
	t.Parallel()
	type inner struct {
		State string `query:"state"`
	}
	type filter struct {
		ID     string      `param:"id"`
		Mine   bool        `query:"mine"`
		Expand call.Expand `query:"expand"`
		inner
		page.Request
	}
	l := List[int, struct{}]{Name: "cases"}
	plain := filter{ID: "1", Mine: true, inner: inner{"open"}}
	if got, want := l.scope(plain), `cases?id="1"?mine="true"?state="open"`; got != want {
		t.Errorf("scope %s, want %s", got, want)
	}
	same := plain
	same.Limit, same.Cursor, same.Expand = 7, "x", "patient"
	if l.scope(same) != l.scope(plain) {
		t.Error("another size of the page is another list")
	}
	for what, f := range map[string]filter{
		"path":     {ID: "2", Mine: true, inner: inner{"open"}},
		"bool":     {ID: "1", inner: inner{"open"}},
		"embedded": {ID: "1", Mine: true, inner: inner{`open"?x="`}},
	} {
		if l.scope(f) == l.scope(plain) {
			t.Errorf("%s: another filter is the same list", what)
		}
	}
	if got := l.scope(page.Request{Limit: 3}); got != "cases" {
		t.Errorf("scope without filters %s", got)
	}
}
