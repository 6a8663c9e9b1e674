package report

import (
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

func init() {
	pg.Explain(map[string]error{
		"monthly_report_open_uq":     ErrExists,
		"monthly_report_revision_uq": ErrExists,
	})
}

// template is a row of report_template.
type template struct {
	Code     string
	TitleID  string
	TitleEN  string
	Sections []section
	DueDay   int
}

// signatory is a member of staff as printed under a report.
type signatory struct {
	Name     string `json:"name"`
	NIP      string `json:"nip"`
	Position string `json:"position"`
}

// signatoryIn is the caller as a signatory.
func signatoryIn(tx pg.Tx) (signatory, error) {
	return pg.Row[signatory](tx, `select name, coalesce(nip, '') as nip, position from staff_of_puskesmas() where account_id = $1 limit 1`, tx.Principal().UserID)
}

// row is a row of monthly_report.
type row struct {
	ID            string
	PuskesmasID   int16
	Puskesmas     string
	ProgrammeCode string
	TemplateCode  string
	Month         string
	Revision      int
	State         State
	Note          string
	Figures       *homecare.ReportFigures
	FiguresHash   *string
	Coordinator   *signatory
	Head          *signatory
	SubmittedAt   *time.Time
	SubmittedBy   *string
	SentAt        *time.Time
	DecidedAt     *time.Time
	DecisionNote  *string
	ArchivedAt    *time.Time
	Version       int64
	DueDay        int
}

const rowColumns = `r.id, r.puskesmas_id, p.slug as puskesmas, r.programme_code, r.template_code, r.month, r.revision, r.state, r.note, r.figures, r.figures_hash, r.coordinator, r.head,
	r.submitted_at, r.submitted_by, r.sent_at, r.decided_at, r.decision_note, r.archived_at, r.version, t.due_day`

const rowFrom = ` from monthly_report r join puskesmas p on p.id = r.puskesmas_id join report_template t on t.code = r.template_code `

func rowByID(tx pg.Tx, id string, lock bool) (row, error) {
	q := `select ` + rowColumns + rowFrom + `where r.id = $1`
	if lock {
		q += ` for update of r`
	}
	return pg.Row[row](tx, q, id)
}

func (r row) wire(now time.Time) homecare.Report {
	due := dueOn(r.Month, r.DueDay)
	w := homecare.Report{ID: r.ID, Puskesmas: r.Puskesmas, Programme: r.ProgrammeCode, Template: r.TemplateCode, Month: r.Month, Revision: r.Revision,
		State: string(r.State), Note: r.Note, DueOn: due, Late: late(due, r.SentAt, now), SubmittedAt: r.SubmittedAt, SentAt: r.SentAt,
		DecidedAt: r.DecidedAt, ArchivedAt: r.ArchivedAt, Figures: r.Figures, Version: r.Version}
	if r.FiguresHash != nil {
		w.FiguresHash = *r.FiguresHash
	}
	if r.DecisionNote != nil {
		w.DecisionNote = *r.DecisionNote
	}
	return w
}

func templateOf(tx pg.Tx, programme string) (template, error) {
	return pg.Row[template](tx, `select t.code, t.title_id, t.title_en, t.sections, t.due_day from programme g join report_template t on t.code = g.report_template where g.code = $1`, programme)
}

// openVisits counts the visits of the month that nobody closed: a report
// without them would not be true.
func openVisits(tx pg.Tx, programme string, from, to time.Time) (int, error) {
	return pg.Scalar[int](tx, `select count(*) from visit where programme_code = $1 and state in ('planned', 'in_progress') and planned_for >= $2 and planned_for < $3`, programme, from, to)
}

// begins is the first month of the programme in the caller's puskesmas; "" where
// it does not run.
func begins(tx pg.Tx, programme string) (string, error) {
	return pg.Scalar[string](tx, `select coalesce((select to_char(starts_on, 'YYYY-MM') from puskesmas_programme
		where puskesmas_id = $1 and programme_code = $2), '')`, tx.Principal().PuskesmasID, programme)
}
