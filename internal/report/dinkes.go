package report

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Accept is Dinkes taking a sent report.
func (s *Service) Accept(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, "accept", in.Note, false)
}

// Return is Dinkes sending a report back with notes: that version stays, and
// the next one opens as a draft.
func (s *Service) Return(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, "return", in.Note, true)
}

// Archive ends an accepted report: it does not change any more (SOP HS flow).
func (s *Service) Archive(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, "archive", in.Note, false)
}

func (s *Service) decide(ctx context.Context, id, action, note string, reopen bool) (homecare.Report, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		return changeIn(tx, id, func(tx pg.Tx, r row) (row, error) {
			to, err := next(r.State, action)
			if err != nil {
				return r, access.Narrow(tx, "/v1/reports/{id}", err)
			}
			if err := patient.AnonymousAt(ctx, s.db, r.PuskesmasID, patient.Text{Pointer: "/note", Text: note}); err != nil {
				return r, err
			}
			now := tx.Now()
			if action == "archive" {
				r.ArchivedAt = &now
				_, err = tx.Exec(`update monthly_report set state = $2, archived_at = $3, version = version + 1 where id = $1`, r.ID, to, now)
			} else {
				r.DecidedAt, r.DecisionNote = &now, &note
				_, err = tx.Exec(`update monthly_report set state = $2, decided_at = $3, decided_by = $4, decision_note = $5, version = version + 1 where id = $1`,
					r.ID, to, now, tx.Principal().UserID, note)
			}
			if err != nil {
				return r, err
			}
			if reopen {
				if err := s.reopen(tx, r); err != nil {
					return r, err
				}
			}
			return s.moved(tx, r, to, action, note)
		})
	})
}

// reopen opens the next revision of a returned report.
func (s *Service) reopen(tx pg.Tx, r row) error {
	next := uuid.Must(uuid.NewV7()).String()
	if _, err := tx.Exec(`insert into monthly_report (puskesmas_id, id, programme_code, template_code, month, revision, state, note, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9)`,
		r.PuskesmasID, next, r.ProgrammeCode, r.TemplateCode, r.Month, r.Revision+1, r.Note, tx.Now(), tx.Principal().UserID); err != nil {
		return err
	}
	r.ID = next
	return s.note(tx, r, "", Draft, "")
}

// monthOf names a month.
type monthOf struct {
	Month string `query:"month" json:"-" validate:"required,month"`
}

// Status lists, for Dinkes, where the report of every puskesmas and programme
// of a month stands; those that were never sent are missing.
func (s *Service) Status(ctx context.Context, in monthOf) (homecare.Page[homecare.ReportStatus], error) {
	type status struct {
		Puskesmas string
		Programme string
		State     *string
		SentAt    *time.Time
		DueDay    int
	}
	_, until, err := clock.MonthBounds(in.Month)
	if err != nil {
		return homecare.Page[homecare.ReportStatus]{}, errors.Join(fault.ErrInvalid, err)
	}
	out, err := pg.District(ctx, s.db, func(tx pg.Tx) ([]homecare.ReportStatus, error) {
		rows, err := pg.Rows[status](tx, `select p.slug as puskesmas, pp.programme_code as programme, t.due_day, r.state, r.sent_at
			from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id join programme g on g.code = pp.programme_code join report_template t on t.code = g.report_template
			left join lateral (select state, sent_at from monthly_report m where m.puskesmas_id = pp.puskesmas_id and m.programme_code = pp.programme_code and m.month = $1
				order by revision desc limit 1) r on true
			where pp.starts_on < $2::timestamptz order by pp.programme_code, p.id`, in.Month, until)
		if err != nil {
			return nil, err
		}
		out := make([]homecare.ReportStatus, len(rows))
		for i, r := range rows {
			due := dueOn(in.Month, r.DueDay)
			out[i] = homecare.ReportStatus{Puskesmas: r.Puskesmas, Programme: r.Programme, Month: in.Month, State: "missing", DueOn: due,
				Late: late(due, r.SentAt, tx.Now()), SentAt: r.SentAt}
			if r.State != nil {
				out[i].State = *r.State
			}
		}
		return out, nil
	})
	return homecare.Page[homecare.ReportStatus]{Data: out}, err
}
