// Package list reads the lists of the product: filters as conditions, a keyset of
// typed columns, the page limit, and the sealed cursor of the next page.
package list

import (
	"context"
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// List is one list: rows R in the order of the columns in K. K is a struct; each
// field's tag `list` has a column of the order, a type where the value must be
// cast, and desc for descending order:
//
//	type key struct {
//		At time.Time `list:"c.proposed_at desc"`
//		ID string    `list:"c.id uuid desc"`
//	}
//
// The last column must be unique.
type List[R, K any] struct {
	Name string    // in the cursors, which are valid for this list only
	Key  func(R) K // the position of a row
}

// Filter is the filter of a list, a struct that embeds page.Request. A cursor is
// valid only for its filter: with the same values of all fields from query and
// path.
type Filter interface{ Paging() page.Request }

// Read reads one page. query is the statement without its conditions, which are
// in w. Error: page.ErrCursor.
func (l List[R, K]) Read(tx pg.Tx, s *page.Sealer, f Filter, query string, w *pg.Where) (homecare.Page[R], error) {
	query, err := l.Query(tx.Context(), s, f, query, w)
	if err != nil {
		return homecare.Page[R]{}, err
	}
	rows, err := pg.Rows[R](tx, query, w.Args...)
	if err != nil {
		return homecare.Page[R]{}, err
	}
	return l.Cut(tx.Context(), s, f, rows)
}

// Query is the complete statement of Read, for a list that collects its rows in
// another way. w gets the position of the cursor. It reads one row more than the
// page, to learn whether another page follows. Error: page.ErrCursor.
func (l List[R, K]) Query(ctx context.Context, s *page.Sealer, f Filter, query string, w *pg.Where) (string, error) {
	var after K
	var last change
	there, err := s.Open(ctx, l.scope(f), f.Paging(), place(f, &after, &last))
	if err != nil {
		return "", err
	}
	columns, values := columnsOf(after)
	if c, ok := f.(changing); ok && !c.Since().IsZero() {
		columns = columns.Changed()
		w.And(columns[0].name + ` >= ` + w.Arg(c.Since()))
		values = []any{last.At, last.ID}
	}
	if there {
		w.And(columns.Beyond(values, w))
	}
	// The limit is part of the text: for a limit in a parameter PostgreSQL assumes
	// a tenth of the rows, considers that plan expensive and plans every call.
	return query + w.SQL() + columns.Order() + ` limit ` + strconv.Itoa(f.Paging().Rows()), nil
}

// Cut makes a page of the rows of Query.
func (l List[R, K]) Cut(ctx context.Context, s *page.Sealer, f Filter, rows []R) (homecare.Page[R], error) {
	size := f.Paging().Rows() - 1
	if len(rows) <= size {
		return homecare.Page[R]{Data: rows}, nil
	}
	rows = rows[:size]
	key := l.Key(rows[size-1])
	last := changeOf(rows[size-1], key)
	next, err := s.Seal(ctx, l.scope(f), place(f, &key, &last), time.Now().Add(page.Lifetime))
	return homecare.Page[R]{Data: rows, NextCursor: next}, err
}

// MapAll converts all rows of a page at once for the answer.
func MapAll[R, T any](p homecare.Page[R], show func([]R) ([]T, error)) (homecare.Page[T], error) {
	all, err := show(p.Data)
	return homecare.Page[T]{Data: all, NextCursor: p.NextCursor}, err
}

// Map converts each row for the answer.
func Map[R, T any](p homecare.Page[R], show func(R) T) homecare.Page[T] {
	out := homecare.Page[T]{Data: make([]T, len(p.Data)), NextCursor: p.NextCursor}
	for i, r := range p.Data {
		out.Data[i] = show(r)
	}
	return out
}
