package app

import (
	"context"
	"strings"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/pkg/homecare"
)

// changing are the records whose newest change a conflict tells, by the beginning of their
// path: the table, and the kind of the acts that change it. Acts of other kinds, such as a
// request about a person's data or a hold, may be nothing for the caller, who has passed the
// check of who may see the record itself.
var changing = map[string]struct{ table, kind string }{
	"patients": {"patient", "patient"}, "cases": {"care_case", "case"}, "visits": {"visit", "visit"},
	"follow-ups": {"follow_up", "follow_up"}, "alerts": {"alert", "alert"}, "documents": {"document", "document"},
	"reports": {"monthly_report", "report"}, "teams": {"team", "team"}, "evaluations": {"evaluation", "evaluation"},
	"parked": {"parked_act", "parked"}, "imports": {"import_file", "import"},
	"duplicates": {"duplicate_candidate", "duplicate"},
}

// silent are acts on such a record that do not change it.
var silent = []string{"patient.reveal", "document.render", "visit.checklist"}

// changed is the newest change of the record in a path; nil where there is none to tell.
func (a *App) changed(ctx context.Context, path, id string) *homecare.Change {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
	of, ok := changing[name]
	if !ok {
		return nil
	}
	c, err := audit.LastChange(ctx, a.DB, of.table, of.kind, silent, id)
	if err != nil {
		return nil // the conflict is the answer
	}
	return &c
}
