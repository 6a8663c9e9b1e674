package app

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/telemetry"
)

// watchFigures registers the ages and counts of the audit trail, break-glass
// and the standby.
func (a *App) watchFigures() {
	a.Metrics.AddSource(telemetry.Source{Name: "trail", Every: 10 * time.Second, Timeout: 3 * time.Second,
		Figures: []telemetry.Figure{
			{Name: "homecare_audit_seal_lag_seconds",
				Help: "Age of the oldest row of the trail that no seal covers; 0 when there is none."},
			{Name: "homecare_sign_in_failures",
				Help: "Wrong passwords and codes of the last 15 minutes, with those being checked just now."},
		}, Read: a.trailFigures})
	a.Metrics.AddSource(telemetry.Source{Name: "access_spool", Every: time.Second, Timeout: time.Second,
		Figures: []telemetry.Figure{
			{Name: "homecare_access_spool_bytes",
				Help: "Access rows of this process that the database does not have yet."},
		}, Read: func(context.Context) ([]telemetry.Sample, error) {
			return []telemetry.Sample{{Name: "homecare_access_spool_bytes", Value: float64(a.Access.Waiting())}}, nil
		}})
	a.Metrics.AddSource(telemetry.Source{Name: "rollups", Every: time.Second, Timeout: time.Second,
		Figures: []telemetry.Figure{
			{Name: "homecare_rollup_differences",
				Help: "Figures of dashboards that the last daily check of this process found stored otherwise than they count."},
		}, Read: func(context.Context) ([]telemetry.Sample, error) {
			return []telemetry.Sample{{Name: "homecare_rollup_differences", Value: float64(a.untold.Load())}}, nil
		}})
	a.Metrics.AddSource(telemetry.Source{Name: "break_glass", Every: 30 * time.Second, Timeout: 3 * time.Second,
		Figures: []telemetry.Figure{
			{Name: "homecare_break_glass_open",
				Help: "Break-glass accesses (akses darurat) of Dinkes that are open now."},
			{Name: "homecare_break_glass_opened",
				Help: "Break-glass accesses opened within the last hour, also those closed since."},
		}, Read: a.breakGlassFigures})
	if a.DB.HasReplica() {
		a.Metrics.AddSource(telemetry.Source{Name: "replica", Every: 10 * time.Second, Timeout: 3 * time.Second,
			Figures: []telemetry.Figure{
				{Name: "homecare_replica_lag_seconds",
					Help: "How old the standby's data are at most; 0 when it has all. Only with HOMECARE_DB_REPLICA_URL."},
			}, Read: func(ctx context.Context) ([]telemetry.Sample, error) {
				lag, err := a.DB.ReplicaLag(ctx)
				return []telemetry.Sample{{Name: "homecare_replica_lag_seconds", Value: lag.Seconds()}}, err
			}})
	}
}

// trailFigures reads ages from ids: ids of the trail are UUIDv7, whose first 48
// bits are the creation time in milliseconds (RFC 9562 section 5.7).
func (a *App) trailFigures(ctx context.Context) ([]telemetry.Sample, error) {
	var lag, failures float64
	err := a.DB.SystemPool().QueryRow(ctx, `select
			greatest(0, coalesce((select extract(epoch from clock_timestamp()) -
			('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0
				from audit_unsealed order by id limit 1), 0))::float8,
			(select count(distinct attempt) from sign_in_attempt
			where at > clock_timestamp() - interval '15 minutes')::float8`).Scan(&lag, &failures)
	if err != nil {
		return nil, err
	}
	return []telemetry.Sample{{Name: "homecare_audit_seal_lag_seconds", Value: lag}, {Name: "homecare_sign_in_failures",
		Value: failures}}, nil
}

// breakGlassFigures counts one puskesmas at a time: no role sees all of them at
// once.
func (a *App) breakGlassFigures(ctx context.Context) ([]telemetry.Sample, error) {
	ids, err := pg.System(ctx, a.DB, "figures", func(tx pg.Tx) ([]int16, error) {
		return pg.Scalar[[]int16](tx, `select coalesce(array_agg(id), '{}') from puskesmas`)
	})
	if err != nil {
		return nil, err
	}
	type count struct{ Open, Opened int }
	var all count
	for _, id := range ids {
		c, err := pg.SystemFor(ctx, a.DB, "figures", id, func(tx pg.Tx) ([]count, error) {
			// No break-glass is open for longer than 61 minutes
			// (break_glass_span).
			return pg.Rows[count](tx, `select count(*) filter (where closed_at is null
				and expires_at > clock_timestamp()) as open,
				count(*) filter (where opened_at > clock_timestamp() - interval '1 hour') as opened
				from break_glass where opened_at > clock_timestamp() - interval '62 minutes'`)
		})
		if err != nil {
			return nil, err
		}
		all.Open, all.Opened = all.Open+c[0].Open, all.Opened+c[0].Opened
	}
	return []telemetry.Sample{{Name: "homecare_break_glass_open", Value: float64(all.Open)},
		{Name: "homecare_break_glass_opened", Value: float64(all.Opened)}}, nil
}
