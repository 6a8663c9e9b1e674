//go:build sabotage

// Package tenant_guard measures: the schema isolates the tenants. Its control breaks
// the isolation in SQL, one way at a time, and every break must be found.
package tenant_guard

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/mutant"
	"github.com/balangan/homecare/internal/test/promise"
)

// Promise is ISO-3.
var Promise = promise.Promise{ID: "ISO-3", Promised: "0 findings of the schema guard", Measure: measure,
	Control: promise.Control{Measure: control}}

func connect(t *testing.T) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), apitest.New(t).Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func measure(t *testing.T) promise.Result {
	c := connect(t)
	found, err := schema.Findings(t.Context(), c, patient.HoldingTables())
	if err != nil {
		t.Fatal(err)
	}
	var tables int
	if err := c.QueryRow(t.Context(), `select count(*) from pg_class where relkind in ('r', 'p')
		and relnamespace = 'public'::regnamespace and relrowsecurity`).Scan(&tables); err != nil {
		t.Fatal(err)
	}
	measured := fmt.Sprintf("%d findings over %d tables with row-level security", len(found), tables)
	if len(found) > 0 {
		measured += ": " + strings.Join(found[:min(3, len(found))], "; ")
	}
	return promise.Result{Measured: measured, Kept: len(found) == 0 && tables > 0}
}

// control is not kept when the guard names every mutant.
func control(t *testing.T) promise.Result {
	c := connect(t)
	var escaped []string
	for _, m := range mutant.All {
		killed, err := m.Named(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if !killed {
			escaped = append(escaped, m.SQL)
		}
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d of %d mutants named %s", len(mutant.All)-len(escaped), len(mutant.All),
			strings.Join(escaped, "; ")),
		Kept: len(escaped) > 0,
	}
}
