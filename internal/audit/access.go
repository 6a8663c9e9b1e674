package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
)

// gather is how long rows wait for others of the same group; with the time of one
// transaction it stays well under the 200 ms of promise PRI-2.
const gather = 20 * time.Millisecond

// retryAfter is how long the writer waits when the database does not answer.
const retryAfter = 500 * time.Millisecond

// seenRow is one answer that showed persons, as the spool keeps it: ids only.
type seenRow struct {
	ID         string         `json:"i"`
	Puskesmas  int16          `json:"t"`
	At         time.Time      `json:"a"`
	Account    string         `json:"u"`
	Role       string         `json:"r"`
	Session    string         `json:"s,omitempty"`
	Client     string         `json:"c,omitempty"`
	Trace      string         `json:"x"`
	Permission string         `json:"p"`
	Revealed   bool           `json:"v,omitzero"`
	Replayed   bool           `json:"y,omitzero"`
	Persons    access.Persons `json:"n"`
}

// check reports whether the database accepts the row: every id is a UUID.
func (a seenRow) check() error {
	ids := append([]string{a.ID, a.Account}, a.Persons.Patients...)
	ids = append(append(ids, a.Persons.Cases...), a.Persons.Visits...)
	for _, optional := range []string{a.Session, a.Persons.Import} {
		if optional != "" {
			ids = append(ids, optional)
		}
	}
	for _, id := range ids {
		if len(id) != 36 || uuid.Validate(id) != nil {
			return errors.New("access log: a person, case or account without a UUID")
		}
	}
	if a.Puskesmas < 1 {
		return errors.New("access log: persons of no puskesmas")
	}
	return nil
}

// AccessLog writes who saw whom: into a local file (the spool) before the answer leaves,
// and from there in groups into the database.
type AccessLog struct {
	db    *pg.DB
	trail *Trail
	dir   string
	log   *slog.Logger

	wake  chan struct{} // there is something to write
	mu    sync.Mutex
	sp    *spool
	group sync.Mutex // one group at a time
}

// NewAccessLog returns the writer; dir is its folder on a local disk, created at the
// first use.
func NewAccessLog(db *pg.DB, trail *Trail, dir string, log *slog.Logger) *AccessLog {
	return &AccessLog{db: db, trail: trail, dir: dir, log: log, wake: make(chan struct{}, 1)}
}

// Open creates the spool and starts to write from it; further calls do nothing. It fails
// if the folder is not writable.
func (l *AccessLog) Open() error {
	_, err := l.open()
	return err
}

func (l *AccessLog) open() (*spool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sp != nil {
		return l.sp, nil
	}
	sp, err := openSpool(l.dir)
	if err != nil {
		return nil, err
	}
	l.sp = sp
	go l.run(sp)
	return sp, nil
}

// Waiting is how many bytes of rows of this process are not in the database yet.
func (l *AccessLog) Waiting() int64 {
	l.mu.Lock()
	sp := l.sp
	l.mu.Unlock()
	if sp == nil {
		return 0
	}
	return sp.behind()
}

// run writes groups until Close.
func (l *AccessLog) run(sp *spool) {
	var syncing sync.WaitGroup
	defer close(sp.ended)
	defer syncing.Wait()
	syncing.Go(func() { l.sync(sp) })
	orphans := time.NewTicker(time.Minute)
	defer orphans.Stop()
	failing := false
	try := func(what string, err error) {
		if err != nil && !failing {
			l.log.Error("access log: the database is behind, rows wait in the spool", "step", what, "err", err.Error())
		} else if err == nil && failing {
			l.log.Info("access log: the database has caught up")
		}
		failing = err != nil
	}
	try("adopt", l.adopt(sp))
	for {
		select {
		case <-sp.stop:
			return
		case <-orphans.C:
			try("adopt", l.adopt(sp))
		case <-l.wake:
			select {
			case <-time.After(gather):
			case <-sp.stop:
				return
			}
			err := l.write(sp)
			try("write", err)
			if err != nil {
				time.AfterFunc(retryAfter, func() {
					select {
					case l.wake <- struct{}{}:
					default:
					}
				})
			}
		}
	}
}

// sync flushes the spool to disk once a second until Close. It runs beside the writer,
// since a busy disk can take longer than a row may wait.
func (l *AccessLog) sync(sp *spool) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-sp.stop:
			return
		case <-tick.C:
			if err := sp.sync(); err != nil {
				l.log.Error("access log: the spool cannot be synced", "err", err.Error())
			}
		}
	}
}

func (l *AccessLog) adopt(sp *spool) error {
	rows, broken, err := sp.adopt(func(group []seenRow) error { return l.keep(sp, group) })
	if rows > 0 || broken > 0 {
		l.log.Warn("access log: took over the spool of a process that is gone", "rows", rows, "unreadable", broken)
	}
	return err
}

// write inserts everything in the spool into the database.
func (l *AccessLog) write(sp *spool) error {
	l.group.Lock()
	defer l.group.Unlock()
	for sp.behind() > 0 {
		rows, until, err := sp.next()
		if err != nil {
			return err
		}
		if err := l.keep(sp, rows); err != nil {
			return err
		}
		if err := sp.done(until); err != nil {
			return err
		}
		if len(rows) == 0 && sp.behind() > 0 {
			return errors.New("access log: the spool ends in half a line")
		}
	}
	return nil
}

// keep inserts rows per puskesmas. It sets aside a row that the database refuses, so that
// the others continue.
func (l *AccessLog) keep(sp *spool, rows []seenRow) error {
	by := map[int16][]seenRow{}
	for _, a := range rows {
		by[a.Puskesmas] = append(by[a.Puskesmas], a)
	}
	for puskesmas, group := range by {
		err := l.insert(puskesmas, group)
		if refused(err) {
			for _, a := range group {
				if err = l.insert(puskesmas, []seenRow{a}); refused(err) {
					l.log.Error("access log: the database refuses a row; it stands in refused.jsonl", "err",
						err.Error())
					err = sp.refuse(a)
				}
				if err != nil {
					return err
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// refused reports whether the database refuses a row for good: bad data (class 22) or a
// broken constraint (class 23).
func refused(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code[:2] == "22" || pe.Code[:2] == "23")
}

// Flush returns when everything shown so far is in the database.
func (l *AccessLog) Flush(ctx context.Context) error {
	l.mu.Lock()
	sp := l.sp
	l.mu.Unlock()
	if sp == nil {
		return nil
	}
	for {
		err := l.write(sp)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("access log: %d bytes wait in the spool: %w", sp.behind(), err)
		case <-time.After(gather):
		}
	}
}

// Close writes what it can within ctx and ends; the rest waits in the spool for the next
// start. Show must not be called afterwards.
func (l *AccessLog) Close(ctx context.Context) error {
	l.mu.Lock()
	sp := l.sp
	l.mu.Unlock()
	if sp == nil {
		return nil
	}
	err := l.Flush(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sp == nil {
		return err
	}
	l.sp = nil
	close(sp.stop)
	<-sp.ended
	return errors.Join(err, sp.close())
}
