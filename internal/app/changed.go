package app

import (
	"context"
	"strings"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/pkg/homecare"
)

// changing are the tables of the records whose newest change a conflict tells, by the
// beginning of their path. The caller has passed the check of who may see the record.
var changing = map[string]string{
	"patients": "patient", "cases": "care_case", "visits": "visit", "follow-ups": "follow_up", "alerts": "alert",
	"documents": "document", "reports": "monthly_report", "teams": "team", "evaluations": "evaluation",
	"parked": "parked_act", "imports": "import_file", "duplicates": "duplicate_candidate",
}

// changed is the newest change of the record in a path; nil where there is none to tell.
func (a *App) changed(ctx context.Context, path, id string) *homecare.Change {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
	table, ok := changing[name]
	if !ok {
		return nil
	}
	c, err := audit.LastChange(ctx, a.DB, table, id)
	if err != nil {
		return nil // the conflict is the answer
	}
	return &c
}
