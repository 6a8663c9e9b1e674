package report

import (
	"cmp"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

func init() {
	pg.Explain(map[string]error{
		"monthly_report_under_way_uq": ErrUnderWay,
		"monthly_report_revision_uq":  ErrUnderWay,
	})
}

// template is the template version of a report.
type template struct {
	TemplateCode    string
	TemplateVersion int64
	TitleID         string
	TitleEN         string
	Sections        []section
	DueDay          int
}

// signatory is a staff member as printed under a report.
type signatory struct {
	Name     string `json:"name"`
	NIP      string `json:"nip"`
	Position string `json:"position"`
}

// signatoryIn returns the caller as a signatory.
func signatoryIn(tx pg.Tx) (signatory, error) {
	return pg.Row[signatory](tx, `select name, coalesce(nip, '') as nip, position from staff_of_puskesmas()
		where account_id = $1 limit 1`, tx.Principal().UserID)
}

// row is a row of monthly_report.
type row struct {
	ID            string
	PuskesmasID   int16
	Puskesmas     string
	ProgrammeCode string
	Month         string
	Revision      int
	State         State
	Note          string
	Figures       *homecare.ReportFigures
	FiguresHash   *string
	Coordinator   *signatory
	Head          *signatory
	SubmittedAt   *time.Time
	UpdatedAt     time.Time
	SubmittedBy   *string
	SentAt        *time.Time
	DecidedAt     *time.Time
	DecisionNote  *string
	ArchivedAt    *time.Time
	Version       int64
	template
	// FirstSentAt is when the first sent revision was sent. It decides whether
	// the report is late.
	FirstSentAt *time.Time
	// UnderWay is the id of a later revision that is under way or official, ""
	// for none.
	UnderWay string
	// Replaces is the number of the earlier accepted revision, 0 for none.
	Replaces int
	// Differs is the number of cells in which the records differed from the
	// frozen figures at DiffersAt.
	Differs   *int
	DiffersAt *time.Time

	warnings []homecare.Warning // of the act
}

const rowColumns = `r.id, r.puskesmas_id, p.slug as puskesmas, r.programme_code, r.template_code, r.month, r.revision,
	r.state, r.note, r.figures, r.figures_hash, r.coordinator, r.head,
	r.submitted_at, r.submitted_by, r.sent_at, r.decided_at, r.decision_note, r.archived_at,
	r.changed_at as updated_at,
	r.version,
	r.template_version, t.title_id, t.title_en, t.sections, t.due_day,
	(select min(o.sent_at) from monthly_report o
	where ` + sameReport + ` and o.revision <= r.revision) as first_sent_at,
	coalesce((select o.id::text from monthly_report o where ` + sameReport + ` and o.revision > r.revision
		and o.state in ('draft', 'submitted', 'sent', 'accepted', 'archived') order by o.revision desc limit 1), '') as
		under_way,
	coalesce((select max(o.revision) from monthly_report o where ` + sameReport + ` and o.revision < r.revision
		and o.state in ('accepted', 'archived', 'superseded')), 0) as replaces, d.cells as differs,
		d.computed_at as differs_at`

// sameReport joins the revisions o of report r.
const sameReport = `o.puskesmas_id = r.puskesmas_id and o.template_code = r.template_code
	and o.programme_code = r.programme_code and o.month = r.month`

const rowFrom = ` from monthly_report r join puskesmas p on p.id = r.puskesmas_id
	join report_template_version t on t.code = r.template_code and t.version = r.template_version
	left join report_delta d on d.puskesmas_id = r.puskesmas_id and d.report_id = r.id and r.state in ` + compared + ` `

func rowByID(tx pg.Tx, id string, lock bool) (row, error) {
	q := `select ` + rowColumns + rowFrom + `where r.id = $1`
	if lock {
		q += ` for update of r`
	}
	return pg.Row[row](tx, q, id)
}

// locked is rowByID with a lock for a change. An ended report is not locked: Dinkes
// reads it and may neither lock it nor see an unsent report. Error:
// fault.ErrNotFound.
func locked(tx pg.Tx, id string) (row, error) {
	r, err := rowByID(tx, id, true)
	if !errors.Is(err, fault.ErrNotFound) {
		return r, err
	}
	if r, err = rowByID(tx, id, false); err == nil && r.State != Returned && r.State != Superseded {
		err = fault.ErrNotFound
	}
	return r, err
}

func (r row) wire(now time.Time) homecare.Report {
	due := dueOn(r.Month, r.DueDay)
	w := homecare.Report{ID: r.ID, Puskesmas: r.Puskesmas, Programme: r.ProgrammeCode, Template: r.TemplateCode,
		TemplateVersion: r.TemplateVersion,
		Month:           r.Month, Revision: r.Revision, Replaces: r.Replaces, State: string(r.State), Note: r.Note,
		DueOn: due,
		Late:  late(due, cmp.Or(r.FirstSentAt, r.SentAt), now), SubmittedAt: r.SubmittedAt, SentAt: r.SentAt,
		DecidedAt: r.DecidedAt, ArchivedAt: r.ArchivedAt, Figures: r.Figures, Differs: r.Differs,
		DiffersAt: r.DiffersAt, UpdatedAt: r.UpdatedAt, Version: r.Version, Warnings: r.warnings}
	if r.FiguresHash != nil {
		w.FiguresHash = *r.FiguresHash
	}
	if r.DecisionNote != nil {
		w.DecisionNote = *r.DecisionNote
	}
	return w
}

// templateOf is the current template of a programme, for a new report.
func templateOf(tx pg.Tx, programme string) (template, error) {
	return pg.Row[template](tx, `select t.code as template_code, t.version as template_version, t.title_id, t.title_en,
		t.sections, t.due_day
		from programme g join report_template t on t.code = g.report_template where g.code = $1`, programme)
}

// openVisits are the visits of the month without an end, ordered by plan: with them open,
// the report would be wrong. A visit that has begun belongs to the month in which it
// began.
func openVisits(tx pg.Tx, programme string, from, to time.Time) ([]string, error) {
	return pg.Scalar[[]string](tx, `select array(select id::text from counted_visit where programme_code = $1
		and state in ('planned', 'in_progress')
		and counts_on >= $2::text::date and counts_on < $3::text::date order by planned_for,
		id)`, programme, clock.Day(from), clock.Day(to))
}

// waiting is the warning of undecided acts.
var waiting = fault.Text{
	ID: "Masih ada {count} kiriman terlambat bulan ini yang menunggu keputusan dan tidak ada di angka laporan ini.",
	EN: "{count} parked acts of this month still wait to be decided and are in none of the figures of this report."}

// waitingIn warns of the parked acts of a month: those on cases of the
// programme, and those about no case yet.
func waitingIn(tx pg.Tx, programme string, from, to time.Time) ([]homecare.Warning, error) {
	n, err := pg.Scalar[int](tx, `select count(*) from parked_act a left join care_case c on c.puskesmas_id =
		a.puskesmas_id and c.id = a.case_id
		where a.state = 'parked' and a.act_at >= $2 and a.act_at < $3
		and (a.case_id is null or c.programme_code = $1)`, programme, from, to)
	if err != nil || n == 0 {
		return nil, err
	}
	return []homecare.Warning{{Code: "parked_waiting", Message: waiting.In(tx.Call().Language,
		map[string]any{"count": n})}}, nil
}

// begins is the first month of the programme in the caller's puskesmas, "" where
// it does not run.
func begins(tx pg.Tx, programme string) (string, error) {
	return pg.Scalar[string](tx, `select coalesce((select to_char(starts_on, 'YYYY-MM') from puskesmas_programme
		where puskesmas_id = $1 and programme_code = $2), '')`, tx.Principal().PuskesmasID, programme)
}
