package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/localpg"
)

// slot is the replication slot. With it the server keeps the WAL that was not
// fetched yet.
const slot = "homecare_backup"

// server is the database to back up, with the tools of its version.
type server struct {
	conn       *pgx.Conn
	bin, major string
	database   string
	env        []string
}

func connect(ctx context.Context, c Config) (*server, error) {
	pc, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return nil, errors.New("the database address for backups cannot be read") // the cause contains the password
	}
	conn, err := pgx.ConnectConfig(ctx, pc)
	if err != nil {
		return nil, errors.New("the database does not answer, or refuses the backup's user")
	}
	s := &server{conn: conn, database: pc.Database, env: environment(pc)}
	var super bool
	var tablespaces int
	if err := conn.QueryRow(ctx, `select current_setting('server_version_num')::int / 10000 || '',
		current_setting('is_superuser') = 'on', (select count(*) from pg_tablespace) - 2, current_database()`).
		Scan(&s.major, &super, &tablespaces, &s.database); err != nil {
		s.close()
		return nil, err
	}
	switch n, _ := strconv.Atoi(s.major); {
	case !super:
		err = errors.New(
			"HOMECARE_DB_BACKUP_URL must be a superuser: row-level security hides the rows of puskesmas from everybody else")
	case tablespaces > 0:
		err = errors.New("the database uses tablespaces of its own, which these backups do not carry")
	case n < 15:
		err = errors.New("backups need PostgreSQL 15 or newer")
	default:
		s.bin, _, err = localpg.FindBin(s.major)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *server) close() { _ = s.conn.Close(context.Background()) }

// environment passes the server's address to PostgreSQL's tools. The password
// is not in their arguments, which every user of the machine can read. TLS
// settings come from PGSSLMODE, PGSSLROOTCERT and so on.
func environment(pc *pgx.ConnConfig) []string {
	env := append(os.Environ(), "LC_ALL=C", "PGAPPNAME="+slot, "PGHOST="+pc.Host, fmt.Sprintf("PGPORT=%d", pc.Port),
		"PGUSER="+pc.User)
	if pc.Password != "" {
		env = append(env, "PGPASSWORD="+pc.Password)
	}
	return env
}

// tool runs one of PostgreSQL's programs. Its error contains the program's own
// message.
func (s *server) tool(ctx context.Context, name string, args ...string) error {
	return tool(ctx, s.bin, s.env, name, args...)
}

func tool(ctx context.Context, bin string, env []string, name string, args ...string) error {
	c := exec.CommandContext(ctx, filepath.Join(bin, name), args...)
	c.Env = env
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // pg_receivewal then ends its file cleanly
	c.WaitDelay = 10 * time.Second
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// makeSlot creates the slot if it is missing.
func (s *server) makeSlot(ctx context.Context) error {
	_, err := s.conn.Exec(ctx, `select pg_create_physical_replication_slot($1, true)
		where not exists (select from pg_replication_slots where slot_name = $1)`, slot)
	return err
}

// beat commits a transaction that contains only a message in the WAL, which
// makes the commit durable at once. A restore to a time needs a commit after
// it; without beat a quiet night could not be restored to.
func (s *server) beat(ctx context.Context) error {
	_, err := s.conn.Exec(ctx, `select pg_logical_emit_message(true, 'homecare', '')`)
	return err
}

// count takes one snapshot at a moment in which no transaction is writing, marks
// that moment in the WAL, and counts the rows of every table in that snapshot.
// It holds the lock for the marking only and counts while writers continue.
func (s *server) count(ctx context.Context, point string) (lsn string, tables map[string]int64, err error) {
	reader, err := pgx.ConnectConfig(ctx, s.conn.Config())
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = reader.Close(context.Background()) }()
	names, err := tableNames(ctx, s.conn)
	if err != nil {
		return "", nil, err
	}
	for try := 0; ; try++ {
		lsn, err = s.mark(ctx, reader, names, point)
		if err == nil {
			break
		}
		if try == 30 || ctx.Err() != nil {
			return "", nil, fmt.Errorf("no quiet moment for the snapshot was found in %d tries: %w", try+1, err)
		}
		time.Sleep(time.Second)
	}
	tables, err = countTables(ctx, reader, names)
	return lsn, tables, err
}

func (s *server) mark(ctx context.Context, reader *pgx.Conn, names []string, point string) (lsn string, err error) {
	tx, err := s.conn.Begin(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	// When a writer and this lock wait for each other, the writer fails after
	// PostgreSQL's usual second and the product repeats its work. Without this,
	// a busy service would never allow a backup.
	if _, err := tx.Exec(ctx, `set local deadlock_timeout = '1min'; set local lock_timeout = '4s'; lock table `+
		strings.Join(names, ", ")+` in share mode`); err != nil {
		return "", err
	}
	if _, err := reader.Exec(ctx, `rollback; begin isolation level repeatable read read only`); err != nil {
		return "", err
	}
	if _, err := reader.Exec(ctx, `select 1 from pg_class limit 1`); err != nil { // this takes the snapshot
		return "", err
	}
	err = tx.QueryRow(ctx, `select pg_create_restore_point($1)::text`, point).Scan(&lsn)
	return lsn, err
}

func tableNames(ctx context.Context, c *pgx.Conn) ([]string, error) {
	rows, err := c.Query(ctx, `select oid::regclass::text from pg_class where relkind = 'r'
		and relnamespace = 'public'::regnamespace order by 1`)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err == nil && len(names) == 0 {
		err = errors.New("the database has no tables: was it ever migrated?")
	}
	return names, err
}

func countTables(ctx context.Context, c *pgx.Conn, names []string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, name := range names { // names are already quoted by the catalogue
		var n int64
		if err := c.QueryRow(ctx, `select count(*) from `+name).Scan(&n); err != nil {
			return nil, fmt.Errorf("count %s: %w", name, err)
		}
		out[name] = n
	}
	return out, nil
}
