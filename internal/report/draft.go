package report

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Draft opens the report of a month of the caller's puskesmas. The current
// month is allowed, as a preview. Errors: ErrNotRun, ErrMonthFuture, ErrExists.
func (s *Service) Draft(ctx context.Context, in homecare.DraftReport) (homecare.Report, error) {
	return pg.Snapshot(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		var none homecare.Report
		if err := noteIn(tx, in.Note); err != nil {
			return none, err
		}
		if in.Month > clock.Month(tx.Now()) {
			return none, ErrMonthFuture.InField("/month", "future")
		}
		first, err := begins(tx, in.Programme)
		if err != nil {
			return none, err
		}
		if first == "" {
			return none, ErrNotRun.InField("/programme", "not_run")
		}
		if in.Month < first {
			return none, fault.ErrInvalid.At(fault.Field{Pointer: "/month", Code: "before_programme",
				Args: map[string]any{"first": first}, Text: fault.Text{
					ID: "Program ini baru berjalan di puskesmas Anda sejak {first}. Pilih bulan itu atau sesudahnya.",
					EN: "This programme runs in your puskesmas since {first}. Choose that month or a later one."}})
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		opened := row{ID: in.ID, PuskesmasID: tx.Principal().PuskesmasID, ProgrammeCode: in.Programme, Month: in.Month,
			Note: in.Note}
		if opened.template, err = templateOf(tx, in.Programme); err != nil {
			return none, err
		}
		if opened.Revision, err = next(tx, opened); err != nil {
			return none, err
		}
		r, err := s.openIn(tx, opened, in.Note)
		if err != nil {
			return none, err
		}
		figures, err := compute(tx, r.template, in.Programme, in.Month, "id")
		if err != nil {
			return none, err
		}
		r.Figures = &figures
		return r.wire(tx.Now()), s.trail.Record(tx, audit.Event{Action: "report.draft", SubjectKind: "report",
			SubjectID: r.ID,
			After:     map[string]any{"programme": in.Programme, "month": in.Month}})
	})
}

// next is the number of a report that is opened again for its month. Error:
// ErrExists where one is under way or official.
func next(tx pg.Tx, r row) (int, error) {
	type known struct {
		Latest int
		Stands *string
	}
	k, err := pg.Row[known](tx, `select coalesce(max(revision), 0) as latest, 
			(array_agg(id::text order by revision desc) filter
			(where state not in ('withdrawn', 'returned', 'superseded')))[1] as stands
		from monthly_report where programme_code = $1 and template_code = $2
		and month = $3`, r.ProgrammeCode, r.TemplateCode, r.Month)
	if err == nil && k.Stands != nil {
		err = ErrExists.Extend("report_id", *k.Stands)
	}
	return k.Latest + 1, err
}

// openIn opens a draft with the given revision and template.
func (s *Service) openIn(tx pg.Tx, r row, note string) (row, error) {
	if _, err := tx.Exec(`insert into monthly_report (puskesmas_id, id, programme_code, template_code, template_version,
		month, revision, state, note, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9,
		$10)`, r.PuskesmasID, r.ID, r.ProgrammeCode, r.TemplateCode, r.TemplateVersion, r.Month, r.Revision,
		r.Note, tx.Now(), tx.Principal().UserID); err != nil {
		return r, err
	}
	if err := s.note(tx, r, "", Draft, note); err != nil || r.PuskesmasID != tx.Principal().PuskesmasID {
		return r, err // Dinkes does not see drafts
	}
	return rowByID(tx, r.ID, false)
}

// openNext opens the revision after r, with the same template.
func (s *Service) openNext(tx pg.Tx, r row, why string) (row, error) {
	latest, err := pg.Scalar[int](tx, `select max(o.revision) from monthly_report o, monthly_report r where r.id = $1
		and `+sameReport, r.ID)
	if err != nil {
		return r, err
	}
	r.ID, r.Revision, r.State = uuid.Must(uuid.NewV7()).String(), latest+1, Draft
	return s.openIn(tx, r, why)
}
