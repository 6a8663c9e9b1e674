//go:build sabotage

// Package distributed_schema measures: schema and statements fit an engine that
// distributes the tenants over nodes (static rules, ADR 26). Its control breaks
// each rule once, in SQL or in a statement, and every break must be found.
package distributed_schema

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
	"github.com/balangan/homecare/internal/test/sqltest"
)

// Promise is SCL-1.
var Promise = promise.Promise{ID: "SCL-1", Promised: "0 breaks of the static rules of a distributed engine",
	Measure: measure, Control: promise.Control{Measure: control}}

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
	found, err := schema.Undistributed(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	wall, err := schema.Findings(t.Context(), c, patient.HoldingTables())
	if err != nil {
		t.Fatal(err)
	}
	tables, err := schema.TenantTables(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	statements, _, err := sqltest.Collect(sqltest.Product)
	if err != nil {
		t.Fatal(err)
	}
	found = append(found, wall...)
	for _, s := range statements {
		found = append(found, sqltest.Undistributed(s, tables)...)
	}
	measured := fmt.Sprintf("%d breaks over %d tenant tables and %d statements", len(found), len(tables),
		len(statements))
	if len(found) > 0 {
		measured += ": " + strings.Join(found[:min(3, len(found))], "; ")
	}
	return promise.Result{Measured: measured, Kept: len(found) == 0 && len(tables) > 0 && len(statements) > 0}
}

// control is not kept when every break is named.
func control(t *testing.T) promise.Result {
	c := connect(t)
	var escaped []string
	for _, m := range mutant.Undistributed {
		named, err := m.Named(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if !named {
			escaped = append(escaped, m.SQL)
		}
	}
	for _, sql := range sqltest.UndistributedMutants {
		if len(sqltest.Undistributed(sqltest.Statement{SQL: sql}, []string{"visit"})) == 0 {
			escaped = append(escaped, sql)
		}
	}
	all := len(mutant.Undistributed) + len(sqltest.UndistributedMutants)
	return promise.Result{
		Measured: fmt.Sprintf("%d of %d breaks named %s", all-len(escaped), all, strings.Join(escaped, "; ")),
		Kept:     len(escaped) > 0,
	}
}
