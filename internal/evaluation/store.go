package evaluation

import (
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// evaluation is a row of the table.
type evaluation struct {
	pg.Created
	ID, SubjectKind, ProgrammeCode, OwnerAccountID, DueOn, State string
	Finding, Cause, Improvement                                  string
	SubjectID, Month, Result                                     *string
	ClosedAt                                                     *time.Time
}

const columns = `id, subject_kind, coalesce(subject_id::text, '') as subject_id, coalesce(month, '') as month, programme_code as programme, finding, cause, improvement,
	owner_account_id, due_on::text, state, state = 'open' and due_on < $1::text::date as overdue, coalesce(result, '') as result, created_at, version`

// seen is the condition of an evaluation that the caller may see: as its visit or case;
// every member of staff sees that of a month.
var seen = access.Record("subject_kind", "subject_id")

func byID(tx pg.Tx, id, lock string) (homecare.Evaluation, error) {
	return pg.Row[homecare.Evaluation](tx, `select `+columns+` from evaluation where id = $2
		and `+seen+` `+lock, clock.Day(tx.Now()), id)
}
