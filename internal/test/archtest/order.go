// Package archtest holds the architecture as tests: who may import what, and
// the traps that a reviewer would have to see by eye.
package archtest

// Order is the one direction of imports (docs/architecture.md, ADR 27): a room
// imports only those before it. A room below another one is named with its path.
var Order = []string{"reference", "access", "sentmonth", "audit", "puskesmas", "signin", "staff", "machine", "patient",
	"consent", "due", "fact",
	"rule", "disclosure", "source", "intake", "priority", "team", "episode", "followup", "alert", "visit/record",
	"visit", "late", "schedule",
	"attachment", "document", "report", "evaluation", "dashboard", "retention", "privacy", "backup", "event", "export"}
