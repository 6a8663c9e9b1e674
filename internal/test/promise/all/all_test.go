//go:build sabotage

// Package all is the binary of the promises.
package all

import (
	"testing"

	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/access_rows"
	"github.com/balangan/homecare/internal/test/promise/audit_seals"
	"github.com/balangan/homecare/internal/test/promise/break_glass"
	"github.com/balangan/homecare/internal/test/promise/breaking_changes"
	"github.com/balangan/homecare/internal/test/promise/brute_force"
	"github.com/balangan/homecare/internal/test/promise/case_visibility"
	"github.com/balangan/homecare/internal/test/promise/concurrent_updates"
	"github.com/balangan/homecare/internal/test/promise/day_borders"
	"github.com/balangan/homecare/internal/test/promise/distributed_schema"
	"github.com/balangan/homecare/internal/test/promise/document_lint"
	"github.com/balangan/homecare/internal/test/promise/documented_answers"
	"github.com/balangan/homecare/internal/test/promise/error_catalogue"
	"github.com/balangan/homecare/internal/test/promise/exact_quotas"
	"github.com/balangan/homecare/internal/test/promise/flooding_tenant"
	"github.com/balangan/homecare/internal/test/promise/foreign_as_unknown"
	"github.com/balangan/homecare/internal/test/promise/foreign_canaries"
	"github.com/balangan/homecare/internal/test/promise/forged_tokens"
	"github.com/balangan/homecare/internal/test/promise/full_disk"
	"github.com/balangan/homecare/internal/test/promise/generated_clients"
	"github.com/balangan/homecare/internal/test/promise/hostile_files"
	"github.com/balangan/homecare/internal/test/promise/idempotency_keys"
	"github.com/balangan/homecare/internal/test/promise/key_rotation"
	"github.com/balangan/homecare/internal/test/promise/killed_api"
	"github.com/balangan/homecare/internal/test/promise/killed_database"
	"github.com/balangan/homecare/internal/test/promise/late_acts"
	"github.com/balangan/homecare/internal/test/promise/lost_refresh"
	"github.com/balangan/homecare/internal/test/promise/mass_assignment"
	"github.com/balangan/homecare/internal/test/promise/merged_persons"
	"github.com/balangan/homecare/internal/test/promise/missed_changes"
	"github.com/balangan/homecare/internal/test/promise/one_time_codes"
	"github.com/balangan/homecare/internal/test/promise/password_rules"
	"github.com/balangan/homecare/internal/test/promise/random_year"
	"github.com/balangan/homecare/internal/test/promise/record_end"
	"github.com/balangan/homecare/internal/test/promise/request_fuzz"
	"github.com/balangan/homecare/internal/test/promise/revoked_access"
	"github.com/balangan/homecare/internal/test/promise/rolling_restarts"
	"github.com/balangan/homecare/internal/test/promise/sealed_cursors"
	"github.com/balangan/homecare/internal/test/promise/sealed_numbers"
	"github.com/balangan/homecare/internal/test/promise/shared_pool"
	"github.com/balangan/homecare/internal/test/promise/slow_connections"
	"github.com/balangan/homecare/internal/test/promise/state_exits"
	"github.com/balangan/homecare/internal/test/promise/subject_copy"
	"github.com/balangan/homecare/internal/test/promise/tenant_guard"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// The promises run one after the other: a fault concerns the whole process.

func TestAPI1(t *testing.T) { promise.Test(t, document_lint.Promise) }

func TestAPI2(t *testing.T) { promise.Test(t, documented_answers.Promise) }

func TestAPI3(t *testing.T) { promise.Test(t, request_fuzz.Short) }

func TestAPI4(t *testing.T) { promise.Test(t, generated_clients.Promise) }

func TestAPI5(t *testing.T) { promise.Test(t, breaking_changes.Promise) }

func TestAPI6(t *testing.T) { promise.Test(t, error_catalogue.Promise) }

func TestISO1(t *testing.T) { promise.Test(t, foreign_canaries.Promise) }

func TestISO4(t *testing.T) { promise.Test(t, foreign_as_unknown.Promise) }

func TestISO6(t *testing.T) { promise.Test(t, sealed_cursors.Promise) }

func TestISO7(t *testing.T) { promise.Test(t, mass_assignment.Promise) }

func TestAPI7(t *testing.T)  { promise.Test(t, concurrent_updates.Promise) }
func TestAUT1(t *testing.T)  { promise.Test(t, forged_tokens.Promise) }
func TestAUT2(t *testing.T)  { promise.Test(t, revoked_access.Promise) }
func TestAUT3(t *testing.T)  { promise.Test(t, one_time_codes.Promise) }
func TestAUT4(t *testing.T)  { promise.Test(t, lost_refresh.Promise) }
func TestAUT5(t *testing.T)  { promise.Test(t, password_rules.Promise) }
func TestAUT6(t *testing.T)  { promise.Test(t, brute_force.Promise) }
func TestISO3(t *testing.T)  { promise.Test(t, tenant_guard.Promise) }
func TestDUR6(t *testing.T)  { promise.Test(t, idempotency_keys.Promise) }
func TestDUR1(t *testing.T)  { promise.Test(t, killed_api.Promise) }
func TestDUR2(t *testing.T)  { promise.Test(t, killed_database.Promise) }
func TestPRI1(t *testing.T)  { promise.Test(t, sealed_numbers.Promise) }
func TestPRI2(t *testing.T)  { promise.Test(t, access_rows.Promise) }
func TestPRI3(t *testing.T)  { promise.Test(t, audit_seals.Promise) }
func TestPRI6(t *testing.T)  { promise.Test(t, record_end.Promise) }
func TestPRI7(t *testing.T)  { promise.Test(t, key_rotation.Promise) }
func TestPRI5(t *testing.T)  { promise.Test(t, subject_copy.Promise) }
func TestPRI8(t *testing.T)  { promise.Test(t, break_glass.Promise) }
func TestREC2(t *testing.T)  { promise.Test(t, case_visibility.Promise) }
func TestAPI8(t *testing.T)  { promise.Test(t, day_borders.Promise) }
func TestAPI9(t *testing.T)  { promise.Test(t, exact_quotas.Promise) }
func TestDUR10(t *testing.T) { promise.Test(t, slow_connections.Promise) }
func TestDUR5(t *testing.T)  { promise.Test(t, full_disk.Promise) }
func TestDUR7(t *testing.T)  { promise.Test(t, rolling_restarts.Promise) }
func TestISO5(t *testing.T)  { promise.Test(t, shared_pool.Promise) }
func TestINT4(t *testing.T)  { promise.Test(t, hostile_files.Promise) }
func TestISO8(t *testing.T)  { promise.Test(t, flooding_tenant.Promise) }
func TestREC1(t *testing.T)  { promise.Test(t, merged_persons.Short) }
func TestREC3(t *testing.T)  { promise.Test(t, random_year.Short) }
func TestREC4(t *testing.T)  { promise.Test(t, late_acts.Short) }
func TestSYN1(t *testing.T)  { promise.Test(t, missed_changes.Promise) }
func TestSCL1(t *testing.T)  { promise.Test(t, distributed_schema.Promise) }
func TestREC5(t *testing.T)  { promise.Test(t, state_exits.Promise) }
