package patient_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/apitest"
)

// query returns one text as the superuser sees it.
func query(t testing.TB, s *apitest.Server, sql string, args ...any) string {
	t.Helper()
	c, err := pgx.Connect(t.Context(), s.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	var out string
	if err := c.QueryRow(t.Context(), sql, args...).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
