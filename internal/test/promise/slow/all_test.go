//go:build sabotage

package slow

import (
	"testing"

	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/backup_restore"
	"github.com/balangan/homecare/internal/test/promise/bad_lines"
	"github.com/balangan/homecare/internal/test/promise/killed_migration"
	"github.com/balangan/homecare/internal/test/promise/late_acts"
	"github.com/balangan/homecare/internal/test/promise/merged_persons"
	"github.com/balangan/homecare/internal/test/promise/random_year"
	"github.com/balangan/homecare/internal/test/promise/request_fuzz"
	"github.com/balangan/homecare/internal/test/promise/wall_mutants"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// The promises run one after the other: a fault concerns the whole process.

func TestAPI3(t *testing.T) { promise.Test(t, request_fuzz.Promise) }

func TestISO2(t *testing.T) { promise.Test(t, wall_mutants.Promise) }

func TestDUR8Standby(t *testing.T) { promise.Test(t, backup_restore.Standby) }
func TestDUR4(t *testing.T)        { promise.Test(t, bad_lines.Promise) }
func TestDUR8(t *testing.T)        { promise.Test(t, backup_restore.Promise) }
func TestDUR9(t *testing.T)        { promise.Test(t, killed_migration.Promise) }
func TestREC1(t *testing.T)        { promise.Test(t, merged_persons.Promise) }
func TestREC3(t *testing.T)        { promise.Test(t, random_year.Promise) }
func TestREC4(t *testing.T)        { promise.Test(t, late_acts.Promise) }
