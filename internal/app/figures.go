package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/telemetry"
)

// figures registers the figures that the operator's alerts need besides those
// of requests: counts and ages, never a person, an account or an address.
func (a *App) figures() {
	a.Metrics.AddSource(telemetry.Source{Name: "database", Every: 10 * time.Second, Timeout: 3 * time.Second,
		Figures: []telemetry.Figure{
			{Name: "homecare_outbox_rows", Help: "Events that wait to become jobs."},
			{Name: "homecare_outbox_oldest_seconds", Help: "Age of the event that waits longest; 0 when none waits."},
			{Name: "homecare_jobs",
				Help:  "Jobs that are not done, by River's state: available, running, retryable, scheduled, discarded.",
				Label: "state"},
			{Name: "homecare_db_clock_skew_seconds", Help: "Clock of the database less clock of this machine."},
			{Name: "homecare_db_size_bytes", Help: "Size of the database."},
			{Name: "homecare_db_oldest_transaction_seconds",
				Help: "Age of the oldest open transaction of the system role; long ones keep dead rows."},
		}, Read: a.databaseFigures})
	a.watchFigures()
	a.Metrics.AddSource(telemetry.Source{Name: "reports", Every: 5 * time.Minute, Timeout: 3 * time.Second,
		Figures: []telemetry.Figure{
			{Name: "homecare_reports_unsent",
				Help:  "Puskesmas whose report of the last month has not been sent to Dinkes, by programme.",
				Label: "programme"},
			{Name: "homecare_report_due_seconds",
				Help:  "Until the last month's report is due (end of due_day, WITA), by programme; negative when over.",
				Label: "programme"},
		}, Read: a.reportFigures})
	if a.Config.BlobDir != "" {
		a.Metrics.AddDisk("attachments", a.Config.BlobDir)
	}
	if a.Config.StatusDir != "" {
		a.Metrics.AddStatusDir(a.Config.StatusDir)
	}
}

// jobStates are the states of a job that is not done. Each is reported, also as
// 0.
var jobStates = []string{"available", "running", "retryable", "scheduled", "discarded"}

func (a *App) databaseFigures(ctx context.Context) ([]telemetry.Sample, error) {
	var rows, oldest, clockNow, size, transaction float64
	jobs := make([]float64, len(jobStates))
	before := time.Now()
	// One statement outside any tenant, with the rights of the dispatcher.
	err := a.DB.SystemPool().QueryRow(ctx, `select o.n, o.age, extract(epoch from clock_timestamp())::float8,
		pg_database_size(current_database())::float8,
			coalesce((select extract(epoch from max(clock_timestamp() - xact_start)) from pg_stat_activity
			where usename = current_user and pid <> pg_backend_pid()), 0)::float8,
			(select array_agg(coalesce(c.n, 0) order by s.at)::float8[]
			from unnest($1::text[]) with ordinality s(state, at)
				left join (select state::text, count(*) as n from river.river_job
				where state in ('available', 'running', 'retryable', 'scheduled', 'discarded') group by 1) c using
				(state))
		from (select count(*)::float8 as n, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8
		as age from outbox) o`, jobStates).
		Scan(&rows, &oldest, &clockNow, &size, &transaction, &jobs)
	if err != nil {
		return nil, err
	}
	middle := before.Add(time.Since(before) / 2)
	out := []telemetry.Sample{
		{Name: "homecare_outbox_rows", Value: rows},
		{Name: "homecare_outbox_oldest_seconds", Value: oldest},
		{Name: "homecare_db_clock_skew_seconds", Value: clockNow - float64(middle.UnixMicro())/1e6},
		{Name: "homecare_db_size_bytes", Value: size},
		{Name: "homecare_db_oldest_transaction_seconds", Value: transaction},
	}
	for i, s := range jobStates {
		out = append(out, telemetry.Sample{Name: "homecare_jobs", Label: s, Value: jobs[i]})
	}
	return out, nil
}

// reportFigures counts the reports of the previous month that puskesmas have
// not submitted yet. It reads one puskesmas at a time: no role sees all drafts
// at once.
func (a *App) reportFigures(ctx context.Context) ([]telemetry.Sample, error) {
	now := clock.Now(ctx)
	begin, _, err := clock.MonthBounds(clock.Month(now))
	if err != nil {
		return nil, err
	}
	month := clock.Month(begin.Add(-time.Hour))
	type duty struct {
		PuskesmasID   int16
		ProgrammeCode string
		DueDay        int
	}
	duties, err := pg.System(ctx, a.DB, "figures", func(tx pg.Tx) ([]duty, error) {
		return pg.Rows[duty](tx, `select pp.puskesmas_id, pp.programme_code, t.due_day from puskesmas_programme pp
			join programme g on g.code = pp.programme_code join report_template t on t.code = g.report_template
			where to_char(pp.starts_on, 'YYYY-MM') <= $1 order by 1, 2`, month)
	})
	if err != nil {
		return nil, err
	}
	unsent, due := map[string]float64{}, map[string]float64{}
	for i := 0; i < len(duties); {
		id := duties[i].PuskesmasID
		sent, err := pg.SystemFor(ctx, a.DB, "figures", id, func(tx pg.Tx) ([]string, error) {
			return pg.Scalar[[]string](tx, `select coalesce(array_agg(distinct programme_code), '{}')
				from monthly_report
				where month = $1 and state in ('sent', 'accepted', 'archived')`, month)
		})
		if err != nil {
			return nil, err
		}
		for ; i < len(duties) && duties[i].PuskesmasID == id; i++ {
			d := duties[i]
			missing := 1.0
			if slices.Contains(sent, d.ProgrammeCode) {
				missing = 0
			}
			unsent[d.ProgrammeCode] += missing
			_, end, err := clock.DayBounds(fmt.Sprintf("%s-%02d", clock.Month(now), d.DueDay))
			if err != nil {
				return nil, err
			}
			due[d.ProgrammeCode] = end.Sub(now).Seconds()
		}
	}
	var out []telemetry.Sample
	for programme, n := range unsent {
		out = append(out, telemetry.Sample{Name: "homecare_reports_unsent", Label: programme, Value: n},
			telemetry.Sample{Name: "homecare_report_due_seconds", Label: programme, Value: due[programme]})
	}
	return out, nil
}
