package machine

import (
	"context"
	"log/slog"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// flushUsage is the interval at which a process writes its counts. A kill loses
// the counts of one interval.
const flushUsage = 5 * time.Second

// keepUsage is how many days counts are kept.
const keepUsage = 400

type usageOf struct {
	puskesmas               int16
	client, day, permission string
}

type usageCount struct {
	requests, errors int64
	last             time.Time
}

// Used counts a finished request of a machine, in memory.
func (s *Service) Used(p auth.Principal, permission string, status int) {
	now := time.Now()
	u := usageOf{p.PuskesmasID, p.Client.ID, clock.Day(now), permission}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.used[u]
	c.requests++
	c.last = now
	if status >= 400 {
		c.errors++
	}
	s.used[u] = c
}

// Run writes the counts at each interval until ctx ends, and once more at the
// end.
func (s *Service) Run(ctx context.Context, log *slog.Logger) {
	t := time.NewTicker(flushUsage)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if err := s.Flush(ctx); err != nil {
			log.Warn("usage of machine clients waits", "err", err.Error())
		}
	}
}

// Flush writes the counts since the last flush. Counts that cannot be written
// are kept.
func (s *Service) Flush(ctx context.Context) error {
	s.mu.Lock()
	batch := s.used
	s.used = map[usageOf]usageCount{}
	s.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	n := len(batch)
	tenants, clients, days, permissions := make([]int16, 0, n), make([]string, 0, n), make([]string, 0, n),
		make([]string, 0, n)
	requests, errs, last := make([]int64, 0, n), make([]int64, 0, n), make([]time.Time, 0, n)
	for u, c := range batch {
		tenants, clients, days, permissions = append(tenants, u.puskesmas), append(clients, u.client),
			append(days, u.day), append(permissions, u.permission)
		requests, errs, last = append(requests, c.requests), append(errs, c.errors), append(last, c.last)
	}
	_, err := pg.System(ctx, s.db, "client usage", func(tx pg.Tx) (struct{}, error) {
		// In a fixed order, so two processes do not deadlock.
		_, err := tx.Exec(`insert into client_usage as u (puskesmas_id, client_id, day, permission, requests, errors,
			last_at)
			select p, c, d::date, n, r, e, l from unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[],
			$5::bigint[], $6::bigint[], $7::timestamptz[]) as g(p, c, d, n, r, e, l) order by p, c, d, n
			on conflict (puskesmas_id, client_id, day, permission) do update
			set requests = u.requests + excluded.requests,
				errors = u.errors + excluded.errors,
				last_at = greatest(u.last_at,
				excluded.last_at)`, tenants, clients, days, permissions, requests, errs, last)
		return struct{}{}, err
	})
	if err == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for u, c := range batch {
		now := s.used[u]
		now.requests, now.errors = now.requests+c.requests, now.errors+c.errors
		if c.last.After(now.last) {
			now.last = c.last
		}
		s.used[u] = now
	}
	return err
}

// Usage returns the calls of a client: of this process up to now, of others up
// to their last flush. Error: fault.ErrNotFound.
func (s *Service) Usage(ctx context.Context, in clientID) (homecare.ClientUsage, error) {
	if err := s.Flush(ctx); err != nil {
		return homecare.ClientUsage{}, err
	}
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.ClientUsage, error) {
		out := homecare.ClientUsage{Days: []homecare.ClientUsageDay{}}
		if _, err := clientIn(tx, in.ID); err != nil {
			return out, err
		}
		var err error
		if out.LastUsedAt, err = pg.Scalar[*time.Time](tx, `select max(last_at) from client_usage where client_id = $1`,
			in.ID); err != nil {
			return out, err
		}
		rows, err := pg.Rows[homecare.ClientUsageDay](tx, `select to_char(day, 'YYYY-MM-DD') as day, permission,
			requests, errors from client_usage
			where client_id = $1 order by client_usage.day desc, permission limit 2000`, in.ID)
		for i := range rows {
			rows[i].Scope = s.scope[rows[i].Permission]
		}
		out.Days = append(out.Days, rows...)
		return out, err
	})
}

// HousekeepClients removes spent assertions and old counts of machine clients.
func HousekeepClients(tx pg.Tx) error {
	if _, err := tx.Exec(`delete from client_assertion where expires_at < now()`); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from client_usage where day < current_date - $1::int`, keepUsage)
	return err
}
