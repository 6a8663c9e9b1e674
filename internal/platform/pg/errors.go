package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"maps"
	"net"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrDuplicate is the fault of a violated unique or exclusion constraint
// without an own explanation.
var ErrDuplicate = fault.Define(fault.Conflict, "record.duplicate",
	"Data ini sudah ada. Buka data yang ada, atau periksa kembali isian Anda.",
	"This record exists already. Open the existing one or check what you entered.").About("/id")

// ErrReference is the fault of a reference to a missing record.
var ErrReference = fault.Define(fault.Invalid, "record.reference",
	"Ada isian yang merujuk ke data yang tidak ada. Pilih lagi dari daftarnya.",
	"A field refers to something that does not exist. Choose it from the list again.").
	Hint("an id or a code of the body is no record of the caller's")

// ErrCheck is the fault of a violated check constraint without an own
// explanation.
var ErrCheck = fault.Define(fault.Invalid, "record.check",
	"Ada isian di luar batas yang dapat disimpan. Periksa kembali isian Anda.",
	"A value lies outside what can be stored. Check what you entered.")

// ErrOutcomeUnknown is returned when the connection was lost between COMMIT and
// its answer.
var ErrOutcomeUnknown = fault.Define(fault.Unavailable, "server.outcome_unknown",
	"Jawaban basis data tidak sampai, jadi belum diketahui apakah data Anda tersimpan. Kirim lagi: jawabannya memberi tahu, dan tidak ada yang tercatat dua kali. Bila aplikasi meminta isian baru, muat ulang datanya dulu.",
	"The database's answer was lost, so nobody knows whether your data was saved. Send it again: the answer tells, and nothing is recorded twice. If the application asks you to enter it anew, reload the record first.").
	Hint("repeat the request with the same Idempotency-Key; without a key, read the record first")

var (
	constraintsMu sync.Mutex
	constraints   = map[string]error{} // each a *fault.Definition or *fault.Error
)

// Explain sets the error for a violated constraint. A store calls it for the
// constraints of its tables.
func Explain(byConstraint map[string]error) {
	constraintsMu.Lock()
	defer constraintsMu.Unlock()
	for name, err := range byConstraint {
		if fault.From(err) == nil {
			panic("pg: constraint " + name + " is explained by no fault")
		}
	}
	maps.Copy(constraints, byConstraint)
}

// translate turns PostgreSQL's errors into faults. dead says that the
// connection did not survive the error.
func translate(err error, dead bool) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Replayed](err); ok || fault.From(err) != nil {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.ErrNotFound.Because(err)
	}
	if _, refused := errors.AsType[*pgconn.ConnectError](err); refused {
		return fault.ErrUnavailable.Because(err) // an error on a new connection: the database does not serve
	}
	pe, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if errors.Is(err, context.Canceled) {
			return err
		}
		if dead && away(err) {
			return fault.ErrUnavailable.Because(err)
		}
		return err
	}
	if explained := explain(pe.ConstraintName); explained != nil {
		return fault.From(explained).Because(hidden(pe))
	}
	switch {
	case pe.Code == "HC401":
		return ErrSessionEnded
	case pe.Code == "HC406":
		return ErrSecondFactor
	case pe.Code == "HC402":
		return ErrStepUp
	case pe.Code == "HC403":
		return ErrWithheld
	case pe.Code == "42501" && strings.Contains(pe.Message, "row-level security"):
		return fault.ErrNotFound.Because(hidden(pe)) // a row of another tenant looks like a missing one
	case pe.Code == "23505" || pe.Code == "23P01":
		return ErrDuplicate.Because(hidden(pe))
	case pe.Code == "23503":
		return ErrReference.Because(hidden(pe))
	case pe.Code == "23514" || pe.Code == "22003":
		return ErrCheck.Because(hidden(pe))
	case pe.Code[:2] == "57" || pe.Code[:2] == "53" || pe.Code[:2] == "08" || pe.Code == "25006":
		return fault.ErrUnavailable.Because(hidden(pe)) // shutting down, out of resources, cut off
	case pe.Code == "40P01" || pe.Code == "40001":
		return pe // the caller retries
	}
	return hidden(pe)
}

// outcome interprets an error of COMMIT. If PostgreSQL answered, nothing was
// saved; if not, the outcome is unknown. A read-only transaction has nothing to
// save.
func outcome(st *state, err error) error {
	_, answered := errors.AsType[*pgconn.PgError](err)
	reads := strings.HasPrefix(DemandOf(st.ctx).Permission, "GET ")
	if answered || errors.Is(err, errRolledBack) || reads || pgconn.SafeToRetry(err) {
		return translate(err, st.pgx.IsClosed())
	}
	return ErrOutcomeUnknown.Because(err)
}

func explain(constraint string) error {
	if constraint == "" {
		return nil
	}
	constraintsMu.Lock()
	defer constraintsMu.Unlock()
	return constraints[constraint]
}

// hiddenError is a PostgreSQL error without its detail, which contains values
// of the row and must reach neither an answer nor a log.
type hiddenError struct{ code, message, constraint, where string }

func (e *hiddenError) Error() string {
	return "postgres " + e.code + ": " + e.message + " " + e.constraint + e.where
}

func hidden(pe *pgconn.PgError) error {
	e := &hiddenError{code: pe.Code, message: pe.Message, constraint: pe.ConstraintName}
	if strings.HasPrefix(pe.Code, "22") || strings.HasPrefix(pe.Code, "P0") {
		e.message = "" // "invalid input syntax for type uuid: <value>"
	}
	return e
}

// away says whether err means that the database is unavailable, as opposed to a
// mistake of ours.
func away(err error) bool {
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || // GORM on a lost connection
		errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed") ||
		strings.Contains(err.Error(), "closed pool")
}
