package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

var walName = regexp.MustCompile(`^([0-9A-F]{24})(\.partial)?$`)

// segment is the name of the WAL segment in a file, partial or whole; "" for
// other files.
func segment(file string) string {
	m := walName.FindStringSubmatch(file)
	if m == nil {
		return ""
	}
	return m[1]
}

// firstWAL is the segment at which the recovery of a base backup starts.
func firstWAL(data string) (string, error) {
	var m struct {
		Ranges []struct {
			Timeline int    `json:"Timeline"`
			Start    string `json:"Start-LSN"`
		} `json:"WAL-Ranges"`
	}
	b, err := os.ReadFile(filepath.Join(data, "backup_manifest"))
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil || len(m.Ranges) == 0 {
		return "", errors.Join(errors.New("PostgreSQL's manifest names no WAL"), err)
	}
	var high, low uint64
	if _, err := fmt.Sscanf(m.Ranges[0].Start, "%X/%X", &high, &low); err != nil {
		return "", err
	}
	size, err := segmentSize(data)
	if err != nil {
		return "", err
	}
	n := (high<<32 | low) / size
	perID := (uint64(1) << 32) / size
	return fmt.Sprintf("%08X%08X%08X", m.Ranges[0].Timeline, n/perID, n%perID), nil
}

// segmentSize is the size of the WAL files of a cluster: 16 MB unless it was
// created with another size.
func segmentSize(data string) (uint64, error) {
	entries, err := os.ReadDir(filepath.Join(data, "pg_wal"))
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && segment(e.Name()) != "" {
			return uint64(max(info.Size(), 1)), nil
		}
	}
	return 0, errors.New("the base backup holds no WAL")
}

// catchUp fetches the WAL up to now, or waits until the running Follow has
// fetched it.
func (s *server) catchUp(ctx context.Context, c Config) error {
	var upTo string
	if err := s.conn.QueryRow(ctx, `select pg_current_wal_flush_lsn()::text`).Scan(&upTo); err != nil {
		return err
	}
	for begin := time.Now(); ; {
		var active, there bool
		if err := s.conn.QueryRow(ctx, `select s.active, coalesce(r.flush_lsn >= $2::pg_lsn, false)
			from pg_replication_slots s left join pg_stat_replication r on r.pid = s.active_pid
			where s.slot_name = $1`, slot, upTo).Scan(&active, &there); err != nil {
			return err
		}
		switch {
		case there:
			return nil
		case !active:
			return s.tool(ctx, "pg_receivewal", "-D", c.wal(), "--slot", slot, "--endpos", upTo, "--no-loop",
				"--synchronous")
		case time.Since(begin) > time.Minute:
			return errors.New("homecare backup --follow runs and does not keep up: see its output")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Follow fetches the WAL as it is written, copies new attachments every minute,
// and makes a base backup at the given interval (0: never), until ctx ends.
// When the server is down it tries again.
//
// It confirms WAL that it has written to disk, under the name homecare_backup:
// a server with synchronous_standby_names = 'homecare_backup' acknowledges only
// what the backup has.
func Follow(ctx context.Context, c Config, every time.Duration) error {
	if err := os.MkdirAll(c.wal(), 0o700); err != nil {
		return err
	}
	s, err := connect(ctx, c) // a wrong setting fails at once
	if err != nil {
		return err
	}
	err = s.makeSlot(ctx)
	env, bin := s.env, s.bin
	s.close()
	if err != nil {
		return err
	}
	received := make(chan struct{})
	go func() {
		defer close(received)
		for ctx.Err() == nil {
			err := tool(ctx, bin, env, "pg_receivewal", "-D", c.wal(), "--slot", slot, "--no-loop", "--synchronous")
			if ctx.Err() == nil {
				c.say("The stream of changes broke off; trying again in 5 seconds: %v", err)
				pause(ctx, 5*time.Second)
			}
		}
	}()
	var last time.Time
	if all, err := List(c.Dir); err == nil && len(all) > 0 {
		last = all[len(all)-1].Begun
	}
	for ctx.Err() == nil {
		if every > 0 && time.Since(last) >= every {
			last = time.Now()
			if _, err := Take(ctx, c); err != nil && ctx.Err() == nil {
				c.say("The base backup failed; the next try is in %s: %v", every, err)
			}
		}
		if err := minute(ctx, c); err != nil && ctx.Err() == nil {
			c.say("%v", err)
		}
		pause(ctx, time.Minute)
	}
	<-received
	return nil
}

// minute does the work of every minute while Follow runs.
func minute(ctx context.Context, c Config) error {
	s, err := connect(ctx, c)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.beat(ctx); err != nil {
		return err
	}
	_, err = c.copyBlobs("")
	return err
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// copyWAL copies the WAL from segment first on, and the history of timelines,
// into the cluster's folder for its recovery.
func (c Config) copyWAL(first, data string) error {
	entries, err := os.ReadDir(c.wal())
	if err != nil {
		return fmt.Errorf("the backup has no WAL: %w", err)
	}
	whole := map[string]bool{}
	for _, e := range entries {
		whole[e.Name()] = true
	}
	to := filepath.Join(data, "pg_wal")
	for _, e := range entries {
		name := e.Name()
		if n := segment(name); n != "" {
			if n[8:] < first[8:] || name != n && whole[n] { // the partial file of a segment received whole later
				continue
			}
			name = n
		} else if filepath.Ext(name) != ".history" {
			continue
		}
		if err := copyFile(filepath.Join(c.wal(), e.Name()), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}
