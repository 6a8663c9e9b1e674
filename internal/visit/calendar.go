package visit

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// CalendarFilter is the days of a calendar, both inclusive.
type CalendarFilter struct {
	// First day.
	From string `query:"from" json:"-" validate:"required,date"`
	// Last day, at most 62 days later.
	To string `query:"to" json:"-" validate:"required,date"`
}

// MaxCalendarDays is the maximum number of days of a calendar.
const MaxCalendarDays = 62

// Calendar returns the caller's own stops per business day: time, village and
// number of visits. It names no patient.
func (s *Service) Calendar(ctx context.Context, f CalendarFilter) (homecare.Page[homecare.CalendarDay], error) {
	var out homecare.Page[homecare.CalendarDay]
	from, _, err := clock.DayBounds(f.From)
	if err != nil {
		return out, err
	}
	_, to, err := clock.DayBounds(f.To)
	if err != nil {
		return out, err
	}
	var check fault.Check
	check.That(to.Sub(from) <= MaxCalendarDays*24*time.Hour, "query/to", "span", "Paling lama 62 hari.",
		"At most 62 days.")
	if err := check.Err(); err != nil {
		return out, err
	}
	stops, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) ([]homecare.CalendarStop, error) {
		return pg.Rows[homecare.CalendarStop](tx, `select s.id as stop_id, s.starts_at, s.ends_at,
			s.village_code as village, vi.name as village_name, count(*)::int as visits
			from stop s join stop_member m on m.puskesmas_id = s.puskesmas_id and m.stop_id = s.id
			join visit v on v.puskesmas_id = s.puskesmas_id and v.stop_id = s.id
			and v.state in ('planned', 'in_progress', 'completed')
			join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id and `+access.Listed("c")+`
			join village vi on vi.code = s.village_code
			where s.starts_at >= $1 and s.starts_at < $2 and m.account_id = $3
			group by s.id, s.starts_at, s.ends_at, s.village_code, vi.name order by s.starts_at,
			s.id`, from, to, tx.Principal().UserID)
	})
	out.Data = []homecare.CalendarDay{}
	for _, st := range stops {
		d := clock.Day(st.StartsAt)
		if n := len(out.Data); n == 0 || out.Data[n-1].Date != d {
			out.Data = append(out.Data, homecare.CalendarDay{Date: d, Stops: []homecare.CalendarStop{}})
		}
		last := &out.Data[len(out.Data)-1]
		last.Stops = append(last.Stops, st)
	}
	return out, err
}
