package report

import (
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// monthOf selects a month.
type monthOf struct {
	// Month, YYYY-MM.
	Month string `query:"month" json:"-" validate:"required,month"`
}

// Status lists, for Dinkes, the state of the reports of every puskesmas and
// programme in a month. Reports never sent are missing. While a correction is
// under way, the list shows the official revision with the correction beside it.
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
		rows, err := pg.Rows[status](tx, `select p.slug as puskesmas, pp.programme_code as programme,
			coalesce(v.due_day, t.due_day) as due_day, m.state, m.sent_at, m.first_sent_at, m.differs, m.correction
			from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id
			join programme g on g.code = pp.programme_code join report_template t on t.code = g.report_template
			left join lateral (select r.state, r.sent_at, r.template_code, r.template_version, d.cells as differs,
					(select min(o.sent_at) from monthly_report o where `+sameReport+`) as first_sent_at,
					(select case when o.state <> 'returned' or not draft_withdrawn_after(o.id) then o.state end
						from monthly_report o
						where `+sameReport+` and o.revision > r.revision order by o.revision desc limit 1) as correction
				from monthly_report r left join report_delta d on d.puskesmas_id = r.puskesmas_id and d.report_id = r.id
				and r.state in ('sent', 'accepted', 'archived')
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
			out[i] = homecare.ReportStatus{Puskesmas: r.Puskesmas, Programme: r.Programme, Month: in.Month,
				State: "missing", DueOn: due,
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
