package report

import (
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Accept is Dinkes taking a sent report; a correction supersedes what it corrects.
func (s *Service) Accept(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoAccept, in.Note, func(tx pg.Tx, r *row, to State) error {
		if err := s.supersede(tx, *r); err != nil {
			return err
		}
		return decided(tx, r, to, in.Note)
	})
}

// Return is Dinkes sending a report back with notes: that version stays, and
// the next one opens as a draft.
func (s *Service) Return(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoReturn, in.Note, func(tx pg.Tx, r *row, to State) error {
		if err := decided(tx, r, to, in.Note); err != nil {
			return err
		}
		_, err := s.openNext(tx, *r, "")
		return err
	})
}

// Archive ends an accepted report: it does not change any more (SOP HS flow).
func (s *Service) Archive(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoArchive, in.Note, func(tx pg.Tx, r *row, to State) error {
		now := tx.Now()
		r.ArchivedAt = &now
		_, err := tx.Exec(`update monthly_report set state = $2, archived_at = $3, version = version + 1 where id = $1`, r.ID, to, now)
		return err
	})
}

// Reopen has the puskesmas correct an accepted or archived report: its next
// revision opens as a draft. The answer is the report, which stays official
// meanwhile. Error: ErrUnderWay.
func (s *Service) Reopen(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoReopen, in.Note, func(tx pg.Tx, r *row, _ State) error {
		r.Version-- // the report itself does not change
		_, err := s.openNext(tx, *r, in.Note)
		return err
	})
}

// decide locks a report, checks If-Match, state and note, and runs f.
func (s *Service) decide(ctx context.Context, id string, do Action, note string, f func(pg.Tx, *row, State) error) (homecare.Report, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		return changeIn(tx, id, func(tx pg.Tx, r row) (row, error) {
			to, err := r.after(tx, do)
			if err != nil {
				return r, err
			}
			if err := patient.AnonymousAt(ctx, s.db, r.PuskesmasID, patient.Text{Pointer: "/note", Text: note}); err != nil {
				return r, err
			}
			if err := f(tx, &r, to); err != nil {
				return r, err
			}
			return s.moved(tx, r, to, do, note)
		})
	})
}

func decided(tx pg.Tx, r *row, to State, note string) error {
	now := tx.Now()
	r.DecidedAt, r.DecisionNote = &now, &note
	_, err := tx.Exec(`update monthly_report set state = $2, decided_at = $3, decided_by = $4, decision_note = $5, version = version + 1 where id = $1`,
		r.ID, to, now, tx.Principal().UserID, note)
	return err
}

// supersede ends the official revision that r is about to take the place of.
func (s *Service) supersede(tx pg.Tx, r row) error {
	official, err := pg.Rows[row](tx, `select o.id, o.puskesmas_id, o.state from monthly_report o, monthly_report r where r.id = $1 and `+sameReport+`
		and o.state in ('accepted', 'archived') for update of o`, r.ID)
	for _, o := range official {
		to, err := Machine.After(o.State, supersede)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`update monthly_report set state = $2, version = version + 1 where id = $1`, o.ID, to); err != nil {
			return err
		}
		if _, err := s.moved(tx, o, to, supersede, ""); err != nil {
			return err
		}
	}
	return err
}

// monthOf names a month.
type monthOf struct {
	Month string `query:"month" json:"-" validate:"required,month"`
}

// Status lists, for Dinkes, where the report of every puskesmas and programme
// of a month stands; those that were never sent are missing. The official revision
// is shown while its correction is under way, which stands beside it.
func (s *Service) Status(ctx context.Context, in monthOf) (homecare.Page[homecare.ReportStatus], error) {
	type status struct {
		Puskesmas   string
		Programme   string
		State       *string
		SentAt      *time.Time
		FirstSentAt *time.Time
		Differs     *int
		Correction  *string
		DueDay      int
	}
	_, until, err := clock.MonthBounds(in.Month)
	if err != nil {
		return homecare.Page[homecare.ReportStatus]{}, errors.Join(fault.ErrInvalid, err)
	}
	out, err := pg.District(ctx, s.db, func(tx pg.Tx) ([]homecare.ReportStatus, error) {
		rows, err := pg.Rows[status](tx, `select p.slug as puskesmas, pp.programme_code as programme, coalesce(v.due_day, t.due_day) as due_day, m.state, m.sent_at, m.first_sent_at, m.differs, m.correction
			from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id join programme g on g.code = pp.programme_code join report_template t on t.code = g.report_template
			left join lateral (select r.state, r.sent_at, r.template_code, r.template_version, d.cells as differs,
					(select min(o.sent_at) from monthly_report o where `+sameReport+`) as first_sent_at,
					(select case when o.state <> 'returned' or not draft_withdrawn_after(o.id) then o.state end
						from monthly_report o where `+sameReport+` and o.revision > r.revision order by o.revision desc limit 1) as correction
				from monthly_report r left join report_delta d on d.puskesmas_id = r.puskesmas_id and d.report_id = r.id and r.state in ('sent', 'accepted', 'archived')
				where r.puskesmas_id = pp.puskesmas_id and r.programme_code = pp.programme_code and r.month = $1
				order by r.state in ('accepted', 'archived') desc, r.revision desc limit 1) m on true
			left join report_template_version v on v.code = m.template_code and v.version = m.template_version
			where pp.starts_on < $2::timestamptz order by pp.programme_code, p.id`, in.Month, until)
		if err != nil {
			return nil, err
		}
		out := make([]homecare.ReportStatus, len(rows))
		for i, r := range rows {
			due := dueOn(in.Month, r.DueDay)
			out[i] = homecare.ReportStatus{Puskesmas: r.Puskesmas, Programme: r.Programme, Month: in.Month, State: "missing", DueOn: due,
				Late: late(due, r.FirstSentAt, tx.Now()), SentAt: r.SentAt, Differs: r.Differs}
			if r.State != nil {
				out[i].State = *r.State
			}
			if r.Correction != nil {
				out[i].CorrectionState = *r.Correction
			}
		}
		return out, nil
	})
	return homecare.Page[homecare.ReportStatus]{Data: out}, err
}
