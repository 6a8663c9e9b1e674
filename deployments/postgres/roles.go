// Package postgres carries the SQL that makes the database roles, so that
// make run and the tests use the very file an operator runs.
package postgres

import _ "embed"

// Roles is roles.sql.
//
//go:embed roles.sql
var Roles string
