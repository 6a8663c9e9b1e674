package app

import (
	"context"
	"slices"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/pkg/homecare"
)

// changing are the records whose newest change a conflict tells, by their name in the path.
// Acts of other kinds, such as a request about a person's data or a hold, may be nothing for
// the caller, who has passed the check of who may see the record itself; auditors read all.
var changing = map[string]audit.Changing{
	"patients":              {Table: "patient", Kind: "patient"},
	"cases":                 {Table: "care_case", Kind: "case"},
	"visits":                {Table: "visit", Kind: "visit"},
	"follow-ups":            {Table: "follow_up", Kind: "follow_up"},
	"alerts":                {Table: "alert", Kind: "alert"},
	"documents":             {Table: "document", Kind: "document"},
	"attachments":           {Table: "attachment", Kind: "attachment"},
	"reports":               {Table: "monthly_report", Kind: "report", Shared: true},
	"consents":              {Table: "consent", Kind: "consent", Under: "patient_id"},
	"teams":                 {Table: "team", Kind: "team"},
	"evaluations":           {Table: "evaluation", Kind: "evaluation"},
	"parked":                {Table: "parked_act", Kind: "parked"},
	"imports":               {Table: "import_file", Kind: "import"},
	"duplicates":            {Table: "duplicate_candidate", Kind: "duplicate"},
	"users":                 {Table: "account", Kind: "account", Shared: true},
	"memberships":           {Table: "membership", Kind: "membership", Shared: true},
	"clients":               {Table: "machine_client", Kind: "client", Shared: true},
	"break-glass":           {Table: "break_glass", Kind: "break_glass", Shared: true},
	"breaches":              {Table: "breach", Kind: "breach", Shared: true},
	"data-subject-requests": {Table: "data_subject_request", Kind: "data_subject_request", Under: "patient_id"},
}

// silent are acts on such a record that do not change it.
var silent = []string{"patient.reveal", "document.render", "visit.checklist", "client.token", "client.locked",
	"data_subject_request.export"}

// changed is the newest change of a record; nil where there is none to tell.
func (a *App) changed(ctx context.Context, records, id string) *homecare.Change {
	of, ok := changing[records]
	if !ok {
		return nil
	}
	if p, _ := auth.From(ctx); slices.Contains(auditors, p.Role) {
		of.Kind = audit.AnyKind
	}
	c, err := audit.LastChange(ctx, a.DB, of, silent, id)
	if err != nil {
		return nil // the conflict is the answer
	}
	return &c
}
